import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@Suite("What a client believes of its program")
struct ProgramStateTests {
    private let sample: SampleProgram
    private let now = SampleProgram.now
    private let day: UInt64 = 86_400

    init() throws { sample = try SampleProgram(seed: 30) }

    private func version(_ version: UInt64, previous: RosterHash) throws -> SignedEnvelope {
        try sample.sign(
            sample.next { content in
                content.version = version
                content.previous = previous
            })
    }

    private func hash(_ envelope: SignedEnvelope) -> RosterHash { ProgramDocument.hash(of: envelope.unverifiedPayload) }

    private func rotate(
        keys: [SampleKey], online: VerificationKey?, issued: Instant = SampleProgram.now
    ) throws -> RootChain {
        let next = try RootDocument(
            programID: sample.root.document.programID, version: 2, previous: sample.root.digest, issued: issued,
            coordinatorKeys: keys.map(\.publicKey), quorum: 2, onlineKey: online)
        let envelope = (sample.coordinators + keys).sign(next.payload, as: .root)
        return try RootChain([sample.root.envelope, envelope])
    }

    private func newKeys() -> [SampleKey] {
        var random = SeededRandom(seed: 31)
        return (0..<3).map { _ in SampleKey(from: &random) }
    }

    @Test("The next version is accepted, the same one changes nothing")
    func next() throws {
        var state = try sample.state()
        #expect(try state.accept(program: sample.program.envelope) == .unchanged)
        let second = try version(2, previous: sample.program.hash)
        #expect(try state.accept(program: second) == .accepted)
        #expect(state.program?.version == 2)
        #expect(try state.accept(program: second) == .unchanged)
        #expect(try state.accept(program: version(3, previous: hash(second))) == .accepted)
    }

    @Test("A client that was away takes a later version and is told of the gap")
    func gap() throws {
        var state = try sample.state()
        let later = try version(9, previous: RosterHash(unchecked: [UInt8](repeating: 1, count: 32)))
        #expect(try state.accept(program: later) == .acceptedAfterGap)
        #expect(state.program?.version == 9)
    }

    @Test("A version number that was given up leaves no gap when the link holds")
    func skippedNumber() throws {
        var state = try sample.state()
        #expect(try state.accept(program: version(3, previous: sample.program.hash)) == .accepted)
    }

    @Test("Rollback, fork, wrong link, lack of quorum and another program are refused and change nothing")
    func refusals() throws {
        var state = try sample.state()
        let second = try version(2, previous: sample.program.hash)
        _ = try state.accept(program: second)
        let third = try sample.next {
            $0.version = 3; $0.previous = hash(second)
        }
        let changed = try sample.next { $0.members[0].status = .suspended }
        let other = try SampleProgram(seed: 32)
        let table: [(SignedEnvelope, ProgramError)] = [
            (sample.program.envelope, .rollback),
            (try sample.sign(changed), .fork),
            (try version(3, previous: sample.program.hash), .wrongPrevious),
            (try sample.sign(third, by: [1]), .quorum),
            (try sample.sign(third, by: [2, 2]), .quorum),
            (other.program.envelope, .quorum),
            (sample.coordinators[..<2].sign(other.program.document.payload, as: .program), .wrongProgram),
            (sample.coordinators[..<2].sign(sample.root.document.payload, as: .root), .payloadType),
            (sample.coordinators[..<2].sign([UInt8]("{}".utf8), as: .program), .malformed),
        ]
        for (envelope, error) in table {
            #expect(refusal { try state.accept(program: envelope) } == error)
            #expect(state.program?.hash == hash(second))
        }
    }

    @Test("An expired document is still accepted, and opens no new session")
    func expired() throws {
        for hasOnlineKey in [true, false] {
            let sample = try SampleProgram(seed: 33, hasOnlineKey: hasOnlineKey)
            var state = try sample.state()
            let short = try sample.next { $0.expires = now }
            #expect(try state.accept(program: sample.sign(short)) == .accepted)
            #expect(try state.checkNewSession(at: now.earlier(by: 1)) == .fresh)
            #expect(refusal { try state.checkNewSession(at: now) } == .expired)
        }
    }

