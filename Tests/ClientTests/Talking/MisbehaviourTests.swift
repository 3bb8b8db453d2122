import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// What a relay can do, and what a person then sees: a gap, nothing new, or a refusal, and never a message that is not what was said.
@Suite("A relay that misbehaves")
struct MisbehaviourTests {
    @Test("A message that is dropped leaves a gap, and what follows is read all the same")
    func drop() async throws {
        let world = try await TalkingWorld.moved(seed: 41)
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .pretend : .honest } }
        try await world.officerSays("one")
        try await world.officerSays("two")
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await world.officerSays("three")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "three"])
        #expect(try world.peer.findings() == [.gap])
        let noticed = try world.peer.callbox.entries(of: 1, last: nil).map(\.content)
        #expect(
            noticed.contains(
                .noticed(
                    .gap,
                    "2 messages from Officer 1 are missing. They may be late, or somebody on the way is holding them back."
                )
            ))
    }

    @Test("A first word that is swallowed is told of when something follows it, and no more when it comes late")
    func withoutBeginning() async throws {
        var world = try TalkingWorld(seed: 61)
        try await world.settle()
        try world.prepare()
        let box = Held()
        world.relay.behave { conduct in
            conduct.deed = { _, call in
                guard call.kind == .deposit, let cell = call.cell, let address = call.address else { return .honest }
                return box.keep(cell, address) ? .pretend : .honest
            }
        }
        _ = try await world.officer.callbox.reachOut(
            to: world.sample.peers[0].id.crockford, text: "zero", concern: nil)
        try await world.officerSays("one")
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.callbox.conversations().isEmpty)
        #expect(try world.peer.callbox.membershipWarnings().contains(Notes.withoutBeginning))
        #expect(try world.peer.callbox.program().warning?.contains(Notes.withoutBeginning) == true)
        var random = SeededRandom(seed: 3)
        for (cell, address) in box.all {
            let token = try world.paper.mint(1, epoch: 1, from: &random)[0]
            try await world.paper.deposit(cell, in: address, paidBy: .token(token), through: .random(from: &random))
        }
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "one"])
        #expect(try !world.peer.callbox.membershipWarnings().contains(Notes.withoutBeginning))
    }

    @Test("A relay that asks for days of work is not obeyed: what was written is kept, and goes when it asks for less")
    func endlessWork() async throws {
        var world = try TalkingWorld(seed: 62, tokens: 0)
        try await world.settle()
        try world.prepare()
        let days = try WorkDifficulty(bits: WorkDifficulty.limit)
        world.relay.behave { conduct in
            conduct.statement = { said in
                RelayStatement(
                    identity: said.identity, retentionDays: said.retentionDays, batchTokens: said.batchTokens,
                    difficulty: days, epochs: said.epochs)
            }
        }
        _ = try await world.officer.callbox.reachOut(
            to: world.sample.peers[0].id.crockford, text: "zero", concern: nil)
        let report = try await world.officer.callbox.sync()
        #expect(report.troubles == [.tooMuchWork] && !report.hasGivenUp)
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 1)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.officer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero"])
    }

    @Test("A message that is held back is a gap until it comes, and then none")
    func delay() async throws {
        let world = try await TalkingWorld.moved(seed: 42)
        let box = Held()
        world.relay.behave { conduct in
            conduct.deed = { _, call in
                guard call.kind == .deposit, let cell = call.cell, let address = call.address else { return .honest }
                return box.keep(cell, address) ? .pretend : .honest
            }
        }
        try await world.officerSays("one")
        try await world.officerSays("two")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "two"])
        #expect(try world.peer.findings() == [.gap])
        for (cell, address) in box.all {
            try await world.paper.deposit(
                cell, in: address, paidBy: nil, through: Channel(unchecked: [UInt8](repeating: 0, count: 16)))
        }
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "two", "one"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What comes twice, or again and again, is shown once")
    func duplicate() async throws {
        let world = try await TalkingWorld.moved(seed: 43)
        let shown = Held()
        world.relay.behave { conduct in
            conduct.collected = { address, cells in
                for cell in cells { _ = shown.keep(cell.cell, address) }
                let all = shown.all.filter { $0.1 == address }.map(\.0)
                return all.reversed().enumerated().compactMap { place, cell in
                    (try? CellSequence(Int64(place) + 1)).map { WaitingCell($0, cell) }
                }
            }
        }
        for text in ["one", "two", "three"] {
            try await world.officerSays(text)
            _ = try await world.peer.callbox.sync()
        }
        #expect(try world.heard() == ["zero", "one", "two", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("A relay that only says that it let cells go does not make anybody see them twice, nor ask for ever")
    func falseAcknowledgement() async throws {
        let world = try await TalkingWorld.moved(seed: 44)
        world.relay.behave { $0.deed = { _, call in call.kind == .acknowledge ? .pretend : .honest } }
        for text in ["one", "two", "three"] { _ = try world.officer.callbox.say(text, in: 1) }
        _ = try await world.officer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        // The first two fill the mailbox's front; nothing comes twice.
        #expect(try world.heard() == ["zero", "one", "two"])
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "one", "two", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What comes in another order is all read, and no gap is left")
    func reorder() async throws {
        let world = try await TalkingWorld.moved(seed: 45)
        for text in ["one", "two", "three"] { _ = try world.officer.callbox.say(text, in: 1) }
        _ = try await world.officer.callbox.sync()
        world.relay.behave { conduct in
            conduct.collected = { _, cells in
                zip(cells, cells.reversed()).map { WaitingCell($0.sequence, $1.cell) }
            }
        }
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "two", "one"])
        // It also gave false places, so the cells were not let go; nothing of that shows.
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "two", "one", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What somebody said does not come back to them as somebody else's word")
    func reflect() async throws {
        let world = try await TalkingWorld.moved(seed: 46)
        let own = world.officer.store.records.names(beginning: "mailbox/")
        let address = try world.officer.store.records.existing(Record<MailboxRecord>(own[0])).address
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .divert(address) : .honest } }
        try await world.officerSays("mine")
        _ = try await world.officer.callbox.sync()
        #expect(try world.officer.texts() == ["me: zero", "Sam Sample: yes", "me: mine"])
        #expect(try world.officer.findings() == [.unreadable])
        // It counts as new: whoever looks at the list only sees that something came.
        #expect(try world.officer.callbox.conversation(1).unread == 2)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await world.officerSays("next")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "next"])
        #expect(try world.peer.findings() == [.gap])
    }

    @Test("A cell that is put into another mailbox opens nowhere")
    func splice() async throws {
        let world = try await TalkingWorld.moved(seed: 47)
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "other", concern: nil)
        _ = try await world.peer.callbox.sync()
        _ = try world.peer.callbox.say("to two", in: 2)
        try await world.sync()
        // The mailbox of the second conversation gets what was said in the first.
        let second = try world.peer.store.records.existing(.session(2)).ownMailbox
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .divert(second) : .honest } }
        try await world.officerSays("for one")
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts(2) == ["Officer 2: other", "me: to two"])
        #expect(try world.peer.findings(2) == [.unreadable])
        #expect(try world.heard() == ["zero"])
        _ = try world.officer.callbox.say("still there?", in: 2)
        try await world.sync()
        #expect(try world.peer.texts(2).last == "Officer 2: still there?")
    }

    @Test("Garbage in a mailbox is told of once, let go, and blocks nothing")
    func garbage() async throws {
        let world = try await TalkingWorld.moved(seed: 48)
        let session = try world.peer.store.records.existing(.session(1))
        let mailbox = try world.peer.store.records.existing(.mailbox(session.ownMailbox))
        let intake = session.firstMailbox
        var random = SeededRandom(seed: 1)
        for number in 0..<5 {
            // Noise, and frames that are sealed to the mailbox as anybody may who knows its key.
            let cell =
                number < 2
                ? Cell.random(from: &random)
                : try Frame(number == 2 ? .initial : .ratchet, rest: random.bytes(Frame.restByteCount))
                    .sealed(to: mailbox.sealingKey)
            let channel = Channel.random(from: &random)
            try await world.paper.deposit(cell, in: mailbox.address, paidBy: nil, through: channel)
            let token = try world.paper.mint(1, epoch: 1, from: &random)[0]
            try await world.paper.deposit(cell, in: intake, paidBy: .token(token), through: channel)
        }
        try await world.officerSays("after all that")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "after all that"])
        #expect(try world.peer.findings() == [.unreadable])
        #expect(world.paper.waiting(in: mailbox.address).isEmpty && world.paper.waiting(in: intake).isEmpty)
        #expect(try world.peer.callbox.conversations().count == 1)
    }

    @Test("A relay that gives noise without end is asked again the next time, and not for ever")
    func endlessGarbage() async throws {
        let world = try await TalkingWorld.moved(seed: 63)
        let random = Mutex(SeededRandom(seed: 4))
        try await world.officerSays("one")
        world.relay.behave { conduct in
            conduct.collected = { _, cells in
                let noise = (cells.count..<2).map { _ in random.withLock { Cell.random(from: &$0) } }
                return (cells.map(\.cell) + noise).enumerated().compactMap { place, cell in
                    (try? CellSequence(Int64(place) + 1)).map { WaitingCell($0, cell) }
                }
            }
        }
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "one"])
        #expect(try world.peer.findings() == [.unreadable])
        #expect(world.relay.calls.count < 1_000)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await world.officerSays("two")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "one", "two"])
    }

    @Test("The longest message is collected in one go, though for long nothing of it can be shown")
    func longest() async throws {
        let world = try await TalkingWorld.moved(seed: 64)
        let text = String(repeating: "x", count: 260_000)
        try await world.officerSays(text)
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", text])
    }

    @Test("A frame that only a newer Callbox can open is kept, and blocks nothing")
    func newerFrame() async throws {
        let world = try await TalkingWorld.moved(seed: 49)
        let session = try world.peer.store.records.existing(.session(1))
        let mailbox = try world.peer.store.records.existing(.mailbox(session.ownMailbox))
        var random = SeededRandom(seed: 2)
        let frame = [3, 1] + random.bytes(Frame.restByteCount)
        let cell = Cell(unchecked: try SealedBox.seal(frame.span, to: mailbox.sealingKey))
        try await world.paper.deposit(cell, in: mailbox.address, paidBy: nil, through: .random(from: &random))
        try await world.officerSays("on")
        _ = try await world.peer.callbox.sync()
        #expect(try world.heard() == ["zero", "on"])
        #expect(world.peer.store.records.names(beginning: "kept/").count == 1)
        #expect(world.paper.waiting(in: mailbox.address).isEmpty)
    }

    @Test("Each mailbox goes its own way to the relay, and each place that is dropped to too")
    func channels() async throws {
        let world = try await TalkingWorld.moved(seed: 58)
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "second", concern: nil)
        try await world.sync()
        for party in [world.officer, world.peer] {
            world.relay.forgetCalls()
            for id in 1...2 { _ = try party.callbox.say("x", in: id) }
            _ = try await party.callbox.sync()
            var places: [Channel: Set<MailboxAddress>] = [:]
            for call in world.relay.calls {
                guard let channel = call.channel, let address = call.address else { continue }
                places[channel, default: []].insert(address)
            }
            #expect(places.count > 2)
            #expect(places.values.allSatisfy { $0.count == 1 })
            // After every collection, empty or not, there is one acknowledgement by the same way.
            let kinds = world.relay.calls.filter { $0.kind == .collect || $0.kind == .acknowledge }
            #expect(kinds.count { $0.kind == .collect } == kinds.count { $0.kind == .acknowledge })
        }
    }

    @Test("An old copy of a vault shows, to both sides")
    func oldCopy() async throws {
        let world = try await TalkingWorld.moved(seed: 59)
        let old = world.officer.store.records
        try await world.officerSays("first")
        _ = try await world.peer.callbox.sync()
        world.officer.store.restore(old)
        try await world.officerSays("second")
        _ = try await world.peer.callbox.sync()
        // The same place in the chain: it does not open, and is no message.
        #expect(try world.heard() == ["zero", "first"])
        #expect(try world.peer.findings() == [.unreadable])
    }
}
