import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Freshness")
struct FreshnessTests {
    private let sample: SampleProgram
    private let now = SampleProgram.now
    private let issued: Instant
    private let day: UInt64 = 86_400

    init() throws {
        sample = try SampleProgram(seed: 40)
        issued = sample.program.document.content.issued
    }

    private func statement(
        version: UInt64 = 1, hash: RosterHash? = nil, time: Instant = SampleProgram.now, bulletin: BulletinHead? = nil,
        program: ProgramID? = nil
    ) -> FreshnessStatement {
        FreshnessStatement(
            programID: program ?? sample.program.id, version: version, hash: hash ?? sample.program.hash, time: time,
            bulletin: bulletin)
    }

    private func sign(_ statement: FreshnessStatement, by key: SampleKey? = nil) -> SignedEnvelope {
        [key ?? sample.online].sign(statement.payload, as: .freshness)
    }

    private let otherHash = RosterHash(unchecked: [UInt8](repeating: 9, count: 32))

    @Test("A client warns after three days without a word and opens no new session after seven")
    func agingAndFrozen() throws {
        var state = try sample.state()
        let longLived = try sample.next { $0.expires = $0.issued.later(by: 90 * day) }
        _ = try state.accept(program: sample.sign(longLived))
        let hash = try #require(state.program?.hash)
        var last = issued
        for word in [nil, now.later(by: 2 * day), now.later(by: 9 * day)] {
            if let word {
                #expect(
                    try state.accept(freshness: sign(statement(version: 2, hash: hash, time: word)), at: word)
                        == .accepted)
                last = word
            }
            #expect(try state.checkNewSession(at: last) == .fresh)
            #expect(try state.checkNewSession(at: last.later(by: 3 * day)) == .fresh)
            #expect(try state.checkNewSession(at: last.later(by: 3 * day + 1)) == .aging)
            #expect(try state.checkNewSession(at: last.later(by: 7 * day)) == .aging)
            #expect(refusal { try state.checkNewSession(at: last.later(by: 7 * day + 1)) } == .frozen)
        }
        #expect(refusal { try state.checkNewSession(at: issued.later(by: 90 * day)) } == .expired)
    }

    @Test("A program without an online key goes by its document's expiry alone, and takes no statement")
    func noOnlineKey() throws {
        let sample = try SampleProgram(seed: 41, hasOnlineKey: false)
        var state = try sample.state()
        let last = sample.program.document.content.expires.earlier(by: 1)
        #expect(try state.checkNewSession(at: last) == .fresh)
        #expect(refusal { try state.checkNewSession(at: last.later(by: 1)) } == .expired)
        let statement = FreshnessStatement(
            programID: sample.program.id, version: 1, hash: sample.program.hash, time: now)
        let envelope = [sample.online].sign(statement.payload, as: .freshness)
        #expect(refusal { try state.accept(freshness: envelope, at: now) } == .noOnlineKey)
    }

    @Test("Forged, foreign, early and older statements, and other hashes, are refused and change nothing")
    func refusals() throws {
        var state = try sample.state()
        _ = try state.accept(program: sample.sign(sample.next()))
        let hash = try #require(state.program?.hash)
        let good = statement(version: 2, hash: hash)
        #expect(try state.accept(freshness: sign(good), at: now) == .accepted)
        #expect(try state.accept(freshness: sign(good), at: now) == .unchanged)
        let later = now.later(by: day)
        let table: [(SignedEnvelope, ProgramError)] = [
            (sign(statement(version: 2, hash: hash, time: later), by: sample.coordinators[0]), .badSignature),
            (sign(statement(version: 2, hash: hash, time: later), by: sample.peers[0].signing), .badSignature),
            ([sample.online].sign(good.payload, as: .root), .payloadType),
            (
                sign(
                    statement(
                        version: 2, hash: hash, time: later,
                        program: ProgramID(unchecked: [UInt8](repeating: 0, count: 16)))),
                .wrongProgram
            ),
            (sign(statement(version: 2, hash: hash, time: later.later(by: day + 1))), .notYetValid),
            (sign(statement(version: 2, hash: hash, time: now.earlier(by: 1))), .rollback),
            (sign(statement(version: 1, time: later)), .rollback),
            (sign(statement(version: 2, hash: otherHash, time: later)), .fork),
            ([sample.online].sign([UInt8]("{}".utf8), as: .freshness), .malformed),
        ]
        for (envelope, error) in table {
            #expect(refusal { try state.accept(freshness: envelope, at: later) } == error)
            #expect(state.statement == good)
        }
        #expect(
            try state.accept(freshness: sign(statement(version: 2, hash: hash, time: later.later(by: day))), at: later)
                == .accepted)
    }

    @Test("A statement for a newer document says so, does not vouch for ours, and binds what may come in its place")
    func newer() throws {
        var state = try sample.state()
        let second = try sample.sign(sample.next())
        let hash = ProgramDocument.hash(of: second.unverifiedPayload)
        let announced = statement(version: 2, hash: hash, time: now)
        #expect(try state.accept(freshness: sign(announced), at: now) == .newerExists)
        #expect(state.isBehind)
        #expect(try state.checkNewSession(at: now) == .behind)
        #expect(refusal { try state.checkNewSession(at: issued.later(by: 7 * day + 1)) } == .frozen)
        let forked = try sample.sign(sample.next { $0.members[0].status = .removed })
        #expect(refusal { try state.accept(program: forked) } == .fork)
        #expect(try state.accept(program: second) == .accepted)
        #expect(!state.isBehind)
        #expect(try state.checkNewSession(at: now.later(by: 3 * day)) == .fresh)
    }

    @Test(
        "A word about the document before, from before this one was published, is no rollback and vouches for nothing")
    func olderWord() throws {
        var state = try sample.state()
        let issued = sample.program.document.content.issued
        _ = try state.accept(program: sample.sign(sample.next()))
        #expect(try state.accept(freshness: sign(statement(version: 1, time: now)), at: now) == .accepted)
        #expect(!state.isBehind)
        // Were it for the document in hand, this would still be fresh.
        #expect(try state.checkNewSession(at: issued.later(by: 3 * day + 1)) == .aging)
        #expect(refusal { try state.checkNewSession(at: issued.later(by: 7 * day + 1)) } == .frozen)
    }

    @Test("Having heard of a newer document, an older one between is taken and known to be behind")
    func between() throws {
        var state = try sample.state()
        _ = try state.accept(freshness: sign(statement(version: 5, hash: otherHash)), at: now)
        #expect(try state.accept(program: sample.sign(sample.next())) == .accepted)
        #expect(state.isBehind)
        #expect(
            refusal { try state.accept(freshness: sign(statement(version: 2, hash: state.program?.hash)), at: now) }
                == .rollback)
    }

    @Test("A new online key starts from nothing, whatever the old one announced")
    func replacedOnlineKey() throws {
        var state = try sample.state()
        _ = try state.accept(freshness: sign(statement(version: 1 << 52, hash: otherHash)), at: now)
        var random = SeededRandom(seed: 42)
        let online = SampleKey(from: &random)
        let root = try RootDocument(
            programID: sample.program.id, version: 2, previous: sample.root.digest, issued: now,
            coordinatorKeys: sample.coordinators.map(\.publicKey), quorum: 2, onlineKey: online.publicKey)
        let envelope = sample.coordinators.sign(root.payload, as: .root)
        _ = try state.accept(roots: RootChain([sample.root.envelope, envelope]))
        #expect(!state.isBehind)
        #expect(refusal { try state.accept(freshness: sign(statement()), at: now) } == .badSignature)
        #expect(try state.accept(freshness: sign(statement(), by: online), at: now) == .accepted)
        #expect(try state.checkNewSession(at: now) == .fresh)
    }

    @Test("A statement cannot take back or replace a bulletin that was announced or read")
    func bulletins() throws {
        let heads = (0..<3).map {
            BulletinHead(index: 5, hash: BulletinHash(unchecked: [UInt8](repeating: $0, count: 32)))
        }
        var state = try sample.state()
        _ = try state.accept(freshness: sign(statement(bulletin: heads[0])), at: now)
        #expect(state.isMissingBulletins)
        let next = { (head: BulletinHead?) in sign(statement(time: now.later(by: 1), bulletin: head)) }
        #expect(refusal { try state.accept(freshness: next(heads[1]), at: now) } == .fork)
        #expect(refusal { try state.accept(freshness: next(nil), at: now) } == .rollback)
        #expect(
            refusal { try state.accept(freshness: next(BulletinHead(index: 4, hash: heads[0].hash)), at: now) }
                == .rollback)
        #expect(try state.accept(freshness: next(BulletinHead(index: 6, hash: heads[1].hash)), at: now) == .accepted)
    }

    @Test("A statement is read as it was written; truncated or damaged it never traps")
    func decoding() throws {
        let whole = statement(
            bulletin: BulletinHead(index: 3, hash: BulletinHash(unchecked: [UInt8](repeating: 3, count: 32))))
        let payload = whole.payload
        #expect(try FreshnessStatement(parsing: payload) == whole)
        for length in 0..<payload.count {
            #expect(refusal { try FreshnessStatement(parsing: [UInt8](payload[..<length])) } == .malformed)
        }
        #expect(refusal { try FreshnessStatement(parsing: payload + [0x7D]) } == .malformed)
        for (old, new) in [(#""version":1"#, #""version":0"#), (#""index":3"#, #""index":0"#)] {
            let impossible = replacing(old, by: new, in: payload)
            #expect(refusal { try FreshnessStatement(parsing: impossible) } == .field)
        }
        for damaged in mutations(of: payload, count: 500, seed: 43) {
            guard let read = try? FreshnessStatement(parsing: damaged) else { continue }
            #expect(try FreshnessStatement(parsing: read.payload) == read)
        }
    }
}
