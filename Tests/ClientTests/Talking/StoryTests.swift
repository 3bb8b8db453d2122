import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting

/// What people do, through to the end.
@Suite("Conversations")
struct StoryTests {
    @Test("An officer reaches a peer, the peer answers, and they go on")
    func bothWays() async throws {
        var world = try TalkingWorld(seed: 11)
        try await world.settle()
        try world.prepare()
        let id = try await world.officer.callbox.reachOut(
            to: world.sample.peers[0].id.crockford, text: "Are you there?", concern: nil)
        #expect(id == 1)
        #expect(try world.officer.callbox.entries(of: 1, last: nil).map(\.delivery) == [.handedOver])
        let report = try await world.peer.callbox.sync()
        #expect(report.changed == [1])
        #expect(report.troubles.isEmpty)
        #expect(try world.peer.texts() == ["Officer 1: Are you there?"])
        #expect(try world.peer.callbox.conversation(1).unread == 1)
        #expect(try world.peer.callbox.conversation(1).lastLine == "Are you there?")

        #expect(try world.peer.callbox.say("I am.", in: 1).delivery == .waiting)
        #expect(try world.peer.callbox.conversation(1).waitingToLeave == 1)
        try await world.sync()
        #expect(try world.officer.texts() == ["me: Are you there?", "Sam Sample: I am."])
        #expect(try world.peer.callbox.conversation(1).waitingToLeave == 0)

        for turn in 1...3 {
            _ = try world.officer.callbox.say("o\(turn)", in: 1)
            try await world.sync()
            _ = try world.peer.callbox.say("p\(turn)", in: 1)
            try await world.sync()
        }
        let said = ["o1", "p1", "o2", "p2", "o3", "p3"]
        #expect(try world.officer.texts().suffix(6).map { String($0.suffix(2)) } == said)
        #expect(try world.peer.texts().suffix(6).map { String($0.suffix(2)) } == said)
        #expect(try world.officer.findings().isEmpty)
        #expect(try world.peer.findings().isEmpty)
        try world.peer.callbox.markRead(1)
        #expect(try world.peer.callbox.conversations().map(\.unread) == [0])
        // Nothing is left at the relay, and nothing waits here.
        #expect(world.paper.addresses.flatMap { world.paper.waiting(in: $0) }.isEmpty)
        for party in [world.officer, world.peer] {
            #expect(party.store.records.names(beginning: "out/").isEmpty)
        }
    }

