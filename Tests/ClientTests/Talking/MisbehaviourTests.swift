import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// What a relay can do, and what a person then sees: a gap, nothing new, or a refusal, and never a message that is not what was said.
@Suite("A relay that misbehaves")
struct MisbehaviourTests {
    /// A conversation that has moved to mailboxes of its own.
    private func moved(seed: UInt64) async throws -> TalkingWorld {
        var world = try TalkingWorld(seed: seed)
        try await world.begin("zero")
        _ = try world.peer.callbox.say("yes", in: 1)
        try await world.sync()
        return world
    }

    private func officerSays(_ text: String, _ world: TalkingWorld) async throws {
        _ = try world.officer.callbox.say(text, in: 1)
        _ = try await world.officer.callbox.sync()
    }

    private func heard(_ world: TalkingWorld) throws -> [String] {
        try world.peer.texts().filter { $0.hasPrefix("Officer") }.map { String($0.dropFirst("Officer 1: ".count)) }
    }

    @Test("A message that is dropped leaves a gap, and what follows is read all the same")
    func drop() async throws {
        let world = try await moved(seed: 41)
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .pretend : .honest } }
        try await officerSays("one", world)
        try await officerSays("two", world)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await officerSays("three", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "three"])
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
        try await officerSays("one", world)
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
        #expect(try heard(world) == ["zero", "one"])
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
        #expect(try heard(world) == ["zero"])
    }

    @Test("A message that is held back is a gap until it comes, and then none")
    func delay() async throws {
        let world = try await moved(seed: 42)
        let box = Held()
        world.relay.behave { conduct in
            conduct.deed = { _, call in
                guard call.kind == .deposit, let cell = call.cell, let address = call.address else { return .honest }
                return box.keep(cell, address) ? .pretend : .honest
            }
        }
        try await officerSays("one", world)
        try await officerSays("two", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "two"])
        #expect(try world.peer.findings() == [.gap])
        for (cell, address) in box.all {
            try await world.paper.deposit(
                cell, in: address, paidBy: nil, through: Channel(unchecked: [UInt8](repeating: 0, count: 16)))
        }
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "two", "one"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What comes twice, or again and again, is shown once")
    func duplicate() async throws {
        let world = try await moved(seed: 43)
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
            try await officerSays(text, world)
            _ = try await world.peer.callbox.sync()
        }
        #expect(try heard(world) == ["zero", "one", "two", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("A relay that only says that it let cells go does not make anybody see them twice, nor ask for ever")
    func falseAcknowledgement() async throws {
        let world = try await moved(seed: 44)
        world.relay.behave { $0.deed = { _, call in call.kind == .acknowledge ? .pretend : .honest } }
        for text in ["one", "two", "three"] { _ = try world.officer.callbox.say(text, in: 1) }
        _ = try await world.officer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        // The first two fill the mailbox's front; nothing comes twice.
        #expect(try heard(world) == ["zero", "one", "two"])
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "one", "two", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What comes in another order is all read, and no gap is left")
    func reorder() async throws {
        let world = try await moved(seed: 45)
        for text in ["one", "two", "three"] { _ = try world.officer.callbox.say(text, in: 1) }
        _ = try await world.officer.callbox.sync()
        world.relay.behave { conduct in
            conduct.collected = { _, cells in
                zip(cells, cells.reversed()).map { WaitingCell($0.sequence, $1.cell) }
            }
        }
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "two", "one"])
        // It also gave false places, so the cells were not let go; nothing of that shows.
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "two", "one", "three"])
        #expect(try world.peer.findings().isEmpty)
    }

    @Test("What somebody said does not come back to them as somebody else's word")
    func reflect() async throws {
        let world = try await moved(seed: 46)
        let own = world.officer.store.records.names(beginning: "mailbox/")
        let address = try world.officer.store.records.existing(Record<MailboxRecord>(own[0])).address
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .divert(address) : .honest } }
        try await officerSays("mine", world)
        _ = try await world.officer.callbox.sync()
        #expect(try world.officer.texts() == ["me: zero", "Sam Sample: yes", "me: mine"])
        #expect(try world.officer.findings() == [.unreadable])
        // It counts as new: whoever looks at the list only sees that something came.
        #expect(try world.officer.callbox.conversation(1).unread == 2)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await officerSays("next", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "next"])
        #expect(try world.peer.findings() == [.gap])
    }

    @Test("A cell that is put into another mailbox opens nowhere")
    func splice() async throws {
        let world = try await moved(seed: 47)
        _ = try await world.officer.callbox.reachOut(to: "Sam Sample", text: "other", concern: nil)
        _ = try await world.peer.callbox.sync()
        _ = try world.peer.callbox.say("to two", in: 2)
        try await world.sync()
        // The mailbox of the second conversation gets what was said in the first.
        let second = try world.peer.store.records.existing(.session(2)).ownMailbox
        world.relay.behave { $0.deed = { _, call in call.kind == .deposit ? .divert(second) : .honest } }
        try await officerSays("for one", world)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts(2) == ["Officer 2: other", "me: to two"])
        #expect(try world.peer.findings(2) == [.unreadable])
        #expect(try heard(world) == ["zero"])
        _ = try world.officer.callbox.say("still there?", in: 2)
        try await world.sync()
        #expect(try world.peer.texts(2).last == "Officer 2: still there?")
    }

    @Test("Garbage in a mailbox is told of once, let go, and blocks nothing")
    func garbage() async throws {
        let world = try await moved(seed: 48)
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
        try await officerSays("after all that", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "after all that"])
        #expect(try world.peer.findings() == [.unreadable])
        #expect(world.paper.waiting(in: mailbox.address).isEmpty && world.paper.waiting(in: intake).isEmpty)
        #expect(try world.peer.callbox.conversations().count == 1)
    }

    @Test("A relay that gives noise without end is asked again the next time, and not for ever")
    func endlessGarbage() async throws {
        let world = try await moved(seed: 63)
        let random = Mutex(SeededRandom(seed: 4))
        try await officerSays("one", world)
        world.relay.behave { conduct in
            conduct.collected = { _, cells in
                let noise = (cells.count..<2).map { _ in random.withLock { Cell.random(from: &$0) } }
                return (cells.map(\.cell) + noise).enumerated().compactMap { place, cell in
                    (try? CellSequence(Int64(place) + 1)).map { WaitingCell($0, cell) }
                }
            }
        }
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "one"])
        #expect(try world.peer.findings() == [.unreadable])
        #expect(world.relay.calls.count < 1_000)
        world.relay.behave { $0 = MisbehavingRelay.Conduct() }
        try await officerSays("two", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "one", "two"])
    }

    @Test("The longest message is collected in one go, though for long nothing of it can be shown")
    func longest() async throws {
        let world = try await moved(seed: 64)
        let text = String(repeating: "x", count: 260_000)
        try await officerSays(text, world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", text])
    }

    @Test("A frame that only a newer Callbox can open is kept, and blocks nothing")
    func newerFrame() async throws {
        let world = try await moved(seed: 49)
        let session = try world.peer.store.records.existing(.session(1))
        let mailbox = try world.peer.store.records.existing(.mailbox(session.ownMailbox))
        var random = SeededRandom(seed: 2)
        let frame = [3, 1] + random.bytes(Frame.restByteCount)
        let cell = Cell(unchecked: try SealedBox.seal(frame.span, to: mailbox.sealingKey))
        try await world.paper.deposit(cell, in: mailbox.address, paidBy: nil, through: .random(from: &random))
        try await officerSays("on", world)
        _ = try await world.peer.callbox.sync()
        #expect(try heard(world) == ["zero", "on"])
        #expect(world.peer.store.records.names(beginning: "kept/").count == 1)
        #expect(world.paper.waiting(in: mailbox.address).isEmpty)
    }

    // MARK: Sheets and documents

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

    // MARK: Refusals

    @Test("A relay that is not there is told of, and everything goes out later")
    func down() async throws {
        let world = try await moved(seed: 53)
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
        #expect(try heard(world) == ["zero", "later"])
    }

    @Test("A full mailbox lets the message wait as long as the relay asks")
    func full() async throws {
        let world = try await moved(seed: 54)
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
        #expect(try heard(world) == ["zero", "much"])
    }

    @Test("What cannot arrive any more is marked so, and nothing more is said there")
    func gone() async throws {
        let world = try await moved(seed: 55)
        let session = try world.peer.store.records.existing(.session(1))
        world.paper.forget(session.ownMailbox)
        try await officerSays("into the void", world)
        let entries = try world.officer.callbox.entries(of: 1, last: 2)
        #expect(entries[0].delivery == .undeliverable)
        if case .noticed(.information, _) = entries[1].content {} else { Issue.record("nothing was said about it") }
        #expect(throws: Trouble.otherIsGone) { try world.officer.callbox.say("again", in: 1) }
        #expect(try world.officer.callbox.conversation(1).waitingToLeave == 0)
    }

    @Test("A mailbox of ours that the relay has lost is made again")
    func ownMailboxLost() async throws {
        let world = try await moved(seed: 56)
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

    @Test("Each mailbox goes its own way to the relay, and each place that is dropped to too")
    func channels() async throws {
        let world = try await moved(seed: 58)
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
        let world = try await moved(seed: 59)
        let old = world.officer.store.records
        try await officerSays("first", world)
        _ = try await world.peer.callbox.sync()
        world.officer.store.restore(old)
        try await officerSays("second", world)
        _ = try await world.peer.callbox.sync()
        // The same place in the chain: it does not open, and is no message.
        #expect(try heard(world) == ["zero", "first"])
        #expect(try world.peer.findings() == [.unreadable])
    }
}

/// Cells that a test keeps.
private final class Held: Sendable {
    private let cells = Mutex<[(Cell, MailboxAddress)]>([])

    var all: [(Cell, MailboxAddress)] { cells.withLock { $0 } }

    /// Keeps a cell. - Returns: whether it is the first of all that was kept, or of this place, and was not kept before.
    func keep(_ cell: Cell, _ address: MailboxAddress) -> Bool {
        cells.withLock { cells in
            guard !cells.contains(where: { $0.0 == cell }) else { return false }
            cells.append((cell, address))
            return cells.count == 1
        }
    }
}
