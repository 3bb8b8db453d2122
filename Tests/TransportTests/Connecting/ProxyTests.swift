import CallboxClient
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("Through a proxy", .timeLimit(.minutes(1)))
struct ProxyTests {
    private func socks(_ port: Int) throws -> SOCKSProxy { try SOCKSProxy("127.0.0.1:\(port)") }

    @Test("The relay's name goes to the proxy, and each channel by a user name of its own")
    func names() async throws {
        let certificate = try TestCertificate(host: "relay.invalid")
        let server = try await TestServer(certificate.configuration())
        let proxy = try await TestProxy(to: server.port)
        let place = try Invite.Relay(RelayURL("https://relay.invalid"), trust: .pin(certificate.pin))
        let relay = Fixture.relay([place], proxy: try socks(proxy.port))
        for channel: UInt8 in [1, 2, 1] { try await relay.drop(channel) }
        _ = await Fixture.failure { () throws(RelayFailure) in _ = try await relay.statement() }
        #expect(server.requests.map(\.connection) == [0, 1, 0, 2])
        let wishes = proxy.wishes
        try #require(wishes.count == 3)
        #expect(wishes.map(\.host) == [String](repeating: "relay.invalid", count: 3))
        #expect(wishes.map(\.port) == [443, 443, 443])
        #expect(
            wishes[0].user == String(repeating: "01", count: 16) && wishes[1].user == String(repeating: "02", count: 16)
        )
        #expect(wishes[2].user.utf8.count == 32 && Set(wishes.map(\.user)).count == 3)
        #expect(Set(wishes.map(\.password)).count == 1)
        let hellos = try server.beginnings.map(ClientHello.init)
        #expect(hellos.allSatisfy { $0.extensions[ClientHello.preSharedKey] == nil })
        await proxy.stop()
        await server.stop()
    }

    @Test("An onion service is called by its name in the clear, and an address as it is written")
    func addresses() async throws {
        let server = try await TestServer()
        let proxy = try await TestProxy(to: server.port)
        let onion = String(repeating: "a", count: 56) + ".onion"
        for (url, host, port) in [
            ("http://\(onion)", onion, 80), ("http://127.0.0.1:81", "127.0.0.1", 81), ("http://[::1]:82", "::1", 82),
            ("http://localhost:83", "localhost", 83),
        ] {
            let relay = Fixture.relay([try Invite.Relay(RelayURL(url), trust: .none)], proxy: try socks(proxy.port))
            try await relay.drop()
            #expect(proxy.wishes.last?.host == host && proxy.wishes.last?.port == port)
        }
        #expect(server.requests.first?.field("host") == onion)
        await proxy.stop()
        await server.stop()
    }

    @Test(
        "A proxy that is none, does not want to or breaks off: nothing is sent to anybody",
        arguments: [
            (0, "HTTP/1.1 400 Bad Request\r\n\r\n"), (0, "\u{5}\u{0}"), (0, "\u{4}"), (0, ""), (1, "\u{1}\u{1}"),
            (1, ""),
            (1, "\u{1}\u{0}\u{5}"), (2, "\u{5}\u{1}\u{0}\u{1}"), (2, "\u{5}\u{2}"), (2, ""),
            (2, "\u{5}\u{0}\u{0}\u{9}\u{0}"),
            (2, String(repeating: "\u{5}\u{0}\u{0}\u{3}", count: 100)),
        ])
    func hostile(step: Int, words: String) async throws {
        let server = try await TestServer()
        let proxy = try await TestProxy(to: server.port) { $0 == step ? Array(words.utf8) : nil }
        let relay = Fixture.relay([try Fixture.place(server.port)], proxy: try socks(proxy.port))
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .proxy)
        #expect(server.connections == 0)
        await proxy.stop()
        await server.stop()
    }

    @Test("A proxy that did not get through says so: the relay is not reachable")
    func unreachable() async throws {
        let closed = try await TestServer()
        await closed.stop()
        let proxy = try await TestProxy(to: closed.port)
        let relay = Fixture.relay([try Fixture.place(80)], proxy: try socks(proxy.port))
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .unreachable)
        await proxy.stop()
    }

    @Test("No proxy at all is the proxy's trouble, and one that says nothing is too slow")
    func absent() async throws {
        let closed = try await TestServer()
        await closed.stop()
        let relay = Fixture.relay([try Fixture.place(80)], proxy: try socks(closed.port))
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .proxy)
        var deadlines = Deadlines()
        deadlines.connectThroughProxy = .milliseconds(50)
        let silent = try await TestServer()
        let slow = Fixture.relay([try Fixture.place(80)], proxy: try socks(silent.port), deadlines: deadlines)
        #expect(await Fixture.failure { () throws(RelayFailure) in try await slow.drop() } == .tooSlow)
        await silent.stop()
    }

    @Test("The relay's key counts through a proxy too")
    func pinned() async throws {
        let server = try await TestServer(TestCertificate().configuration())
        let proxy = try await TestProxy(to: server.port)
        let relay = Fixture.relay(
            [try Fixture.place(server.port, pin: TestCertificate().pin)], proxy: try socks(proxy.port))
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .wrongKey)
        #expect(proxy.wishes.count == 1 && server.requests.isEmpty)
        await proxy.stop()
        await server.stop()
    }
}