    @Test("Before the first answer everything goes to the intake and is paid; after it, to a mailbox of its own")
    func beforeTheAnswer() async throws {
        var world = try TalkingWorld(seed: 12)
        try await world.settle()
        try world.prepare()
        let spent = world.paper.spentTokens
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "one", concern: nil)
        _ = try world.officer.callbox.say("two", in: 1)
        _ = try world.officer.callbox.say("three", in: 1)
        _ = try await world.officer.callbox.sync()
        // A mailbox and three deposits.
        #expect(world.paper.spentTokens == spent + 4)
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts() == ["Officer 1: one", "Officer 1: two", "Officer 1: three"])
        _ = try world.peer.callbox.say("yes", in: 1)
        try await world.sync()
        let before = world.paper.spentTokens
        world.relay.forgetCalls()
        _ = try world.officer.callbox.say("four", in: 1)
        try await world.sync()
        #expect(try world.peer.texts().last == "Officer 1: four")
        #expect(world.paper.spentTokens == before)
        #expect(world.relay.calls.filter { $0.kind == .deposit }.allSatisfy { $0.payment == nil })
    }

    @Test("Without a token the officer's machine works instead")
    func work() async throws {
        var world = try TalkingWorld(seed: 13, tokens: 0)
        try await world.begin()
        #expect(world.paper.spentTokens == 0)
        #expect(try world.peer.texts() == ["Officer 1: Are you there?"])
    }

    @Test("A long text comes in pieces and whole, also as the first")
    func long() async throws {
        var world = try TalkingWorld(seed: 14, tokens: 40)
        let long = String(repeating: "I have not slept since. ", count: 1_000)
        try await world.begin(long)
        #expect(try world.peer.texts() == ["Officer 1: " + long])
        _ = try world.peer.callbox.say(long + "!", in: 1)
        try await world.sync()
        #expect(try world.officer.texts().last == "Sam Sample: " + long + "!")
        let tooLong = String(repeating: "\"", count: 262_144)
        #expect(throws: Trouble.textTooLong) { try world.officer.callbox.say(tooLong, in: 1) }
        #expect(throws: Trouble.textEmpty) { try world.officer.callbox.say("", in: 1) }
    }

    @Test("If nobody answers within ten minutes, the peer's client does, and shows nothing of it")
    func healing() async throws {
        var world = try TalkingWorld(seed: 15)
        try await world.begin()
        world.relay.forgetCalls()
        _ = try await world.peer.callbox.sync()
        #expect(!world.relay.calls.contains { $0.kind == .deposit })
        world.clock.advance(seconds: 601)
        try await world.sync()
        #expect(try world.officer.callbox.entries(of: 1, last: nil).last?.content == .presence("here", untilHour: nil))
        #expect(try world.officer.callbox.conversation(1).unread == 0)
        #expect(try world.peer.callbox.entries(of: 1, last: nil).count == 1)
        _ = try world.officer.callbox.say("now by my own mailbox", in: 1)
        world.relay.forgetCalls()
        try await world.sync()
        #expect(world.relay.calls.filter { $0.kind == .deposit }.allSatisfy { $0.payment == nil })
        #expect(try world.peer.texts().last == "Officer 1: now by my own mailbox")
    }

    @Test("Two officers are two to the peer, and nothing of one comes to the other")
    func twoConversations() async throws {
        var world = try TalkingWorld(seed: 16)
        try await world.begin("first")
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "second", concern: "yes")
        _ = try await world.peer.callbox.sync()
        #expect(
            try world.peer.callbox.conversations().flatMap(\.others).map(\.name).sorted() == ["Officer 1", "Officer 2"])
        #expect(try world.peer.callbox.conversation(2).isConcern)
        _ = try world.peer.callbox.say("to the second", in: 2)
        try await world.sync()
        #expect(try world.officer.texts(1) == ["me: first"])
        #expect(try world.officer.texts(2) == ["Sam Sample: to the second"])
    }

    @Test("Whoever leaves is heard last, then nothing more is said, and the mailbox goes")
    func leaving() async throws {
        var world = try TalkingWorld(seed: 17)
        try await world.begin()
        _ = try world.peer.callbox.say("hello", in: 1)
        try await world.sync()
        let mailboxes = world.paper.addresses.count
        try await world.officer.callbox.end(1, farewell: "Thank you.")
        #expect(try world.officer.callbox.conversation(1).hasEnded)
        #expect(world.paper.addresses.count == mailboxes - 1)
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.callbox.entries(of: 1, last: 1).map(\.content) == [.goodbye("Thank you.")])
        #expect(try world.peer.callbox.conversation(1).hasEnded)
        #expect(throws: Trouble.conversationOver) { try world.peer.callbox.say("wait", in: 1) }
        try await world.peer.callbox.end(1, farewell: nil)
        #expect(world.paper.addresses.count == mailboxes - 2)
        #expect(throws: Trouble.noConversation(7)) { try world.peer.callbox.say("who", in: 7) }
    }

    @Test("Each side keeps to the fewest days that anybody asked for, and older entries are gone")
    func expiry() async throws {
        var world = try TalkingWorld(seed: 18)
        try await world.begin()
        _ = try world.peer.callbox.say("old", in: 1)
        try await world.sync()
        try world.officer.callbox.retain(days: 2, in: 1)
        try await world.sync()
        #expect(try world.peer.callbox.conversation(1).retentionDays == 2)
        #expect(try world.officer.callbox.conversation(1).retentionDays == 2)
        world.clock.advance(seconds: 2 * 86_400)
        _ = try world.peer.callbox.say("new", in: 1)
        try await world.sync()
        #expect(try world.peer.texts().count == 3)
        world.clock.advance(seconds: 86_400)
        #expect(try world.peer.texts() == ["me: new"])
        try await world.sync()
        #expect(world.peer.store.records.names(beginning: "entries/1/").count == 1)
        let raw = world.officer.store.records
        #expect(try raw.entries(of: 1, last: nil).count == 1)
    }

    @Test("A check-in is shown when it is due and not after, and can be answered")
    func checkIn() async throws {
        var world = try TalkingWorld(seed: 19)
        try await world.begin()
        let hour = Int(SampleProgram.now.seconds / 3_600)
        try world.peer.callbox.checkIn(
            in: 1, dueHour: hour + 24, untilHour: hour + 48, occasion: "follow-up", text: "How was it?")
        try await world.sync()
        #expect(try world.officer.callbox.entries(of: 1, last: nil).count == 1)
        #expect(try world.officer.callbox.conversation(1).unread == 0)
        world.clock.advance(seconds: 24 * 3_600)
        #expect(try world.officer.callbox.conversation(1).unread == 1)
        #expect(try world.officer.callbox.conversation(1).lastLine == "How was it?")
        try world.officer.callbox.markRead(1)
        #expect(try world.officer.callbox.conversation(1).unread == 0)
        let shown = try world.officer.callbox.entries(of: 1, last: 1)
        #expect(shown.map(\.content) == [.checkIn("How was it?", occasion: "follow-up")])
        try world.officer.callbox.answerCheckIn(
            entry: shown[0].id, in: 1, feeling: "getting-by", text: "Better.")
        try await world.sync()
        #expect(
            try world.peer.callbox.entries(of: 1, last: 1).map(\.content)
                == [.checkInReply(feeling: "getting-by", "Better.")])
        world.clock.advance(seconds: 25 * 3_600)
        #expect(!(try world.officer.callbox.entries(of: 1, last: nil)).contains { $0.content == shown[0].content })
    }

    @Test("A check-in that is due in half a year is there in half a year")
    func lateCheckIn() async throws {
        var world = try TalkingWorld(seed: 21)
        try await world.begin()
        let hour = Int(SampleProgram.now.seconds / 3_600)
        try world.peer.callbox.checkIn(
            in: 1, dueHour: hour + 180 * 24, untilHour: hour + 187 * 24, occasion: "anniversary", text: "A year ago.")
        try await world.sync()
        for _ in 0..<6 {
            world.clock.advance(seconds: 30 * 86_400)
            try await world.sync()
        }
        #expect(
            try world.officer.callbox.entries(of: 1, last: nil).map(\.content)
                == [.checkIn("A year ago.", occasion: "anniversary")])
        #expect(try world.officer.callbox.conversation(1).unread == 1)
    }

    @Test("Another peer can be suggested, presence said, and how it was")
    func others() async throws {
        var world = try TalkingWorld(seed: 20)
        try await world.begin()
        try world.peer.callbox.proposeTransfer(
            to: world.sample.peers[1].id.crockford, reason: "leaving", text: "She is good.", in: 1)
        try world.peer.callbox.presence("away", until: 500_100)
        try await world.sync()
        let entries = try world.officer.callbox.entries(of: 1, last: 2)
        #expect(
            entries.map(\.content) == [
                .transferProposed(to: "Sam Sample", reason: "leaving", "She is good."),
                .presence("away", untilHour: 500_100),
            ])
        try world.officer.callbox.answerTransfer(entry: entries[0].id, in: 1, agrees: false, text: nil)
        try world.officer.callbox.rate(helped: 5, wouldReturn: "yes", in: 1)
        try await world.sync()
        #expect(
            try world.peer.callbox.entries(of: 1, last: 2).map(\.content)
                == [.transferDeclined(nil), .rating(helped: 5, wouldReturn: "yes")])
        #expect(throws: Trouble.self) { try world.peer.callbox.rate(helped: 1, wouldReturn: "no", in: 1) }
        #expect(throws: Trouble.self) { try world.officer.callbox.presence("away", until: nil) }
    }
}
