import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("Invites")
struct InviteTests {
    let program: ProgramID
    let pin: TLSPin
    let root: HumanDigest
    let onion = String(repeating: "abcdefg2", count: 7) + ".onion"

    init() {
        var random = Seeded(70)
        program = random.value()
        pin = random.value()
        root = HumanDigest(of: random.value() as CellID)
    }

    func invite(_ relays: [(String, RelayTrust)]) throws -> Invite {
        try Invite(
            program: program, relays: relays.map { try Invite.Relay(RelayURL($0.0), trust: $0.1) }, root: root)
    }

    @Test("An invite is read back as it was printed, whichever way its relays are trusted")
    func roundTrip() throws {
        for relays in [
            [("https://relay.example.org", RelayTrust.pin(pin))], [("https://relay.example.org:8443", .webPKI)],
            [("http://\(onion)", .none)], [("http://127.0.0.1:8080", .none), ("https://[2001:db8::1]", .pin(pin))],
            [
                ("https://a.example", .webPKI), ("https://b.example", .webPKI), ("http://\(onion)", .none),
                ("http://localhost", .none),
            ],
        ] {
            let invite = try invite(relays)
            #expect(try Invite(invite.text) == invite)
            #expect(try Invite("CallBox:JOIN?" + invite.text.dropFirst(13)) == invite)
            try Hostile.text(invite.text, rounds: 1000, forgiving: true) { try Invite($0).text }
        }
    }

    @Test("An invite with one relay has fewer than 300 characters, also with a long name, a port and a pin")
    func length() throws {
        let long = String(repeating: "long-name.", count: 10) + "example.org:65535"
        #expect(try invite([("https://" + long, .pin(pin))]).text.utf8.count < 300)
        #expect(try invite([("http://\(onion)", .none)]).text.utf8.count < 200)
        let far = String(repeating: "a123456789.", count: 20) + "example"
        #expect(throws: WireError.length) { try invite((0..<3).map { _ in ("https://" + far, .pin(pin)) }) }
        #expect(throws: WireError.length) { try Invite(String(repeating: "a", count: 601)) }
    }

    @Test("The printed form is the one of the protocol")
    func form() throws {
        let text = try invite([("https://Relay.Example:443", .webPKI)]).text
        #expect(
            text
                == "callbox:join?v=1&program=\(CrockfordBase32.encode(program.bytes))&relay=https://relay.example&pin=web"
                + "&root=\(root.text)")
    }

    @Test("What is wrong with an invite is said by the part that is wrong")
    func parts() throws {
        let good = try invite([("https://relay.example", .pin(pin))]).text
        let id = CrockfordBase32.encode(program.bytes)
        let key = CrockfordBase32.encode(pin.bytes)
        let wrong: [(String, WireError)] = [
            ("https://relay.example/join", .inviteScheme), ("", .inviteScheme), ("callbox:leave?v=1", .inviteScheme),
            (good.replacing("v=1", with: "v=2"), .inviteVersion), (good.replacing("v=1", with: "v=01"), .inviteVersion),
            (good.replacing("v=1&", with: ""), .inviteParts),
            (good.replacing("program", with: "programme"), .inviteParts),
            (good.replacing(id, with: String(id.dropLast())), .inviteProgram),
            (good.replacing(id, with: ""), .inviteProgram),
            (good.replacing(id, with: id.dropLast() + "!"), .inviteProgram),
            (good.replacing("https://relay", with: "http://relay"), .inviteRelay),
            (good.replacing("relay.example", with: "relay.example/x"), .inviteRelay),
            (good.replacing("relay.example", with: "me@relay.example"), .inviteRelay),
            (good.replacing(key, with: key.dropLast(3)), .invitePin), (good.replacing(key, with: "none"), .invitePin),
            (good.replacing(key, with: "WEB"), .invitePin), (good.replacing("&pin=" + key, with: ""), .inviteParts),
            (good.replacing("&relay=https://relay.example&pin=" + key, with: ""), .inviteParts),
            (good.replacing(root.text, with: root.text.dropFirst()), .inviteRoot), (good + "0", .inviteRoot),
            (good + "&x=1", .inviteParts), (good + "&", .inviteParts), (good + "#x", .inviteRoot),
            (good.replacing("&root=" + root.text, with: ""), .inviteParts),
            (try invite([("http://\(onion)", .none)]).text.replacing("none", with: "web"), .invitePin),
        ]
        for (text, error) in wrong {
            #expect(throws: error, "\(text)") { try Invite(text) }
            #expect(error.explanation != nil)
        }
        let five = (0..<5).map { _ in ("https://a", RelayTrust.webPKI) }
        #expect(throws: WireError.inviteParts) { try invite(five) }
        #expect(throws: WireError.inviteParts) { try invite([]) }
    }

    @Test(
        "An address is scheme, host and port, and plain HTTP goes to an onion service or this machine only",
        arguments: [
            "http://relay.example", "ftp://relay.example", "https://", "https:///", "https://a/", "https://a?b",
            "https://a#b",
            "https://a:b@c", "https://a:", "https://a:0", "https://a:65536", "https://a:+1", "https://a:01",
            "https://a b",
            "https://a..b", "https://-a", "https://a-", "https://a_b", "https://é", "https://[::1", "https://::1",
            "https://[]",
            "https://[1]", "https://[::g]", "https://[::1]x", "http://127.0.0.1.example", "http://localhost.example",
            "http://short.onion", "http://onion", "http://127.0.0.2", "//a", "a", "", "https://\u{212A}", "https://a\n",
            "https://" + String(repeating: "a", count: 64), "https://" + String(repeating: "a.", count: 150),
        ])
    func addresses(text: String) {
        #expect(throws: WireError.self) { try RelayURL(text) }
    }

    @Test("An address has one form: lower case, without the usual port")
    func addressForm() throws {
        for (text, form) in [
            ("HTTPS://Relay.EXAMPLE:443", "https://relay.example"), ("https://a:8443", "https://a:8443"),
            ("http://localhost:80", "http://localhost"), ("http://[::1]:9", "http://[::1]:9"),
            ("https://192.0.2.1", "https://192.0.2.1"), ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
            ("http://x.\(onion):81", "http://x.\(onion):81"),
        ] {
            #expect(try RelayURL(text).text == form)
            #expect(try RelayURL(RelayURL(text).text) == RelayURL(text))
        }
        #expect(try RelayURL("https://a").port == 443)
    }
}
