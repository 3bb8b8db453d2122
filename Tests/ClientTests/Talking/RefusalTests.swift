import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// What a relay can refuse, and that what was said is kept, or told to be lost.
@Suite("A relay that refuses")
struct RefusalTests {
    @Test("A relay that is not there is told of, and everything goes out later")
    func down() async throws {
        let world = try await TalkingWorld.moved(seed: 53)
        world.relay.behave { $0.deed = { _, _ in .failBefore(.unreachable) } }
        world.relay.forgetCalls()
        _ = try world.officer.callbox.say("later", in: 1)
        let report = try await world.officer.callbox.sync()
        #expect(report.troubles.map(\.kind) == [.network])
        #expect(report.stillWaiting == 1)
        #expect(world.relay.calls.count < 4)
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 1)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await world.sync()
        #expect(try world.heard() == ["zero", "later"])
    }

    @Test("A full mailbox lets the message wait as long as the relay asks")
    func full() async throws {
        let world = try await TalkingWorld.moved(seed: 54)
        world.paper.setRoom(session: 0)
        _ = try world.officer.callbox.say("much", in: 1)
        let report = try await world.officer.callbox.sync()
        #expect(report.troubles.map(\.kind) == [.full])
        world.paper.setRoom(session: 256)
        world.relay.forgetCalls()
        _ = try await world.officer.callbox.sync()
        #expect(!world.relay.calls.contains { $0.kind == .deposit })
        world.clock.advance(seconds: 31)
        try await world.sync()
        #expect(try world.heard() == ["zero", "much"])
    }

    @Test("A mailbox that is said not to be there is tried again, and gets all when its owner has made it again")
    func lostForAWhile() async throws {
        let world = try await TalkingWorld.moved(seed: 58)
        world.paper.forget(try world.peer.store.records.existing(.session(1)).ownMailbox)
        _ = try world.officer.callbox.say("are you there?", in: 1)
        let report = try await world.officer.callbox.sync()
        #expect(report.troubles == [.relay(.refused(.noSuchAddress, after: nil))])
        #expect(report.stillWaiting == 1 && !report.hasGivenUp)
        _ = try world.officer.callbox.say("still here", in: 1)
        _ = try await world.peer.callbox.sync()
        world.clock.advance(seconds: 2 * 86_400)
        try await world.sync()
        #expect(try world.heard() == ["zero", "are you there?", "still here"])
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 0)
    }

    @Test("What cannot arrive any more is marked so after three days, and nothing more is said there")
    func gone() async throws {
        let world = try await TalkingWorld.moved(seed: 55)
        let session = try world.peer.store.records.existing(.session(1))
        world.paper.forget(session.ownMailbox)
        try await world.officerSays("into the void")
        #expect(try world.officer.callbox.entries(of: 1, last: 1)[0].delivery == .waiting)
        world.clock.advance(seconds: Talk.missedSeconds - 1)
        _ = try await world.officer.callbox.sync()
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 1)
        world.clock.advance(seconds: 3_600)
        let report = try await world.officer.callbox.sync()
        #expect(report.troubles == [.mailboxGone] && report.hasGivenUp)
        let entries = try world.officer.callbox.entries(of: 1, last: 2)
        #expect(entries[0].delivery == .undeliverable)
        if case .noticed(.information, _) = entries[1].content {} else { Issue.record("nothing was said about it") }
        #expect(throws: Trouble.otherIsGone) { try world.officer.callbox.say("again", in: 1) }
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 0)
    }

    @Test("A mailbox of ours that the relay has lost is made again")
    func ownMailboxLost() async throws {
        let world = try await TalkingWorld.moved(seed: 56)
        let session = try world.officer.store.records.existing(.session(1))
        world.paper.forget(session.ownMailbox)
        try await world.sync()
        #expect(world.paper.addresses.contains(session.ownMailbox))
        _ = try world.peer.callbox.say("are you back?", in: 1)
        try await world.sync()
        #expect(try world.officer.texts().last == "Sam Sample: are you back?")
    }

    @Test(
        "A token that the relay does not take is replaced by another payment",
        arguments: [Problem.tokenSpent, .tokenInvalid])
    func badToken(_ problem: Problem) async throws {
        var world = try TalkingWorld(seed: 57)
        try await world.settle()
        try world.prepare()
        let refused = Held()
        world.relay.behave { conduct in
            conduct.deed = { _, call in
                guard call.kind == .deposit, let cell = call.cell, let address = call.address else { return .honest }
                return refused.keep(cell, address) ? .failBefore(.refused(problem, after: nil)) : .honest
            }
        }
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "hello", concern: nil)
        let deposits = world.relay.calls.filter { $0.kind == .deposit }
        #expect(deposits.count == 2)
        #expect(deposits[0].cell == deposits[1].cell && deposits[0].payment != deposits[1].payment)
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts() == ["Officer 1: hello"])
    }
}
