import CallboxCrypto
import CallboxWire
import Testing

@Suite("RFC 9421 and RFC 9530, by their own examples")
struct SignatureBaseTests {
    /// RFC 9421 appendix B.1.4, test-key-ed25519.
    static let seed = [UInt8](hex: "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5")
    /// The public half of it.
    static let key = [UInt8](hex: "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb")

    /// RFC 9421 appendix B.2.6.
    static let components = [
        SignatureComponent("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        SignatureComponent("@method", "POST"),
        SignatureComponent("@path", "/foo"),
        SignatureComponent("@authority", "example.com"),
        SignatureComponent("content-type", "application/json"),
        SignatureComponent("content-length", "18"),
    ]

    @Test("The signature base of RFC 9421 B.2.6 is built byte for byte, and its signature is made and holds")
    func edwards() throws {
        let base = try SignatureBase(Self.components, [.created(1_618_884_473), .keyid("test-key-ed25519")])
        let parameters =
            #"("date" "@method" "@path" "@authority" "content-type" "content-length")"#
            + #";created=1618884473;keyid="test-key-ed25519""#
        #expect(base.parameters == parameters)
        let expected = """
            "date": Tue, 20 Apr 2021 02:07:55 GMT
            "@method": POST
            "@path": /foo
            "@authority": example.com
            "content-type": application/json
            "content-length": 18
            "@signature-params": \(parameters)
            """
        #expect(String(decoding: base.bytes, as: UTF8.self) == expected)
        let text = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
        let signature = try Signature(Base64.decode(text, .standard))
        try VerificationKey(Self.key).verify(signature, over: base.bytes.span)
        let key = try SigningKey(seed: Secret(copying: Self.seed.span))
        #expect(key.verificationKey.bytes == Self.key)
        #expect(key.sign(base.bytes.span) == signature)
    }

    @Test("A value with a line break, or a component twice, has no signature base")
    func refusedBases() {
        for value in ["a\nb", "a\r", "é", "\u{0}", "\u{7F}"] {
            #expect(throws: WireError.encoding) { try SignatureBase([SignatureComponent("@path", value)], []) }
        }
        #expect(throws: WireError.encoding) { try SignatureBase([SignatureComponent("é", "")], []) }
        #expect(throws: WireError.repeated) {
            try SignatureBase([SignatureComponent("date", "1"), SignatureComponent("date", "2")], [])
        }
        #expect(throws: WireError.encoding) { try SignatureBase([], [.created(1_000_000_000_000_000)]) }
        #expect(throws: WireError.encoding) { try SignatureBase([], [.created(.min)]) }
        #expect(throws: WireError.encoding) { try SignatureBase([], [.nonce("\n")]) }
    }

    /// With the line feed: RFC 9530 section 2. Without: RFC 9530 appendix D, and the test-request of RFC 9421 B.2.
    @Test("Content-Digest gives the SHA-512 examples of RFC 9530")
    func contentDigest() throws {
        let examples = [
            "{\"hello\": \"world\"}\n":
                "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:",
            "{\"hello\": \"world\"}":
                "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ]
        for (content, value) in examples {
            let digest = ContentDigest(of: [UInt8](content.utf8))
            #expect(digest.fieldValue == value)
            try Hostile.text(value) { try ContentDigest(fieldValue: $0).fieldValue }
        }
    }

    @Test("A digest field with another algorithm, with two, with a parameter or of another length is refused")
    func refusedDigests() {
        let good = ContentDigest(of: []).fieldValue
        let refused: [(String, WireError)] = [
            ("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", .missing),
            ("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, " + good, .field),
            (good + ", " + good, .encoding), (good + ";a", .field), ("sha-512=?1", .encoding), ("sha-512", .field),
            ("sha-512=(" + good.dropFirst(8) + ")", .field), ("sha-512=:AAAA:", .length), ("sha-512=:AAB=:", .encoding),
            ("", .missing), (" " + good, .encoding), (good + " ", .encoding), (good + ",", .encoding),
            (String(repeating: "a", count: 1025), .length),
        ]
        for (value, error) in refused {
            #expect(throws: error, "\(value)") { try ContentDigest(fieldValue: value) }
        }
    }
}
