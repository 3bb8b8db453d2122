import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// Several at once, for long, and much.
@Suite("Living with it")
struct LivingTests {
    @Test("Two processes on one vault lose nothing, send nothing twice, and show nothing twice")
    func twoProcesses() async throws {
        var world = try TalkingWorld(seed: 61, tokens: 40)
        try await world.begin("zero")
        let (relay, clock) = (world.relay, world.clock)
        let both = [world.officer.again(relay, clock), world.officer.again(relay, clock)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, callbox) in both.enumerated() {
                group.addTask {
                    for turn in 0..<5 {
                        _ = try callbox.say("\(number)-\(turn)", in: 1)
                        _ = try await callbox.sync()
                    }
                }
            }
            try await group.waitForAll()
        }
        try await world.sync()
        let said = try world.peer.texts().map { String($0.dropFirst("Officer 1: ".count)) }
        #expect(said.count == 11)
        #expect(Set(said).count == 11)
        for number in 0..<2 {
            #expect(said.filter { $0.hasPrefix("\(number)-") } == (0..<5).map { "\(number)-\($0)" })
        }
        #expect(try world.peer.findings().isEmpty && world.officer.findings().isEmpty)
        #expect(Set(world.relay.calls.compactMap { $0.cell?.id }).count == 11)
    }

    /// What somebody was told while they stayed in touch.
    private final class Told: Sendable {
        private let stream: AsyncStream<Happening>
        private let tell: AsyncStream<Happening>.Continuation

        init() { (stream, tell) = AsyncStream.makeStream() }

        var handler: @Sendable (Happening) async -> Void {
            let tell = tell
            return { tell.yield($0) }
        }

        /// Waits until something is so, looking after each thing that happened.
        func until(_ isSo: () throws -> Bool) async throws {
            if try isSo() { return }
            for await _ in stream { if try isSo() { return } }
        }
    }

    @Test("Who stays in touch has what is said at once, and sends what they say at once", .timeLimit(.minutes(10)))
    func stayingInTouch() async throws {
        var world = try TalkingWorld(seed: 62)
        try await world.begin("zero")
        _ = try world.peer.callbox.say("yes", in: 1)
        try await world.sync()
        let (officer, peer) = (world.officer, world.peer)
        let (first, second) = (Told(), Told())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await officer.callbox.stayInTouch(first.handler) }
            group.addTask { try await peer.callbox.stayInTouch(second.handler) }
            for turn in 1...3 {
                _ = try officer.callbox.say("o\(turn)", in: 1)
                try await second.until { try peer.texts().last == "Officer 1: o\(turn)" }
                _ = try peer.callbox.say("p\(turn)", in: 1)
                try await first.until { try officer.texts().last == "Sam Sample: p\(turn)" }
            }
            try await first.until { try officer.callbox.conversation(1).waitingToLeave == 0 }
            group.cancelAll()
            while let result = await group.nextResult() {
                #expect(throws: CancellationError.self) { try result.get() }
            }
        }
        #expect(try officer.findings().isEmpty && peer.findings().isEmpty)
    }

    @Test("Who stays in touch is told once that the relay is away, and when it is back", .timeLimit(.minutes(10)))
    func away() async throws {
        var world = try TalkingWorld(seed: 63)
        try await world.begin("zero")
        _ = try world.peer.callbox.say("yes", in: 1)
        try await world.sync()
        let (officer, relay, clock) = (world.officer, world.relay, world.clock)
        relay.behave { $0.deed = { _, _ in .failBefore(.unreachable) } }
        let happened = Happened()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await officer.callbox.stayInTouch { happened.add($0) } }
            _ = try officer.callbox.say("are you there?", in: 1)
            // Everybody sleeps: three loops and the one mailbox.
            await clock.untilAsleep(3)
            #expect(happened.all.count { if case .disconnected = $0 { true } else { false } } == 1)
            relay.behave { $0 = MisbehavingRelay.Conduct() }
            while !happened.all.contains(.connected) {
                clock.advance(seconds: 400)
                await Task.yield()
            }
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        _ = try await officer.callbox.sync()
        _ = try await world.peer.callbox.sync()
        #expect(try world.peer.texts().last == "Officer 1: are you there?")
    }

    @Test("Who stays in touch where nothing is said is told at once that the relay is there", .timeLimit(.minutes(10)))
    func reached() async throws {
        let world = try await TalkingWorld.moved(seed: 65)
        let (officer, clock) = (world.officer, world.clock)
        let happened = Happened()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await officer.callbox.stayInTouch { happened.add($0) } }
            // Three loops, and whoever waits at the mailbox.
            await clock.untilAsleep(4)
            #expect(happened.all == [.connected])
            group.cancelAll()
        }
    }

    @Test(
        "Who stays in touch is told once why something cannot leave, and again after something has",
        .timeLimit(.minutes(10)))
    func troubled() async throws {
        let world = try await TalkingWorld.moved(seed: 66)
        let (officer, clock, paper) = (world.officer, world.clock, world.paper)
        paper.setRoom(session: 0)
        let happened = Happened()
        func told() -> Int {
            happened.all.count { if case .troubled(let why) = $0 { why.kind == .full } else { false } }
        }
        _ = try officer.callbox.say("much", in: 1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await officer.callbox.stayInTouch { happened.add($0) } }
            await clock.untilAsleep(4)
            #expect(told() == 1)
            clock.advance(seconds: 31)
            await clock.untilAsleep(4)
            #expect(told() == 1)
            paper.setRoom(session: 256)
            clock.advance(seconds: 31)
            await clock.untilAsleep(4)
            #expect((try? officer.callbox.conversation(1).waitingToLeave) == 0)
            group.cancelAll()
        }
        #expect(told() == 1)
    }

    private final class Happened: Sendable {
        private let list = Mutex<[Happening]>([])
        var all: [Happening] { list.withLock { $0 } }
        func add(_ one: Happening) { list.withLock { $0.append(one) } }
    }

    @Test("The list of conversations reads no entry and no room, however many there are")
    func manyConversations() throws {
        let world = try TalkingWorld(seed: 64)
        let store = world.peer.store
        var random = SeededRandom(seed: 64)
        try store.change { records in
            for id in 1...200 {
                let key = SigningKey.random(from: &random).verificationKey
                var record = ConversationRecord(
                    id: id, room: .random(from: &random), own: world.sample.peers[0].signing.publicKey,
                    others: [
                        ConversationRecord.Member(
                            key: key, role: .officer, name: "Officer \(id)", memberID: nil, session: id)
                    ], begun: SampleProgram.today)
                record.lastLine = "line \(id)"
                record.lastHour = Hour(UInt32(id))
                records.put(record, in: .conversation(id))
                // Nothing that could be read.
                records["room/\(id)"] = [1]
                for chunk in 0..<2 { records["entries/\(id)/\(chunk)"] = [1] }
            }
        }
        let all = try world.peer.callbox.conversations()
        #expect(all.count == 200)
        #expect(all.first?.lastLine == "line 200" && all.last?.lastLine == "line 1")
        #expect(throws: Trouble.self) { try world.peer.callbox.entries(of: 1, last: nil) }
    }

    @Test("Only as much of a long conversation is read as is shown")
    func longConversation() throws {
        let world = try TalkingWorld(seed: 65)
        var random = SeededRandom(seed: 65)
        let key = SigningKey.random(from: &random).verificationKey
        try world.peer.store.change { records in
            let record = ConversationRecord(
                id: 1, room: .random(from: &random), own: key,
                others: [], begun: SampleProgram.today)
            var room = OpenRoom(record, try RoomViewSample.empty(record))
            for number in 1...200 {
                try room.append(
                    .noticed(.information, "\(number)"), from: nil, isOwn: false, hour: Hour(1),
                    day: SampleProgram.today,
                    summary: .none, in: &records)
            }
            room.close(in: &records)
            #expect(records.names(beginning: "entries/1/").count == 4)
            records["entries/1/0"] = [1]
        }
        let last = try world.peer.callbox.entries(of: 1, last: 100)
        #expect(last.map(\.id) == Array(101...200))
        #expect(throws: Trouble.self) { try world.peer.callbox.entries(of: 1, last: nil) }
    }
}
