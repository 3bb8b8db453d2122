import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("Work")
struct WorkTests {
    let relay: VerificationKey
    let deposit: WorkTask
    let mailbox: WorkTask

    init() {
        var random = Seeded(50)
        relay = random.value()
        deposit = .deposit(to: random.value(), random.value())
        mailbox = .mailbox(random.value())
    }

    @Test("A stamp that was searched for verifies, and only for its task, its relay and its days")
    func search() throws {
        let difficulty = try WorkDifficulty(bits: 12)
        for (task, other) in [(deposit, mailbox), (mailbox, deposit)] {
            var search = WorkSearch(task, at: relay, day: 20_000, difficulty: difficulty)
            var found: WorkStamp?
            var rounds = 0
            while found == nil, rounds < 1000 {
                found = search.next(tries: 256)
                rounds += 1
            }
            let stamp = try #require(found)
            #expect(stamp.day == 20_000)
            try stamp.verify(task, at: relay, days: 19_999...20_001, difficulty: difficulty)
            #expect(throws: WireError.work) {
                try stamp.verify(task, at: relay, days: 20_001...20_002, difficulty: difficulty)
            }
            #expect(throws: WireError.work) {
                try stamp.verify(other, at: relay, days: 20_000...20_000, difficulty: difficulty)
            }
            var random = Seeded(51)
            #expect(throws: WireError.work) {
                try stamp.verify(task, at: random.value(), days: 20_000...20_000, difficulty: difficulty)
            }
        }
    }

    @Test("A search tries no more than it is told, goes on where it stopped, and finds the same again")
    func bounded() throws {
        let difficulty = try WorkDifficulty(bits: 10)
        var one = WorkSearch(deposit, at: relay, day: 1, difficulty: difficulty)
        var other = one
        #expect(other.next(tries: 0) == nil && other.next(tries: -1) == nil)
        var found: WorkStamp?
        for _ in 0..<20_000 where found == nil { found = other.next(tries: 1) }
        #expect(one.next(tries: 20_000) == found)
        #expect(found != nil)
        var impossible = WorkSearch(deposit, at: relay, day: 1, difficulty: try WorkDifficulty(bits: 40))
        #expect(impossible.next(tries: 1000) == nil)
    }

    @Test("A stamp is 12 bytes, day before nonce, and its header form is 16 symbols")
    func bytes() throws {
        let stamp = WorkStamp(day: 0x0102_0304, nonce: 0x1122_3344_5566_7788)
        #expect(stamp.bytes == [1, 2, 3, 4, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])
        #expect(stamp.day == 0x0102_0304)
        #expect(stamp.base64URL == "AQIDBBEiM0RVZneI")
    }

    /// Made apart from this code, by Python's hashlib.blake2b(digest_size=32) over the bytes that
    /// `Protocol/tokens.md` gives: keys of 32 bytes 01, 02, 03, day 20,000, the first nonce of 12 zero bits.
    @Test("The first stamps of a fixed task are those of an independent reader of the protocol")
    func vector() throws {
        let relay = VerificationKey(unchecked: [UInt8](repeating: 1, count: 32))
        let difficulty = try WorkDifficulty(bits: 12)
        var deposit = WorkSearch(
            .deposit(
                to: MailboxAddress(unchecked: [UInt8](repeating: 2, count: 32)),
                CellID(unchecked: [UInt8](repeating: 3, count: 32))), at: relay, day: 20_000, difficulty: difficulty)
        #expect(deposit.next(tries: 100_000) == WorkStamp(day: 20_000, nonce: 5065))
        var mailbox = WorkSearch(
            .mailbox(VerificationKey(unchecked: [UInt8](repeating: 2, count: 32))), at: relay, day: 20_000,
            difficulty: difficulty)
        #expect(mailbox.next(tries: 100_000) == WorkStamp(day: 20_000, nonce: 1852))
    }

    @Test("A difficulty is at most 40 bits")
    func difficulty() throws {
        #expect(throws: WireError.field) { try WorkDifficulty(bits: 41) }
        #expect(try WorkDifficulty(bits: 20).authenticateValue == "CallboxWork difficulty=\"20\"")
        try WorkStamp(day: 1, nonce: 0).verify(deposit, at: relay, days: 1...1, difficulty: WorkDifficulty(bits: 0))
    }
}
