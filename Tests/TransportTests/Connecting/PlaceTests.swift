import CallboxClient
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("Several ways in", .timeLimit(.minutes(1)))
struct PlaceTests {
    @Test("A place with another key is passed over, and the one that worked comes first the next time")
    func favourite() async throws {
        let (certificate, other) = (try TestCertificate(), try TestCertificate())
        let (first, second) = (
            try await TestServer(certificate.configuration()), try await TestServer(certificate.configuration())
        )
        let relay = Fixture.relay([
            try Fixture.place(first.port, pin: other.pin), try Fixture.place(second.port, pin: certificate.pin),
        ])
        for channel: UInt8 in 1...3 { try await relay.drop(channel) }
        #expect(first.connections == 1 && first.requests.isEmpty)
        #expect(second.connections == 3)
        await first.stop()
        await second.stop()
    }

    @Test("When no place can be reached, the gravest reason is told")
    func gravest() async throws {
        let certificate = try TestCertificate()
        let server = try await TestServer(certificate.configuration())
        let closed = try await TestServer()
        await closed.stop()
        let dead = try Fixture.place(closed.port)
        let wrong = try Fixture.place(server.port, pin: TestCertificate().pin)
        for places in [[dead, wrong], [wrong, dead]] {
            let relay = Fixture.relay(places)
            #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .wrongKey)
        }
        let relay = Fixture.relay([dead, dead])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
        await server.stop()
    }

    @Test("After an answer that no relay gives, the next call begins at another place, on a connection of its own")
    func strange() async throws {
        let portal = try await TestServer { _ in .say(Answers.content("<html>", type: "text/html")) }
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(portal.port), try Fixture.place(server.port)])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .strange(status: 200))
        for _ in 0..<2 { try await relay.drop() }
        #expect(portal.requests.count == 1 && server.requests.count == 2)
        await portal.stop()
        await server.stop()
    }

    @Test("A refusal is the relay's own word: nothing changes")
    func refused() async throws {
        let problem = String(decoding: ProblemDocument.encode(.noSuchAddress), as: UTF8.self)
        let text = Answers.content(problem, type: ProblemDocument.mediaType, status: "404 Not Found")
        let server = try await TestServer { _ in .say(text) }
        let other = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port), try Fixture.place(other.port)])
        for _ in 0..<2 {
            let failure = await Fixture.failure { () throws(RelayFailure) in try await relay.drop() }
            #expect(failure == .refused(.noSuchAddress, after: nil))
        }
        #expect(server.requests.map(\.connection) == [0, 0] && other.connections == 0)
        await server.stop()
        await other.stop()
    }

    @Test("Without a proxy an onion service is not called, and its name not looked up")
    func onion() async throws {
        let host = String(repeating: "a", count: 56) + ".onion"
        for place in [
            try Invite.Relay(RelayURL("http://\(host)"), trust: .none),
            try Invite.Relay(RelayURL("https://\(host)"), trust: .pin(TestCertificate().pin)),
        ] {
            let relay = Fixture.relay([place])
            #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .proxy)
        }
    }

    @Test("Nobody is called where there is no place")
    func nowhere() async throws {
        let relay = Fixture.relay([])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
    }
}
