import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxClient

/// Whatever breaks, and wherever: no message is lost, none is shown twice, and nothing is sealed twice. A story is told again and again from one
/// beginning, and each time something else goes wrong in it.
@Suite("Crashes", .serialized)
struct CrashTests {
    /// The settled world, and how to go back to it.
    private struct Beginning {
        let world: TalkingWorld
        let officer, peer: Records
        let relay: PaperRelay.Snapshot

        init(seed: UInt64) async throws {
            var world = try TalkingWorld(seed: seed, tokens: 20)
            try await world.settle()
            try world.prepare()
            self.world = world
            officer = world.officer.store.records
            peer = world.peer.store.records
            relay = world.paper.snapshot()
        }

        func again() {
            world.officer.store.restart()
            world.peer.store.restart()
            world.officer.store.restore(officer)
            world.peer.store.restore(peer)
            world.officer.store.forgetFaults()
            world.peer.store.forgetFaults()
            world.paper.restore(relay)
            world.relay.behave { $0 = MisbehavingRelay.Conduct() }
            world.relay.forgetCalls()
        }
    }

    /// Does a step until it is done, as a person would: after a crash the client is started again, and what is not there is done again.
    private func insist(
        _ party: TalkingWorld.Party, _ world: TalkingWorld, _ step: (Callbox) async throws -> Void
    ) async throws {
        for _ in 0..<6 {
            do {
                try await step(party.again(world.relay, world.clock))
                // A report may tell of a crash on the way, and a person sees that.
                if !party.store.isDead { return }
            } catch let trouble as Trouble where [.disk, .network].contains(trouble.kind) {}
            world.officer.store.restart()
            world.peer.store.restart()
        }
        Issue.record("a step was not done in six tries")
    }

    private func sync(_ party: TalkingWorld.Party, _ world: TalkingWorld) async throws {
        try await insist(party, world) { callbox in
            let report = try await callbox.sync()
            guard report.troubles.isEmpty else { throw report.troubles[0] }
        }
    }

    private func say(_ text: String, _ party: TalkingWorld.Party, _ world: TalkingWorld) async throws {
        try await insist(party, world) { callbox in
            let said = try callbox.entries(of: 1, last: nil).contains { $0.isOwn && $0.content == .text(text) }
            if !said { _ = try callbox.say(text, in: 1) }
        }
    }

    /// First contact, a second word before the answer, the answer, and the next turn.
    private func story(_ world: TalkingWorld) async throws {
        try await insist(world.officer, world) { callbox in
            guard try callbox.conversations().isEmpty else { return }
            _ = try await callbox.reachOut(to: "Sam Sample", text: "one", concern: nil)
        }
        try await say("two", world.officer, world)
        try await sync(world.officer, world)
        try await sync(world.peer, world)
        try await say("three", world.peer, world)
        try await sync(world.peer, world)
        try await sync(world.officer, world)
        try await say("four", world.officer, world)
        try await sync(world.officer, world)
        try await sync(world.peer, world)
    }

    /// How it must have ended, whatever happened.
    private func check(_ world: TalkingWorld, cells: Int, _ what: String) throws {
        #expect(try world.officer.texts() == ["me: one", "me: two", "Sam Sample: three", "me: four"], "\(what)")
        #expect(
            try world.peer.texts() == ["Officer 1: one", "Officer 1: two", "me: three", "Officer 1: four"], "\(what)")
        #expect(try world.officer.findings().isEmpty && world.peer.findings().isEmpty, "\(what)")
        #expect(try world.officer.callbox.conversations().count == 1, "\(what)")
        for party in [world.officer, world.peer] {
            #expect(party.store.records.names(beginning: "out/").isEmpty, "\(what)")
        }
        // As many different cells as without any fault: what is sent again is the same bytes.
        #expect(Set(world.relay.calls.compactMap { $0.cell?.id }).count == cells, "\(what)")
        #expect(world.paper.addresses.flatMap { world.paper.waiting(in: $0) }.isEmpty, "\(what)")
    }

    @Test(
        "At every change of the vault",
        arguments: [MemoryStore.Fault.crashBefore, .crashAfter, .failAndForget, .failYetKeep])
    func atChanges(_ fault: MemoryStore.Fault) async throws {
        let beginning = try await Beginning(seed: 31)
        let world = beginning.world
        for store in [world.officer.store, world.peer.store] {
            var number = 0
            var hasFailed = true
            while hasFailed {
                beginning.again()
                number += 1
                let change = store.changes + number
                store.plan(fault, at: change)
                try await story(world)
                hasFailed = store.changes >= change
                try check(world, cells: 4, "\(fault) at change \(number)")
            }
            #expect(number > 5)
        }
    }

    @Test("At every request to the relay, before and after the relay has done it", arguments: [true, false])
    func atRequests(_ isDone: Bool) async throws {
        let beginning = try await Beginning(seed: 32)
        let world = beginning.world
        var number = 0
        var hasFailed = true
        while hasFailed {
            beginning.again()
            number += 1
            let (officer, peer, this) = (world.officer.store, world.peer.store, number)
            world.relay.behave { conduct in
                conduct.deed = { call, _ in
                    guard call == this else { return .honest }
                    officer.die()
                    peer.die()
                    return isDone ? .failAfter(.unreachable) : .failBefore(.unreachable)
                }
            }
            try await story(world)
            hasFailed = world.relay.calls.count >= number
            try check(world, cells: 4, "request \(number)")
        }
        #expect(number > 15)
    }

    @Test("An answer of the relay that is lost, without a crash")
    func lostAnswers() async throws {
        let beginning = try await Beginning(seed: 33)
        let world = beginning.world
        var number = 0
        var hasFailed = true
        while hasFailed {
            beginning.again()
            number += 1
            let this = number
            world.relay.behave { conduct in
                conduct.deed = { call, _ in call == this ? .failAfter(.tooSlow) : .honest }
            }
            try await story(world)
            hasFailed = world.relay.calls.count >= number
            try check(world, cells: 4, "request \(number)")
        }
    }
}
