import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private static let closed: @Sendable (TestServer.Sight) -> Bool = { if case .closed = $0 { true } else { false } }
    private static let asked: @Sendable (TestServer.Sight) -> Bool = { if case .request = $0 { true } else { false } }

    private func list() throws -> Acknowledgements { try Acknowledgements([], slots: .usual) }

    @Test("A channel keeps its connection, and shares it with no other")
    func channels() async throws {
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)])
        for channel: UInt8 in [1, 2, 1, 2, 1] { try await relay.drop(channel) }
        #expect(server.requests.map(\.connection) == [0, 1, 0, 1, 0])
        await server.stop()
    }

    @Test("Reading the program, buying tokens and publishing go by three connections of their own")
    func purposes() async throws {
        let freshness = #"{"payloadType":"application/vnd.callbox.freshness.v1+json","payload":"e30=","signatures":[]}"#
        let refused = String(decoding: ProblemDocument.encode(.codeRefused), as: UTF8.self)
        let server = try await TestServer { request in
            switch request.line.split(separator: " ")[1].split(separator: "/").last {
            case "freshness": .say(Answers.content(freshness))
            case "roots": .say(Answers.content(#"{"roots":[]}"#))
            case "tokens": .say(Answers.content(refused, type: ProblemDocument.mediaType, status: "401 Unauthorized"))
            default: .say(Answers.done)
            }
        }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        var random = SystemRandom()
        let order = try TokenRequest(
            to: TokenKeyID(unchecked: [UInt8](repeating: 1, count: 32)),
            blinded: try Blinding([[1]], random: &random).elements)
        for _ in 0..<2 {
            _ = try await relay.freshness(of: Fixture.program)
            #expect(try await relay.roots(of: Fixture.program).roots.isEmpty)
            let failure = await Fixture.failure { () throws(RelayFailure) in
                _ = try await relay.tokens(order, of: Fixture.program, by: .code(.random(from: &random)))
            }
            #expect(failure == .refused(.codeRefused, after: nil))
            try await relay.enrol([], in: Fixture.program, by: Fixture.signer())
            try await relay.drop()
        }
        #expect(server.requests.map(\.connection) == [0, 0, 1, 2, 3, 0, 0, 1, 2, 3])
        await server.stop()
    }

    @Test("On one channel a request waits for the answer to the one before it")
    func oneAtATime() async throws {
        let server = try await TestServer { $0.number == 0 ? .nothing : .say(Answers.done) }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        try await withThrowingTaskGroup { group in
            group.addTask { try await relay.drop() }
            await server.wait(until: Self.asked)
            group.addTask { try await relay.drop() }
            // Another channel does not wait.
            let other = Fixture.relay([try Fixture.place(server.port)])
            group.addTask {
                _ = await Fixture.failure { () throws(RelayFailure) in try await other.drop(2) }
            }
            await server.wait(until: Self.asked)
            try await server.say(Answers.done, on: 0)
            try await server.say(Answers.done, on: 1)
            try await group.waitForAll()
        }
        #expect(server.requests.map(\.connection).sorted() == [0, 0, 1])
        await server.stop()
    }

    @Test("A kept connection that turns out closed is replaced once, and the request is signed anew")
    func stale() async throws {
        let server = try await TestServer { $0.connection == 0 && $0.number == 1 ? .close : .say(Answers.done) }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        let (owner, channel) = (Fixture.signer(), Fixture.channel(1))
        for _ in 0..<2 { try await relay.acknowledge(list(), for: owner, through: channel) }
        #expect(server.requests.map(\.connection) == [0, 0, 1])
        let signatures = server.requests.compactMap { $0.field("signature-input") }
        #expect(Set(signatures).count == 3)
        await server.stop()
    }

    @Test("A new connection that is closed without an answer is not tried again, and a kept one only once")
    func closed() async throws {
        let server = try await TestServer { $0.connection == 0 && $0.number == 0 ? .say(Answers.done) : .close }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        try await relay.drop()
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
        #expect(server.requests.map(\.connection) == [0, 0, 1])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
        #expect(server.requests.map(\.connection) == [0, 0, 1, 2])
        await server.stop()
    }

    @Test("An answer that breaks off is not asked for again")
    func brokenOff() async throws {
        let server = try await TestServer { request in
            request.number == 0 ? .say(Answers.done) : .sayAndClose("HTTP/1.1 204 No Con")
        }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        try await relay.drop()
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
        #expect(server.requests.count == 2)
        await server.stop()
    }

    @Test("Whoever is told to stop stops at once, and the connection is closed")
    func cancelled() async throws {
        let server = try await TestServer { _ in .nothing }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        await withTaskGroup { group in
            group.addTask {
                #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
            }
            await server.wait(until: Self.asked)
            group.cancelAll()
            await server.wait(until: Self.closed)
        }
        await server.stop()
    }

    @Test("While a connection is made, too")
    func cancelledEarly() async throws {
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port, pin: TestCertificate().pin)])
        await withTaskGroup { group in
            group.addTask {
                #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
            }
            await server.wait { if case .connected = $0 { true } else { false } }
            group.cancelAll()
            await server.wait(until: Self.closed)
        }
        #expect(server.connections == 1)
        await server.stop()
    }

    @Test("And in the line; whoever was before goes on")
    func cancelledInLine() async throws {
        let server = try await TestServer { _ in .nothing }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        try await withThrowingTaskGroup { group in
            group.addTask { try await relay.drop() }
            await server.wait(until: Self.asked)
            await withTaskGroup { second in
                second.addTask {
                    #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
                }
                second.cancelAll()
            }
            try await server.say(Answers.done)
            try await group.waitForAll()
        }
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test("Whoever is told to stop beforehand asks nothing")
    func cancelledBefore() async throws {
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)])
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
            }
        }
        #expect(server.connections == 0)
        await server.stop()
    }

    @Test("A relay that does not answer is too slow")
    func slow() async throws {
        var deadlines = Deadlines()
        deadlines.answer = .milliseconds(50)
        let server = try await TestServer { _ in .nothing }
        let relay = Fixture.relay([try Fixture.place(server.port)], deadlines: deadlines)
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .tooSlow)
        await server.wait(until: Self.closed)
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test("What is not used for a while is closed, and made anew when it is wanted")
    func idle() async throws {
        var deadlines = Deadlines()
        deadlines.idle = .milliseconds(20)
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)], deadlines: deadlines)
        try await relay.drop()
        await server.wait(until: Self.closed)
        try await relay.drop()
        #expect(server.requests.map(\.connection) == [0, 1])
        await server.stop()
    }

    @Test("Of too many connections the one used least recently is closed")
    func limit() async throws {
        var deadlines = Deadlines()
        deadlines.connectionLimit = 2
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)], deadlines: deadlines)
        for channel: UInt8 in [1, 2, 1, 3] { try await relay.drop(channel) }
        await server.wait(until: Self.closed)
        for channel: UInt8 in [1, 3] { try await relay.drop(channel) }
        #expect(server.requests.map(\.connection) == [0, 1, 0, 2, 0, 2])
        await server.stop()
    }

    @Test("With the relay its connections go")
    func gone() async throws {
        let server = try await TestServer()
        try await Fixture.relay([Fixture.place(server.port)]).drop()
        await server.wait(until: Self.closed)
        await server.stop()
    }

    @Test("A kept connection that the relay closes is not used again")
    func hungUp() async throws {
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)])
        for _ in 0..<3 {
            try await relay.drop()
            await server.hangUp()
        }
        #expect(server.requests.map(\.connection) == [0, 1, 2])
        await server.stop()
    }
}
