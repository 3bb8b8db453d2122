import CallboxCrypto
import CallboxProgram
import CallboxTesting
import FoundationEssentials
import Testing

@Suite("The signer's memory")
struct SigningLedgerTests {
    private let sample: SampleProgram
    private let now = SampleProgram.now

    init() throws { sample = try SampleProgram(seed: 60) }

    @Test("Two different documents of one version are never signed, nor one of a lower version")
    func programs() throws {
        let key = sample.coordinators[0].key()
        var ledger = SigningLedger()
        let second = try ProgramDocument(sample.next()).payload
        let changed = try ProgramDocument(sample.next { $0.members[0].status = .suspended }).payload
        let third = try ProgramDocument(sample.next { $0.version = 3 }).payload
        let envelope = try ledger.sign(second, as: .program, by: key)
        #expect(try ledger.sign(second, as: .program, by: key) == envelope, "the same again is the same")
        let before = ledger
        #expect(refusal { try ledger.sign(changed, as: .program, by: key) } == .alreadySigned)
        #expect(refusal { try ledger.sign(sample.program.document.payload, as: .program, by: key) } == .rollback)
        #expect(ledger == before)
        _ = try ledger.sign(third, as: .program, by: key)
        #expect(refusal { try ledger.sign(second, as: .program, by: key) } == .rollback)
    }

    @Test("Roots, bulletins and freshness statements are remembered by their own numbers")
    func otherKinds() throws {
        let key = sample.coordinators[0].key()
        var ledger = SigningLedger()
        _ = try ledger.sign(sample.root.document.payload, as: .root, by: key)
        let otherRoot = try RootDocument(
            programID: sample.program.id, version: 1, previous: nil, issued: now,
            coordinatorKeys: sample.coordinators.map(\.publicKey), quorum: 1, onlineKey: nil)
        #expect(refusal { try ledger.sign(otherRoot.payload, as: .root, by: key) } == .alreadySigned)
        let bulletins = try ["a", "b"].map { text in
            Bulletin(
                programID: sample.program.id, after: nil, issued: now, incidentAt: nil, title: try Line(text),
                text: try Passage(text))
        }
        _ = try ledger.sign(bulletins[0].payload, as: .bulletin, by: key)
        #expect(refusal { try ledger.sign(bulletins[1].payload, as: .bulletin, by: key) } == .alreadySigned)
        let statements = [(1, now), (2, now), (1, now.earlier(by: 1)), (1, now.later(by: 1))].map { version, time in
            FreshnessStatement(programID: sample.program.id, version: version, hash: sample.program.hash, time: time)
        }
        _ = try ledger.sign(statements[0].payload, as: .freshness, by: key)
        #expect(refusal { try ledger.sign(statements[1].payload, as: .freshness, by: key) } == .alreadySigned)
        #expect(refusal { try ledger.sign(statements[2].payload, as: .freshness, by: key) } == .rollback)
        _ = try ledger.sign(statements[3].payload, as: .freshness, by: key)
    }

    @Test("Each program has its own numbers")
    func programsApart() throws {
        let other = try SampleProgram(seed: 61)
        var ledger = SigningLedger()
        _ = try ledger.sign(ProgramDocument(sample.next()).payload, as: .program, by: sample.coordinators[0].key())
        _ = try ledger.sign(other.program.document.payload, as: .program, by: sample.coordinators[0].key())
    }

    @Test("What is no document of its kind, or of a kind without numbers, is not signed")
    func nonsense() throws {
        let key = sample.coordinators[0].key()
        var ledger = SigningLedger()
        #expect(refusal { try ledger.sign([UInt8]("{}".utf8), as: .program, by: key) } == .malformed)
        #expect(refusal { try ledger.sign(sample.root.document.payload, as: .program, by: key) } == .malformed)
        let unknown = PayloadType("application/vnd.example+json", limit: 100)
        #expect(refusal { try ledger.sign([UInt8]("{}".utf8), as: unknown, by: key) } == .payloadType)
        #expect(ledger == SigningLedger())
    }

    @Test("The memory survives being stored")
    func storage() throws {
        let key = sample.coordinators[0].key()
        var ledger = SigningLedger()
        _ = try ledger.sign(ProgramDocument(sample.next()).payload, as: .program, by: key)
        var read = try JSONDecoder().decode(SigningLedger.self, from: JSONEncoder().encode(ledger))
        #expect(read == ledger)
        let changed = try ProgramDocument(sample.next { $0.members[0].status = .suspended }).payload
        #expect(refusal { try read.sign(changed, as: .program, by: key) } == .alreadySigned)
    }
}