    @Test("Without a document there is no session")
    func noDocument() throws {
        let state = try ProgramState(joining: RootChain([sample.root.envelope])) { _ in true }
        #expect(refusal { try state.checkNewSession(at: now) } == .noDocument)
    }

    @Test("A clock that is behind what the program signed opens no new session")
    func clock() throws {
        let state = try sample.state()
        let issued = sample.program.document.content.issued
        #expect(try state.checkNewSession(at: issued.earlier(by: day)) == .fresh)
        #expect(refusal { try state.checkNewSession(at: issued.earlier(by: day + 1)) } == .clockBackwards)
        #expect(refusal { try state.checkNewSession(at: Instant(seconds: 0)) } == .clockBackwards)
        #expect(refusal { try state.checkNewSession(at: Instant(seconds: .max)) } == .expired)
    }

    @Test("After a rotation a document counts only while a quorum of the new root signed it")
    func rotation() throws {
        let keys = newKeys()
        var state = try sample.state()
        let chain = try rotate(keys: keys, online: sample.online.publicKey)
        #expect(try state.accept(roots: chain) == .accepted)
        #expect(try state.accept(roots: chain) == .unchanged)
        #expect(state.program != nil, "it stays on show")
        #expect(refusal { try state.checkNewSession(at: now) } == .quorum)
        #expect(refusal { try state.accept(program: sample.program.envelope) } == .quorum)
        let signedAgain = keys[..<2].sign(sample.program.document.payload, as: .program)
        #expect(try state.accept(program: signedAgain) == .unchanged)
        #expect(try state.checkNewSession(at: now) == .fresh)
    }

    @Test("A document that both sets of keys signed serves through the rotation")
    func rotationWithoutAPause() throws {
        let keys = newKeys()
        var state = try sample.state()
        let both = (sample.coordinators[..<2] + keys[..<2]).sign(
            try ProgramDocument(sample.next()).payload, as: .program)
        #expect(try state.accept(program: both) == .accepted)
        _ = try state.accept(roots: rotate(keys: keys, online: sample.online.publicKey))
        #expect(try state.checkNewSession(at: now) == .fresh)
    }

    @Test("A new root judges the document in hand again: keys reused, and life without an online key")
    func rotationJudgesAgain() throws {
        let member = sample.peers[0].signing
        var state = try sample.state()
        _ = try state.accept(
            roots: rotate(keys: [sample.coordinators[0], sample.coordinators[1], member], online: nil))
        #expect(refusal { try state.checkNewSession(at: now) } == .keyReused)
        state = try sample.state()
        let long = try sample.next { $0.expires = $0.issued.later(by: 90 * day) }
        _ = try state.accept(program: sample.sign(long))
        #expect(try state.checkNewSession(at: now) == .fresh)
        _ = try state.accept(roots: rotate(keys: sample.coordinators, online: nil))
        #expect(refusal { try state.checkNewSession(at: now) } == .lifetime)
    }

    @Test("A rotation refused leaves the root as it was")
    func refusedRotation() throws {
        var state = try sample.state()
        let next = try RootDocument(
            programID: sample.root.document.programID, version: 2, previous: sample.root.digest, issued: now,
            coordinatorKeys: newKeys().map(\.publicKey), quorum: 2, onlineKey: nil)
        let chain = try RootChain([sample.root.envelope, newKeys().sign(next.payload, as: .root)])
        #expect(refusal { try state.accept(roots: chain) } == .quorum)
        #expect(state.root.digest == sample.root.digest)
        #expect(refusal { try state.accept(roots: RootChain([])) } == .unknownRoot)
        let other = try SampleProgram(seed: 34)
        #expect(refusal { try state.accept(roots: RootChain([other.root.envelope])) } == .unknownRoot)
    }
}
