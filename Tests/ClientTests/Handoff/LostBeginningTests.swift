import CallboxProgram
import CallboxWire
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting

@Suite("A handoff whose beginning is lost")
struct LostBeginningTests {
    @Test("An officer whom the introduction does not reach is told, a day after something followed it, and once")
    func introduction() async throws {
        let three = try await ThreeClients(seed: 88)
        try three.propose()
        try await three.sync()
        try three.sign()
        try await three.sync()
        let officers = try three.world.officer.store.records.existing(.session(1)).ownMailbox
        three.world.relay.behave { conduct in
            conduct.deed = { _, call in call.kind == .deposit && call.address == officers ? .pretend : .honest }
        }
        try three.peer.introduce(in: 1)
        _ = try await three.peer.sync()
        three.world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try three.peer.say("Hello, both.", in: #require(try three.conversation(of: three.peer, others: 2)))
        try await three.sync()
        func told() throws -> Int {
            try three.officer.entries(of: 1, last: nil).count { $0.content == .noticed(.gap, Notes.withoutRoom) }
        }
        #expect(try told() == 0)
        for _ in 1...3 {
            three.world.clock.advance(seconds: 86_400)
            _ = try await three.officer.sync()
            #expect(try told() == 1)
        }
    }

    @Test("An officer who took the consent back before the peer knew is told what was told all the same")
    func crossed() async throws {
        let three = try await ThreeClients(seed: 89)
        try three.propose()
        try await three.sync()
        try three.sign()
        try await three.sync()
        try three.officer.revoke(in: 1)
        // The peer introduces before anything of that has left.
        try three.peer.introduce(in: 1)
        _ = try await three.peer.sync()
        try await three.sync()
        let pair = try three.officer.entries(of: 1, last: nil)
        let told = pair.filter {
            guard case .noticed(.information, let words) = $0.content else { return false }
            return words.contains("introduced you to")
        }
        #expect(told.count == 1)
        #expect(try !three.everything(three.officer).contains("your consent as your first word"))
        #expect(try three.everything(three.officer).contains("that you took your consent back"))
    }
}
