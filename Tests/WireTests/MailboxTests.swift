import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("What goes between an owner and the relay")
struct MailboxTests {
    func cells(_ count: Int, _ random: inout Seeded) throws -> [WaitingCell] {
        var cells: [WaitingCell] = []
        for index in 0..<count {
            cells.append(WaitingCell(try CellSequence(Int64(index) * 7 + 1), random.value()))
        }
        return cells
    }

    @Test("A collect answer has the same length whatever is in it, and gives its cells back")
    func collectAnswer() throws {
        var random = Seeded(80)
        for slots in [1, 2, 16] {
            for count in Set([0, 1, slots]) {
                let answer = try CollectAnswer(cells(count, &random), slots: SlotCount(slots))
                let bytes = answer.bytes(filledFrom: &random)
                #expect(bytes.count == slots * 8201)
                #expect(try CollectAnswer(bytes, slots: SlotCount(slots)) == answer)
                if slots < 16 {
                    #expect(throws: WireError.length) { try CollectAnswer(bytes, slots: SlotCount(slots + 1)) }
                }
            }
        }
    }

    @Test("A collect answer stands truncation, a tail and altered marks")
    func hostileAnswer() throws {
        var random = Seeded(81)
        let two = try SlotCount(2)
        let full = try CollectAnswer(cells(2, &random), slots: two).bytes(filledFrom: &random)
        try Hostile.bytes(full, step: 97, rounds: 200, exact: false) {
            try CollectAnswer($0, slots: two).bytes(filledFrom: &random)
        }
        func altered(_ place: Int, _ byte: UInt8) throws -> CollectAnswer {
            var bytes = full
            bytes[place] = byte
            return try CollectAnswer(bytes, slots: two)
        }
        #expect(throws: WireError.field) { try altered(0, 2) }
        #expect(throws: WireError.field) { try altered(0, 0) }
        #expect(try altered(8201, 0).cells.count == 1)
        #expect(throws: WireError.field) { try altered(1, 0x80) }
        #expect(throws: WireError.field) { try altered(8, 0) }
        #expect(throws: WireError.field) { try altered(8, 8) }
    }

    @Test("More cells than slots, or cells out of order, are no answer")
    func impossibleAnswers() throws {
        var random = Seeded(82)
        let cells = try cells(3, &random)
        let two = try SlotCount(2)
        #expect(throws: WireError.length) { try CollectAnswer(cells, slots: two) }
        #expect(throws: WireError.field) { try CollectAnswer([cells[1], cells[0]], slots: two) }
        #expect(throws: WireError.field) { try CollectAnswer([cells[0], cells[0]], slots: two) }
        for wrong in [0, 17, -1] { #expect(throws: WireError.field) { try SlotCount(wrong) } }
        for wrong in [0, -1, Int64.min] { #expect(throws: WireError.field) { try CellSequence(wrong) } }
    }

    @Test("Acknowledgements have the same length whatever is in them, and are read back")
    func acknowledgements() throws {
        var random = Seeded(83)
        for (count, slots) in [(0, 1), (1, 1), (1, 2), (2, 2), (5, 16), (16, 16)] {
            let entries = try cells(count, &random).map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
            let list = try Acknowledgements(entries, slots: SlotCount(slots))
            #expect(list.bytes.count == slots * 41)
            #expect(try Acknowledgements(list.bytes) == list)
        }
        let entries = try cells(2, &random).map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
        let two = try SlotCount(2)
        let bytes = try Acknowledgements([entries[0]], slots: two).bytes
        try Hostile.bytes([UInt8](bytes.prefix(41))) { try Acknowledgements($0).bytes }
        #expect(throws: WireError.field) { try Acknowledgements([UInt8](bytes.dropLast()) + [1]) }
        #expect(throws: WireError.field) { try Acknowledgements([UInt8](bytes.suffix(41) + bytes.prefix(41))) }
        #expect(throws: WireError.length) { try Acknowledgements([]) }
        #expect(throws: WireError.length) { try Acknowledgements([UInt8](repeating: 0, count: 17 * 41)) }
        #expect(throws: WireError.field) { try Acknowledgements([entries[1], entries[0]], slots: two) }
        #expect(throws: WireError.length) { try Acknowledgements(entries, slots: SlotCount(1)) }
    }

    @Test("A collect query is read in one form, within its limits")
    func collectQuery() throws {
        let query = try CollectQuery(slots: .usual, wait: 30)
        #expect(query.text == "slots=2&wait=30")
        #expect(try CollectQuery(query.text) == query)
        for (text, error) in [
            ("slots=0&wait=0", WireError.field), ("slots=17&wait=0", .field), ("slots=1&wait=56", .field),
            ("slots=1&wait=-1", .field), ("slots=+1&wait=0", .encoding), ("slots=01&wait=0", .encoding),
            ("wait=0&slots=1", .encoding), ("slots=1", .encoding), ("slots=1&wait=0&x=1", .encoding), ("", .encoding),
            ("slots=1&wait=", .encoding), ("slots=99999999999999999999&wait=0", .encoding),
            ("slots=1&wait=٣", .encoding),
        ] {
            #expect(throws: error, "\(text)") { try CollectQuery(text) }
        }
    }

    @Test("An order for a mailbox is two bytes")
    func mailboxOrder() throws {
        for kind in MailboxOrder.Kind.allCases {
            try Hostile.bytes(MailboxOrder(kind).bytes) { try MailboxOrder($0).bytes }
        }
        #expect(MailboxOrder(.intake).bytes == [1, 2])
        #expect(throws: WireError.version) { try MailboxOrder([2, 1]) }
        #expect(throws: WireError.kind) { try MailboxOrder([1, 3]) }
    }
}
