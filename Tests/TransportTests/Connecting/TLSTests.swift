import CallboxClient
import CallboxCrypto
import CallboxWire
import NIOPosix
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import CallboxTransport

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("The key that is pinned is enough, whatever name stands in the certificate")
    func pinned() async throws {
        let certificate = try TestCertificate(host: "elsewhere.example")
        let server = try await TestServer(certificate.configuration())
        try await Fixture.relay([Fixture.place(server.port, pin: certificate.pin)]).drop()
        #expect(server.requests.map(\.content) == [Fixture.cell().bytes])
        await server.stop()
    }

    @Test("Under another key nothing is sent")
    func otherKey() async throws {
        let (certificate, other) = (try TestCertificate(), try TestCertificate())
        let server = try await TestServer(certificate.configuration())
        let relay = Fixture.relay([try Fixture.place(server.port, pin: other.pin)])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .wrongKey)
        await server.wait { if case .closed = $0 { true } else { false } }
        #expect(server.connections == 1 && server.requests.isEmpty)
        await server.stop()
    }

    @Test("TLS 1.2 is not spoken, even with the right key")
    func oldVersion() async throws {
        let certificate = try TestCertificate()
        let server = try await TestServer(certificate.configuration(2...2))
        let relay = Fixture.relay([try Fixture.place(server.port, pin: certificate.pin)])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .strange(status: nil))
        #expect(server.requests.isEmpty)
        await server.stop()
        let both = try await TestServer(certificate.configuration(2...3))
        try await Fixture.relay([Fixture.place(both.port, pin: certificate.pin)]).drop()
        await both.stop()
    }

    @Test("What does not speak TLS is not the relay; what says nothing at all is too slow")
    func noTLS() async throws {
        let pin = try TestCertificate().pin
        let talker = try await TestServer(greeting: "220 mail.example ESMTP\r\n")
        let relay = Fixture.relay([try Fixture.place(talker.port, pin: pin)])
        #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .strange(status: nil))
        await talker.stop()
        var deadlines = Deadlines()
        deadlines.connect = .milliseconds(50)
        let silent = try await TestServer()
        let slow = Fixture.relay([try Fixture.place(silent.port, pin: pin)], deadlines: deadlines)
        #expect(await Fixture.failure { () throws(RelayFailure) in try await slow.drop() } == .tooSlow)
        await silent.stop()
    }

    @Test("Without a pin the authorities decide: a certificate of nobody's is refused before anything is sent")
    func authorities() async throws {
        let server = try await TestServer(try TestCertificate().configuration())
        for host in ["127.0.0.1", "localhost"] {
            let place = try Invite.Relay(RelayURL("https://\(host):\(server.port)"), trust: .webPKI)
            let relay = Fixture.relay([place])
            #expect(await Fixture.failure { () throws(RelayFailure) in try await relay.drop() } == .wrongKey)
        }
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test(
        "Without a pin the certificate is by somebody who is trusted, and of the very name that was called",
        arguments: ["localhost", "127.0.0.1"])
    func names(host: String) async throws {
        let address = ASN1OctetString(contentBytes: [127, 0, 0, 1])
        let authority = try TestAuthority(for: [host == "localhost" ? .dnsName(host) : .ipAddress(address)])
        let server = try await TestServer(authority.configuration)
        let question = try Wire.question()
        for (called, isTrusted) in [("localhost", true), ("127.0.0.1", true), (host, false)] {
            let place = try Invite.Relay(RelayURL("https://\(called):\(server.port)"), trust: .webPKI)
            let dialer = Dialer(
                proxy: nil, deadlines: Deadlines(), loop: MultiThreadedEventLoopGroup.singleton.next(),
                authorities: isTrusted ? .certificates([authority.root]) : .default)
            let failure = await Fixture.failure { () throws(RelayFailure) in
                let connection = Connection(try await dialer.open(place, for: Fixture.channel(1)), place: 0)
                let reply = try await connection.ask(question)
                #expect(reply?.status == 204)
            }
            #expect(failure == (called == host && isTrusted ? nil : .wrongKey))
        }
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test("Which names and addresses a certificate is of")
    func certificateNames() throws {
        let names: [GeneralName] = [
            .dnsName("relay.example"), .dnsName("*.Wild.example"), .dnsName("*.org"), .dnsName("192.0.2.9"),
            .ipAddress(ASN1OctetString(contentBytes: [192, 0, 2, 1])),
            .ipAddress(
                ASN1OctetString(contentBytes: [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])),
            .ipAddress(ASN1OctetString(contentBytes: [1, 2, 3])), .rfc822Name("mail.example"),
        ]
        let certificate = CertificateNames(of: try TestAuthority(for: names).leaf)
        for host in ["relay.example", "a.wild.example", "192.0.2.1", "[2001:db8::1]", "[2001:0db8:0:0::1]"] {
            #expect(certificate.hold(try RelayURL("https://\(host)")), "\(host)")
        }
        for host in [
            "elsewhere.example", "relay.example.org", "a.relay.example", "wild.example", "a.b.wild.example",
            "callbox.org",
            "mail.example", "192.0.2.2", "192.0.2.9", "[2001:db8::2]", "[::ffff:192.0.2.1]", "1.2.3",
        ] {
            #expect(!certificate.hold(try RelayURL("https://\(host)")), "\(host)")
        }
    }

    @Test("No connection goes on with the session of another, of its own channel neither, so none can be linked by it")
    func resumption() async throws {
        let certificate = try TestCertificate()
        let server = try await TestServer(certificate.configuration()) { _ in
            .say("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        }
        let relay = Fixture.relay([try Fixture.place(server.port, pin: certificate.pin)])
        for channel: UInt8 in [1, 2, 1, 2] { try await relay.drop(channel) }
        let hellos = try server.beginnings.map(ClientHello.init)
        #expect(hellos.count == 4)
        for hello in hellos {
            #expect(hello.extensions[ClientHello.preSharedKey] == nil)
            #expect(hello.extensions[ClientHello.earlyData] == nil)
            #expect(hello.extensions[ClientHello.serverName] == nil, "an address is no name")
            #expect(hello.extensions[ClientHello.applicationProtocols] == [0, 9, 8] + Array("http/1.1".utf8))
        }
        #expect(Set(hellos.map(\.session)).count == 4 || hellos.allSatisfy(\.session.isEmpty))
        await server.stop()
    }
}
