import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Testing

@Suite struct FreshnessAndNewsTests {
    let world: OfficeWorld

    init() throws { world = try OfficeWorld() }

    @Test func `the online key says what is newest, with the newest bulletin`() async throws {
        _ = try await world.published()
        #expect(try await world.offices[0].refresh().bulletin == nil)
        world.clock.advance(seconds: 60)
        // Another coordinator posts; the machine with the online key finds it.
        #expect(try await world.offices[1].post(title: "Storm", text: "Stay in.", incidentAt: nil) == 1)
        let report = try await world.offices[0].refresh()
        #expect(report.version == 1 && report.bulletin == 1 && report.time == Int(world.clock.now.seconds))
        #expect(world.relay.statement?.bulletin?.index == 1)
        #expect(try world.offices[0].show().lastWord == report.time)
    }

    @Test func `nothing is signed twice in a second, or with a clock that went back`() async throws {
        _ = try await world.published()
        _ = try await world.offices[0].refresh()
        _ = try await world.offices[1].post(title: "Storm", text: "Stay in.", incidentAt: nil)
        #expect(await trouble { _ = try await world.offices[0].refresh() }?.remedy.contains("again") == true)
        world.clock.set(SampleProgram.now.earlier(by: 60))
        #expect(await trouble { _ = try await world.offices[0].refresh() }?.kind == .clock)
    }

    @Test func `three weeks before the document or the epochs end there is a warning`() async throws {
        _ = try await world.published()
        // Two epochs are in the document: the second ends first.
        let end = Day(745 * 28 + 27)
        world.clock.set(end.start.earlier(by: 21 * 86_400))
        #expect(try world.offices[0].warnings().isEmpty)
        world.clock.set(end.start.earlier(by: 20 * 86_400))
        #expect(try world.offices[0].warnings().map { $0.contains("epoch") } == [true])
        world.clock.set(SampleProgram.now.later(by: 89 * 86_400))
        let late = try world.offices[0].warnings()
        #expect(
            late.contains { $0.contains("The document expires") }
                && late.contains { $0.contains("no token epoch of today") })
        world.clock.set(SampleProgram.now.later(by: 91 * 86_400))
        #expect(try world.offices[0].warnings().contains { $0.contains("expired") })
    }

    @Test func `an incident has its time, and news has none`() async throws {
        _ = try await world.published()
        let time = Int(SampleProgram.now.seconds) - 3_600
        #expect(try await world.offices[0].post(title: "Crash", text: "On 5th Street.", incidentAt: time) == 1)
        #expect(try await world.offices[0].post(title: "Meeting", text: "On Friday.", incidentAt: nil) == 2)
        let tomorrow = Int(SampleProgram.now.seconds) + 86_400
        #expect(
            await trouble { _ = try await world.offices[0].post(title: "x", text: "y", incidentAt: tomorrow) }?.kind
                == .usage)
        let page = try await world.relay.bulletins(of: #require(world.relay.root).document.programID, after: 0)
        let bulletins = try page.bulletins.map { try Bulletin(parsing: $0.unverifiedPayload) }
        #expect(bulletins.map(\.occurred?.seconds) == [UInt64(time), nil])
    }

    @Test func `a bulletin that did not arrive goes out first`() async throws {
        _ = try await world.published()
        world.relay.meet(.lost)
        #expect(
            await trouble { _ = try await world.offices[0].post(title: "First", text: "1", incidentAt: nil) }?.kind
                == .network)
        #expect(try await world.offices[0].post(title: "Second", text: "2", incidentAt: nil) == 2)
    }

    @Test func `a bulletin whose place another took is given up, and the next one goes out`() async throws {
        _ = try await world.published()
        world.relay.meet(.lost)
        _ = try? await world.offices[0].post(title: "Mine", text: "1", incidentAt: nil)
        #expect(try await world.offices[1].post(title: "Theirs", text: "2", incidentAt: nil) == 1)
        #expect(try await world.offices[0].post(title: "Later", text: "3", incidentAt: nil) == 2)
    }

    @Test func `a bulletin whose answer was lost stands once`() async throws {
        _ = try await world.published()
        world.relay.meet(.answerLost)
        _ = try? await world.offices[0].post(title: "Once", text: "1", incidentAt: nil)
        #expect(try await world.offices[0].post(title: "Twice", text: "2", incidentAt: nil) == 2)
    }

    @Test func `codes are told to the relay as hashes, in one request, before there are slips`() async throws {
        _ = try await world.published()
        let slips = try await world.offices[1].drawCodes(40)
        let program = try #require(world.relay.root).document.programID
        #expect(world.relay.codes == [try slips.map { try EnrolmentCode($0).hash(in: program) }])
        #expect(Set(slips).count == 40)
        // Nobody keeps one.
        for store in world.stores {
            let kept = store.records.names.compactMap { store.records[$0] }.flatMap { $0 }
            let text = String(decoding: kept, as: UTF8.self)
            #expect(!slips.contains { text.contains($0) || text.contains($0.filter { $0 != "-" }) })
        }
    }

    @Test func `no slips when the relay refuses or is away, and the same hashes when an answer was lost`() async throws
    {
        _ = try await world.published()
        for count in [0, 1_001] {
            #expect(await trouble { _ = try await world.offices[0].drawCodes(count) }?.kind == .usage)
        }
        world.relay.meet(.answerLost)
        async let slips = world.offices[0].drawCodes(3)
        await world.clock.untilAsleep(1)
        world.clock.advance(seconds: 1)
        #expect(try await slips.count == 3)
        #expect(world.relay.codes.count == 2 && world.relay.codes[0] == world.relay.codes[1])
        let stranger = Office(store: MemoryStore(seed: 5), connector: world.connector, clock: world.clock)
        try await stranger.follow(world.offices[0].invitation().text)
        _ = try stranger.makeKey()
        #expect(await trouble { _ = try await stranger.drawCodes(1) }?.meaning == "No codes were made.")
    }
}
