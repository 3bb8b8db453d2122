import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@Suite("The book of a day's sheets")
struct SheetBookTests {
    private let sample: SampleProgram
    private let sheets: [PrekeySheet]
    private let today = SampleProgram.today

    init() throws {
        let sample = try SampleProgram(seed: 90)
        var random = SeededRandom(seed: 91)
        let mailbox = SampleMailbox(from: &random)
        self.sample = sample
        sheets = (sample.peers + [sample.clinician]).map { sample.sheet(of: $0, mailbox: mailbox, from: &random).sheet }
    }

    @Test("A book is the same whatever order its sheets came in, and gives each member's sheet")
    func making() throws {
        let book = try SheetBook(day: today, sheets: sheets)
        #expect(try SheetBook(day: today, sheets: sheets.reversed()).encoded == book.encoded)
        #expect(try SheetBook(parsing: book.encoded) == book)
        #expect(book.encoded.count == 9 + 3 * 1_485)
        for sheet in sheets { #expect(book.sheet(of: sheet.content.memberID) == sheet) }
        #expect(book.sheet(of: MemberID(unchecked: [UInt8](repeating: 0, count: 16))) == nil)
        let empty = try SheetBook(day: today, sheets: [])
        #expect(try SheetBook(parsing: empty.encoded) == empty)
    }

    @Test("Sheets of another day or program, and two of one member, are refused")
    func mixing() throws {
        var random = SeededRandom(seed: 92)
        let mailbox = SampleMailbox(from: &random)
        let tomorrow = sample.sheet(of: sample.peers[0], on: today.later(by: 1), mailbox: mailbox, from: &random).sheet
        let second = sample.sheet(of: sample.peers[0], mailbox: mailbox, from: &random).sheet
        let other = try SampleProgram(seed: 93)
        let foreign = other.sheet(of: other.peers[0], mailbox: mailbox, from: &random).sheet
        #expect(refusal { try SheetBook(day: today, sheets: sheets + [tomorrow]) } == .window)
        #expect(refusal { try SheetBook(day: today, sheets: sheets + [second]) } == .duplicate)
        #expect(refusal { try SheetBook(day: today, sheets: sheets + [foreign]) } == .wrongProgram)
    }

    @Test("A book out of order, of another version, day or length is refused")
    func decoding() throws {
        let bytes = try SheetBook(day: today, sheets: sheets).encoded
        let (first, second) = (9..<9 + 1_485, 9 + 1_485..<9 + 2 * 1_485)
        let (head, tail) = (bytes[..<9], bytes[second.upperBound...])
        let swapped = [UInt8]([head, bytes[second], bytes[first], tail].joined())
        #expect(refusal { try SheetBook(parsing: swapped) } == .duplicate)
        let doubled = [UInt8]([head, bytes[first], bytes[first], tail].joined())
        #expect(refusal { try SheetBook(parsing: doubled) } == .duplicate)
        let start = [UInt8](bytes[..<5])
        let heads: [([UInt8], ProgramError)] = [
            ([2], .version), ([1, 0, 0, 0, 1], .window), (start + [0, 0, 0, 2], .trailing),
            (start + [0, 0, 0, 4], .truncated), (start + [0xFF, 0xFF, 0xFF, 0xFF], .tooLarge),
            (start + [0, 0, 0x13, 0x89], .tooLarge),
        ]
        for (head, error) in heads {
            #expect(refusal { try SheetBook(parsing: head + bytes[head.count...]) } == error)
        }
        for length in 0..<bytes.count {
            #expect(refusal { try SheetBook(parsing: [UInt8](bytes[..<length])) } == .truncated)
        }
        #expect(refusal { try SheetBook(parsing: bytes + [0]) } == .trailing)
        for damaged in mutations(of: bytes, count: 300, seed: 94) {
            guard let book = try? SheetBook(parsing: damaged) else { continue }
            #expect(book.encoded == damaged)
        }
    }
}
