import CallboxCrypto
import CallboxProgram
import CallboxTesting
import FoundationEssentials
import Testing

@Suite("The stored state of a program")
struct StorageTests {
    private let sample: SampleProgram
    private let now = SampleProgram.now

    init() throws { sample = try SampleProgram(seed: 70) }

    private func state() throws -> ProgramState {
        var state = try sample.state()
        let bulletin = Bulletin(
            programID: sample.program.id, after: nil, issued: now, incidentAt: nil, title: try Line("a"),
            text: try Passage("b"))
        let envelope = sample.coordinators[..<1].sign(bulletin.payload, as: .bulletin)
        _ = try state.accept(bulletins: BulletinPage([envelope]))
        let statement = FreshnessStatement(
            programID: sample.program.id, version: 1, hash: sample.program.hash, time: now,
            bulletin: state.bulletins.head)
        _ = try state.accept(freshness: [sample.online].sign(statement.payload, as: .freshness), at: now)
        return state
    }

    private func read(_ bytes: [UInt8]) throws -> ProgramState {
        try JSONDecoder().decode(ProgramState.self, from: Data(bytes))
    }

    @Test("It comes back as it was, and goes on refusing what it refused")
    func roundTrip() throws {
        let state = try state()
        var again = try read([UInt8](JSONEncoder().encode(state)))
        #expect(again.root.digest == state.root.digest)
        #expect(again.program?.hash == state.program?.hash)
        #expect(again.program?.signers == state.program?.signers)
        #expect(again.statement == state.statement)
        #expect(again.bulletins == state.bulletins)
        #expect(try again.checkNewSession(at: now) == .fresh)
        let forked = try sample.sign(
            sample.next {
                $0.version = 1; $0.previous = nil; $0.members = []
            })
        #expect(refusal { try again.accept(program: forked) } == .fork)
        #expect(refusal { try again.accept(bulletins: BulletinPage([])) } == .rollback)
    }

    @Test("A state after a rotation keeps its document, which still opens no session")
    func afterRotation() throws {
        var state = try state()
        var random = SeededRandom(seed: 71)
        let keys = (0..<3).map { _ in SampleKey(from: &random) }
        let next = try RootDocument(
            programID: sample.program.id, version: 2, previous: sample.root.digest, issued: now,
            coordinatorKeys: keys.map(\.publicKey), quorum: 2, onlineKey: nil)
        let chain = try RootChain([sample.root.envelope, (sample.coordinators + keys).sign(next.payload, as: .root)])
        _ = try state.accept(roots: chain)
        let again = try read([UInt8](JSONEncoder().encode(state)))
        #expect(again.program?.hash == sample.program.hash)
        #expect(again.statement == nil)
        #expect(refusal { try again.checkNewSession(at: now) } == .quorum)
    }

    @Test("A root or document that is not the one stored by its hash is refused")
    func exchanged() throws {
        let other = try SampleProgram(seed: 72)
        let bytes = [UInt8](try JSONEncoder().encode(state()))
        let text = String(decoding: bytes, as: UTF8.self)
        let encoded = { (envelope: SignedEnvelope) in
            String(decoding: try JSONEncoder().encode(envelope.unverifiedPayload.base64), as: UTF8.self)
        }
        let changes: [(SignedEnvelope, SignedEnvelope, ProgramError)] = [
            (sample.root.envelope, other.root.envelope, .unknownRoot),
            (sample.program.envelope, try sample.sign(sample.next()), .fork),
        ]
        for (old, new, error) in changes {
            let changed = text.replacing(try encoded(old), with: try encoded(new))
            #expect(changed != text)
            #expect(refusal { try read([UInt8](changed.utf8)) } == error)
        }
    }

    @Test("A document stored for sessions that still name it is believed by its hash alone")
    func olderDocument() throws {
        let envelope = try SignedEnvelope(parsing: sample.program.envelope.encoded, as: .program)
        let again = try VerifiedProgram(stored: envelope, hash: sample.program.hash, root: sample.root)
        #expect(again.signers == sample.program.signers)
        let wrong = RosterHash(unchecked: [UInt8](repeating: 0, count: 32))
        #expect(refusal { try VerifiedProgram(stored: envelope, hash: wrong, root: sample.root) } == .fork)
        let root = sample.root.envelope
        #expect(refusal { try VerifiedProgram(stored: root, hash: wrong, root: sample.root) } == .payloadType)
    }
}

extension [UInt8] {
    fileprivate var base64: String { Data(self).base64EncodedString() }
}
