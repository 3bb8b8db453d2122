import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// What a relay can show in the place of sheets and documents, and that nothing begins on it.
@Suite("A relay that shows false papers")
struct FalsePapersTests {
    @Test("A sheet that does not hold begins nothing", arguments: ["other key", "other day", "other member", "none"])
    func sheets(_ how: String) async throws {
        var world = try TalkingWorld(seed: 50)
        try await world.settle([world.peer, world.otherPeer])
        try world.prepare()
        var random = SeededRandom(seed: 3)
        let sample = world.sample
        let forger = SampleMember(.peer, from: &random)
        let mailbox = SampleMailbox(from: &random)
        let wanted = sample.peers[0]
        let made: SheetContent = {
            var random = SeededRandom(seed: 4)
            let secrets = SheetSecrets.random(from: &random)
            return SheetContent(
                memberID: wanted.id, program: sample.program, day: SampleProgram.today, secrets: secrets,
                intakeAddress: mailbox.address, sealingKey: mailbox.sealingKey)
        }()
        let forged = PrekeySheet(signing: made, by: forger.signing.key())
        world.relay.behave { conduct in
            conduct.book = { book in
                switch how {
                case "other key":
                    (try? SheetBook(
                        day: book.day, sheets: book.sheets.filter { $0.content.memberID != wanted.id } + [forged]))
                        ?? book
                case "other member":
                    (try? SheetBook(day: book.day, sheets: book.sheets.filter { $0.content.memberID != wanted.id }))
                        ?? book
                case "none": (try? SheetBook(day: book.day, sheets: [])) ?? book
                default: (try? SheetBook(day: book.day.later(by: 1), sheets: [])) ?? book
                }
            }
        }
        let before = world.officer.store.records
        world.relay.forgetCalls()
        await #expect(throws: Trouble.self) {
            _ = try await world.officer.callbox.reachOut(to: wanted.id.crockford, text: "hello", concern: nil)
        }
        #expect(try world.officer.callbox.conversations().isEmpty)
        #expect(!world.relay.calls.contains { $0.kind == .deposit || $0.kind == .make })
        #expect(world.officer.store.records.names(beginning: "out/") == before.names(beginning: "out/"))
    }

    @Test("Another program's roots, or a document that nobody signed, let nobody join")
    func joining() async throws {
        let world = try TalkingWorld(seed: 51)
        let entry = world.sample.program.document.content.relays[0]
        let invite = try Invite(
            program: world.sample.program.id, relays: [Invite.Relay(entry.url, trust: .webPKI)],
            root: HumanDigest(of: world.sample.root.digest))
        let state = try await Callbox.program(of: invite, from: world.relay, at: world.clock.now)
        #expect(state.program?.hash == world.sample.program.hash)
        let other = try SampleProgram(seed: 99)
        let chain = try RootChain([other.root.envelope])
        world.relay.behave { $0.roots = { _ in chain } }
        await #expect(throws: Trouble.program(.unknownRoot)) {
            _ = try await Callbox.program(of: invite, from: world.relay, at: world.clock.now)
        }
        world.relay.behave {
            $0 = MisbehavingRelay.Conduct()
            $0.document = { _ in other.program.envelope }
        }
        await #expect(throws: Trouble.program(.quorum)) {
            _ = try await Callbox.program(of: invite, from: world.relay, at: world.clock.now)
        }
    }

    @Test("A first frame made under a document that is not here waits for it, and is then read")
    func unknownDocument() async throws {
        var world = try TalkingWorld(seed: 52)
        try await world.settle()
        try world.prepare()
        // The officer has a newer document than the peer.
        let sample = world.sample
        let next = try sample.sign(sample.next())
        try world.officer.store.change { records in
            var state = try sample.state()
            _ = try state.accept(program: next)
            records.put(state, in: .program)
        }
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "from tomorrow", concern: nil)
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.callbox.conversations().isEmpty)
        #expect(world.peer.store.records.names(beginning: "kept/").count == 1)
        #expect(world.paper.addresses.allSatisfy { world.paper.waiting(in: $0).isEmpty })
        world.paper.host([], [next], of: sample.program.id)
        let document = try VerifiedProgram(next, under: sample.root)
        let word = FreshnessStatement(
            programID: sample.program.id, version: 2, hash: document.hash, time: world.clock.now)
        world.paper.host(freshness: [sample.online][...].sign(word.payload, as: .freshness), of: sample.program.id)
        world.clock.advance(seconds: 3_601)
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts() == ["Officer 1: from tomorrow"])
        #expect(world.peer.store.records.names(beginning: "kept/").isEmpty)
    }
}
