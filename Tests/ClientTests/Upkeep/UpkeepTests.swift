import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting

@Suite("Keeping up with the program")
struct UpkeepTests {
    @Test("A newer document is taken, and the one before it is kept")
    func newer() async throws {
        let world = try await CareWorld(seed: 50)
        let before = try #require(try world.state.program)
        let next = try world.next { $0.name = try Line("Another name") }
        world.paper.host([], [next], of: world.sample.program.id)
        try world.announce(next)
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.state.program?.version == before.version + 1)
        #expect(try world.callbox.program().name == "Another name")
        // Nothing here needs the older one, so it went; with a sheet of that time it would stay.
        #expect(try world.store.records.value(.document(before.version)) == nil)
        try world.store.change { records in
            records["sheet/\(SampleProgram.today.number)"] = [1]
        }
        let third = try world.next()
        world.paper.host([], [third], of: world.sample.program.id)
        world.clock.advance(seconds: 10)
        try world.announce(third)
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.store.records.value(.document(before.version + 1)) != nil)
    }

    @Test("Whatever does not hold is refused in words, and changes nothing")
    func refusals() async throws {
        struct Case {
            let name: String
            let kind: Trouble.Kind
            let arrange: (CareWorld) throws -> Void
        }
        let cases: [Case] = [
            Case(name: "too few signatures", kind: .notTrusted) { world in
                let next = try world.next(by: [0])
                world.paper.host([], [next], of: world.sample.program.id)
                try world.announce(next)
            },
            Case(name: "a wrong previous", kind: .notTrusted) { world in
                let next = try world.next { $0.previous = RosterHash(unchecked: [UInt8](repeating: 1, count: 32)) }
                world.paper.host([], [next], of: world.sample.program.id)
                try world.announce(next)
            },
            Case(name: "another document than the announced", kind: .notTrusted) { world in
                world.paper.host([], [try world.next { $0.name = try Line("B") }], of: world.sample.program.id)
                try world.announce(try world.next { $0.name = try Line("A") })
            },
            Case(name: "another document of this version", kind: .notTrusted) { world in
                let hash = RosterHash(unchecked: [UInt8](repeating: 1, count: 32))
                world.paper.host(freshness: world.statement(2, hash), of: world.sample.program.id)
            },
            Case(name: "a word by a stranger", kind: .notTrusted) { world in
                guard let program = try world.state.program else { return }
                world.paper.host(
                    freshness: world.statement(2, program.hash, by: world.sample.coordinators[0]),
                    of: world.sample.program.id)
            },
            Case(name: "a word from the future", kind: .clock) { world in
                guard let program = try world.state.program else { return }
                world.paper.host(
                    freshness: world.statement(2, program.hash, at: world.clock.now.later(by: 2 * 86_400)),
                    of: world.sample.program.id)
            },
        ]
        for (place, one) in cases.enumerated() {
            let world = try await CareWorld(seed: 60 + UInt64(place))
            try one.arrange(world)
            let before = try world.state
            let troubles = try await world.keepUp()
            #expect(troubles.contains { $0.kind == one.kind }, "\(one.name)")
            let after = try world.state
            #expect(
                after.program?.hash == before.program?.hash && after.root.digest == before.root.digest, "\(one.name)")
            #expect(try world.callbox.program().warning != nil, "\(one.name)")
            for trouble in troubles {
                #expect(!trouble.happened.isEmpty && !trouble.meaning.isEmpty && !trouble.remedy.isEmpty)
            }
        }
    }

    @Test("An older word than the one that is here is refused")
    func replayedWord() async throws {
        let world = try await CareWorld(seed: 70)
        let program = try #require(try world.state.program)
        world.paper.host(freshness: world.statement(2, program.hash), of: world.sample.program.id)
        #expect(try await world.keepUp().isEmpty)
        world.paper.host(
            freshness: world.statement(2, program.hash, at: world.clock.now.earlier(by: 60)),
            of: world.sample.program.id)
        #expect(try await world.keepUp().map(\.kind) == [.notTrusted])
    }

    @Test("Without a word for days the person is warned, and then nothing new begins")
    func aging() async throws {
        let world = try await CareWorld(seed: 71)
        #expect(try world.callbox.program().warning == nil)
        world.clock.advance(seconds: 3 * 86_400)
        #expect(try world.callbox.program().warning?.contains("three days") == true)
        world.clock.advance(seconds: 4 * 86_400)
        #expect(try world.callbox.program().warning?.contains("seven days") == true)
        let program = try #require(try world.state.program)
        world.paper.host(freshness: world.statement(2, program.hash), of: world.sample.program.id)
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.callbox.program().warning == nil)
    }

    @Test("A document that was announced and is withheld is said to be missing")
    func behind() async throws {
        let world = try await CareWorld(seed: 72)
        try world.announce(try world.next())
        _ = try await world.keepUp()
        #expect(try world.callbox.program().warning?.contains("newer list") == true)
    }

    @Test("After versions that were never shown the person is told so")
    func gap() async throws {
        let world = try await CareWorld(seed: 73)
        let next = try world.next { content in
            content.version += 1
            content.previous = RosterHash(unchecked: [UInt8](repeating: 9, count: 32))
        }
        world.paper.host([], [next], of: world.sample.program.id)
        try world.announce(next)
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.callbox.program().warning?.contains("never shown") == true)
    }

    @Test("A root with another online key is followed, and its word is taken at once")
    func rotation() async throws {
        let world = try await CareWorld(seed: 74)
        var random = SeededRandom(seed: 740)
        let online = SampleKey(from: &random)
        let old = world.sample.root.document
        let document = try RootDocument(
            programID: old.programID, version: 2, previous: world.sample.root.digest, issued: world.clock.now,
            coordinatorKeys: old.coordinatorKeys, quorum: 2, onlineKey: online.publicKey)
        world.paper.host(
            [world.sample.coordinators.prefix(2).sign(document.payload, as: .root)], [], of: world.sample.program.id)
        let program = try #require(try world.state.program)
        world.paper.host(freshness: world.statement(2, program.hash, by: online), of: world.sample.program.id)
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.state.root.document.version == 2 && world.state.statement?.version == 2)
        // A root that nobody led to is refused.
        let forged = try RootDocument(
            programID: old.programID, version: 3, previous: document.digest, issued: world.clock.now,
            coordinatorKeys: [online.publicKey], quorum: 1, onlineKey: nil)
        world.paper.host([[online].sign(forged.payload, as: .root)], [], of: world.sample.program.id)
        world.paper.host(freshness: world.statement(2, program.hash), of: world.sample.program.id)
        #expect(try await world.keepUp().contains { $0.kind == .notTrusted })
        #expect(try world.state.root.document.version == 2)
    }

    @Test("Bulletins are read from the one before the last, and each is shown once")
    func bulletins() async throws {
        let world = try await CareWorld(seed: 75)
        let program = try #require(try world.state.program)
        func bulletin(after head: BulletinHead?, _ title: String) throws -> (SignedEnvelope, BulletinHead) {
            let bulletin = Bulletin(
                programID: world.sample.program.id, after: head, issued: world.clock.now, incidentAt: nil,
                title: try Line(title), text: try Passage("Text."))
            let payload = bulletin.payload
            return (
                [world.sample.coordinators[2]].sign(payload, as: .bulletin),
                BulletinHead(index: bulletin.index, hash: Bulletin.hash(of: payload))
            )
        }
        var head: BulletinHead?
        for title in ["One", "Two", "Three"] {
            let (envelope, next) = try bulletin(after: head, title)
            head = next
            try await bring(envelope, as: .bulletin, world)
            world.clock.advance(seconds: 5)
            world.paper.host(freshness: world.statement(2, program.hash, bulletin: next), of: world.sample.program.id)
            #expect(try await world.keepUp().isEmpty)
        }
        #expect(try world.callbox.bulletins().map(\.title) == ["Three", "Two", "One"])
        // One in the place of one that was read.
        let (forged, other) = try bulletin(after: nil, "Another")
        try await bring(forged, as: .bulletin, world)
        world.clock.advance(seconds: 5)
        world.paper.host(freshness: world.statement(2, program.hash, bulletin: other), of: world.sample.program.id)
        #expect(try await world.keepUp().contains { $0.kind == .notTrusted })
        #expect(try world.callbox.bulletins().count == 3)
    }

    private func bring(_ envelope: SignedEnvelope, as kind: PublishedKind, _ world: CareWorld) async throws {
        var random = SystemRandom()
        try await world.paper.bring(
            envelope, as: kind, to: world.sample.program.id, by: RequestSigner(.random(from: &random)))
    }

    @Test("The relay is asked once an hour at most, and a clock that ran ahead does not stop it")
    func hourly() async throws {
        let world = try await CareWorld(seed: 76)
        try world.store.change { $0.put(nil, in: .code) }
        _ = try await world.callbox.keepUp()
        world.relay.forgetCalls()
        world.clock.advance(seconds: 3_599)
        _ = try await world.callbox.keepUp()
        #expect(!world.relay.calls.map(\.kind).contains(.freshness))
        world.clock.advance(seconds: 1)
        _ = try await world.callbox.keepUp()
        #expect(world.relay.calls.map(\.kind).contains(.freshness))
        world.relay.forgetCalls()
        world.clock.set(SampleProgram.now)
        _ = try await world.callbox.keepUp()
        #expect(world.relay.calls.map(\.kind).contains(.freshness))
    }

    @Test("An older document that something waits for is fetched, if the coordinators have signed it")
    func older() async throws {
        let world = try await CareWorld(seed: 77)
        try world.store.change { records in
            var log = UpkeepRecord()
            log.wanted = [1]
            records.put(log, in: .upkeep)
            records["sheet/\(SampleProgram.today.number)"] = [1]
        }
        #expect(try await world.keepUp().isEmpty)
        #expect(try world.store.records.value(.document(1))?.hash == world.sample.program.hash)

        let other = try await CareWorld(seed: 78)
        let forged = try other.sample.sign(
            other.content(following: other.sample.program) {
                $0.version = 1
                $0.previous = nil
                $0.name = try Line("Forged")
            })
        other.relay.behave { conduct in
            conduct.document = { envelope in
                let version = (try? ProgramDocument(parsing: envelope.unverifiedPayload))?.content.version
                return version == 1 ? forged : envelope
            }
        }
        try other.store.change { records in
            var log = UpkeepRecord()
            log.wanted = [1]
            records.put(log, in: .upkeep)
        }
        #expect(try await other.keepUp().map(\.kind) == [.notTrusted])
        #expect(try other.store.records.value(.document(1)) == nil)
    }
}
