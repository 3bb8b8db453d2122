import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Testing

@Suite("What the relay sells")
struct TokenRuleTests {
    private func epochs() throws -> [TokenEpoch] {
        var random = SeededRandom(seed: 960)
        return try (0..<3).map { number in
            try TokenEpoch(
                number: UInt32(number), first: Day(UInt32(number) * 28), last: Day(UInt32(number) * 28 + 27),
                key: .random(from: &random))
        }
    }

    private func request(_ epoch: TokenEpoch, count: Int = 1) throws -> TokenRequest {
        var random = SeededRandom(seed: 961)
        return try TokenRequest(
            to: TokenKeyID(of: epoch.issuingKey), blinded: (0..<count).map { _ in .random(from: &random) })
    }

    private func refusal<R>(_ body: () throws(Problem) -> R) -> Problem? {
        do throws(Problem) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test("An epoch is open from the first day of the one before it to its own last")
    func window() throws {
        let epochs = try epochs()
        let second = try request(epochs[1])
        for (day, isOpen) in [(0, true), (27, true), (28, true), (55, true), (56, false)] {
            let meant = try? TokenRules.epochs(
                meant: second, among: epochs, on: Day(UInt32(day)), batchLimit: 16)
            #expect(meant == (isOpen ? [epochs[1]] : nil), "\(day)")
        }
        let third = try request(epochs[2])
        #expect(
            refusal { () throws(Problem) in
                try TokenRules.epochs(meant: third, among: epochs, on: Day(27), batchLimit: 16)
            }
                == .batchRefused)
        #expect(try TokenRules.epochs(meant: third, among: epochs, on: Day(28), batchLimit: 16) == [epochs[2]])
    }

    @Test("A batch has as many tokens as the operator says, 16 if they say nothing")
    func limit() throws {
        let epochs = try epochs()
        for (count, limit, isSold) in [(16, 16, true), (17, 16, false), (17, 20, true), (2, 1, false)] {
            let order = try request(epochs[0], count: count)
            let refused = refusal { () throws(Problem) in
                try TokenRules.epochs(meant: order, among: epochs, on: Day(1), batchLimit: limit)
            }
            #expect(refused == (isSold ? nil : .tooLarge))
        }
        #expect(RelayLimits().batchLimit == 16)
    }

    @Test("Where two keys end alike, a request finds its own batch again, and a new one takes the first that is left")
    func alike() throws {
        let epochs = try epochs()
        let both = Array(epochs.prefix(2))
        let (mine, other) = (PaidRequestHash(unchecked: [1]), PaidRequestHash(unchecked: [2]))
        let cases: [([UInt32: PaidRequestHash], UInt32?, Bool)] = [
            ([:], 0, true), ([0: mine], 0, false), ([0: other], 1, true), ([0: other, 1: mine], 1, false),
            ([1: mine], 1, false), ([0: other, 1: other], nil, false),
        ]
        for (paid, number, isNew) in cases {
            let sale = try? TokenRules.epoch(among: both, for: mine, paid: paid)
            #expect(sale?.epoch.number == number && (sale == nil || sale?.isNew == isNew))
        }
    }

    @Test("A code and a member are never one buyer")
    func buyers() throws {
        let bytes = [UInt8](repeating: 3, count: 32)
        let code = TokenBuyer.code(EnrolmentCodeHash(unchecked: bytes))
        let member = TokenBuyer.member(MemberID(unchecked: [UInt8](bytes.prefix(16))))
        #expect(code.bytes == [1] + bytes && member.bytes == [2] + bytes.prefix(16))
        #expect(code != member)
    }

    @Test("Only an active member buys, whatever else they are")
    func members() throws {
        let sample = try SampleProgram(seed: 962)
        for status in [MemberStatus.active, .away, .suspended, .removed] {
            let content = try sample.next { $0.members[0].status = status }
            let program = try VerifiedProgram(sample.sign(content), under: sample.root)
            let key = sample.peers[0].signing.publicKey
            let refused = refusal { () throws(Problem) in try TokenRules.buyer(with: key, in: program) }
            #expect(refused == (status == .active ? nil : .notPermitted), "\(status)")
        }
        let stranger = sample.coordinators[0].publicKey
        #expect(
            refusal { () throws(Problem) in try TokenRules.buyer(with: stranger, in: sample.program) } == .notPermitted)
    }

    @Test("Hashes of codes come whole, 1 to 1,000")
    func codes() throws {
        for (count, problem) in [
            (0, Problem.malformed), (1, .malformed), (31, .malformed), (33, .malformed), (32_032, .tooLarge),
        ] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(refusal { () throws(Problem) in try CodeHashes(parsing: bytes) } == problem, "\(count)")
        }
        #expect(try CodeHashes(parsing: [UInt8](repeating: 1, count: 32_000)).hashes.count == 1_000)
    }
}
