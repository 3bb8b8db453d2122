import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("Signed requests")
struct RequestSignatureTests {
    let relay: VerificationKey
    let nonce: RequestNonce
    let body: [UInt8]
    let path: String
    let time: Int64 = 1_780_000_000

    init() {
        var random = Seeded(10)
        relay = random.value()
        nonce = random.value()
        body = random.bytes(82)
        path = "/v1/mailboxes/\((random.value() as VerificationKey).base64URL)/acknowledgements"
    }

    func key(_ seed: UInt64 = 11) -> SigningKey {
        var random = Seeded(seed)
        return SigningKey.random(from: &random)
    }

    func request(content: [UInt8]? = nil) throws -> SignableRequest {
        try SignableRequest(method: "POST", path: path, query: "slots=2&wait=0", relay: relay, content: content ?? body)
    }

    func signed(_ request: SignableRequest) throws -> SignedFields {
        try RequestSignature.sign(request, with: key(), created: time, nonce: nonce)
    }

    func verify(
        _ request: SignableRequest, _ fields: SignedFields, by key: VerificationKey? = nil, now: Int64? = nil
    ) throws(WireError) -> VerifiedRequest {
        try RequestSignature.verify(
            request, fields, by: key ?? self.key().verificationKey, now: now ?? time, tolerance: 300)
    }

    @Test("A signed request verifies, with and without content, and says who signed and which nonce")
    func roundTrip() throws {
        for content in [body, []] {
            let request = try request(content: content)
            let fields = try signed(request)
            #expect((fields.contentDigest == nil) == content.isEmpty)
            let verified = try verify(request, fields)
            #expect(verified.request == request)
            #expect(verified.key == key().verificationKey)
            #expect(verified.nonce == nonce)
            #expect(verified.acceptableUntil == time + 300)
            #expect(try RequestSignature.claimedKey(fields) == key().verificationKey)
        }
    }

    @Test("A head verifies before its content is there, by the digest that it announces and no other")
    func announced() throws {
        func head(_ digest: String?) throws -> SignableRequest {
            try SignableRequest(method: "POST", path: path, query: "slots=2&wait=0", relay: relay, announcing: digest)
        }
        for content in [body, []] {
            let fields = try signed(request(content: content))
            #expect(try verify(head(fields.contentDigest), fields).key == key().verificationKey)
            var random = Seeded(12)
            let other = ContentDigest(of: random.bytes(82)).fieldValue
            // Whoever exchanges digest and content breaks the signature; whoever exchanges one of them, the match.
            #expect(throws: content.isEmpty ? WireError.components : .digest) { try verify(head(other), fields) }
        }
        #expect(throws: WireError.self) { try head("sha-512=:AAAA:") }
    }

    @Test("The fields have the form that the protocol gives")
    func form() throws {
        let fields = try signed(request())
        #expect(fields.fields.map(\.name) == ["content-digest", "callbox-relay", "signature-input", "signature"])
        #expect(
            fields.signatureInput
                == #"callbox=("@method" "@path" "@query" "callbox-relay" "content-digest")"#
                + #";created=\#(time);nonce="\#(nonce.base64URL)";keyid="\#(key().verificationKey.base64URL)""#
                + #";tag="callbox/v1/request""#)
        #expect(fields.relay == ":\(Base64.encode(relay.bytes, .standard)):")
    }

    /// Made apart from this code, in Python, from the text of `Protocol/relay.md`, with the key of RFC 9421 B.1.4.
    @Test("The signatures of two fixed requests are those of an independent reader of the protocol")
    func vectors() throws {
        let seed = SignatureBaseTests.seed
        let key = try SigningKey(seed: Secret(copying: seed.span))
        let relay = VerificationKey(unchecked: [UInt8](repeating: 1, count: 32))
        let nonce = RequestNonce(unchecked: [UInt8](repeating: 2, count: 16))
        let mailbox = "/v1/mailboxes/\(key.verificationKey.base64URL)"
        let requests = [
            (
                try SignableRequest(
                    method: "POST", path: mailbox + "/acknowledgements", relay: relay, content: [UInt8]("hello".utf8)),
                "callbox=:lLNJzalCdLPYB8XOrynFdkJP04EPpnnTvpuonRzIdNhuaEuJGdzHnLj/SD0JispHM1xZUbRUl1Y9DsHDgI3sDg==:"
            ),
            (
                try SignableRequest(method: "GET", path: mailbox + "/cells", query: "slots=2&wait=0", relay: relay),
                "callbox=:Q/O4itEY2prIw977JPpRlyI99hd9hXL5SsZKpmICaY64I3gvzMy4ihR3TEkcrviiCsDZnUl5jTH/zT2cyGvZAQ==:"
            ),
        ]
        for (request, signature) in requests {
            let fields = try RequestSignature.sign(request, with: key, created: 1_780_000_000, nonce: nonce)
            #expect(fields.signature == signature)
        }
    }

    @Test("A signature for one relay, method, path, query or content is refused for another")
    func bound() throws {
        let fields = try signed(request())
        var random = Seeded(12)
        let other: VerificationKey = random.value()
        let query = "slots=2&wait=0"
        let requests: [(SignableRequest, WireError)] = [
            (try SignableRequest(method: "POST", path: path, query: query, relay: other, content: body), .relay),
            (try SignableRequest(method: "PUT", path: path, query: query, relay: relay, content: body), .signature),
            (
                try SignableRequest(method: "POST", path: path + "x", query: query, relay: relay, content: body),
                .signature
            ),
            (try SignableRequest(method: "POST", path: path, relay: relay, content: body), .signature),
            (try SignableRequest(method: "POST", path: path, query: query, relay: relay, content: body + [0]), .digest),
            (try SignableRequest(method: "POST", path: path, query: query, relay: relay), .components),
        ]
        for (request, error) in requests {
            #expect(throws: error) { try verify(request, fields) }
        }
        let bare = try signed(request(content: []))
        #expect(throws: WireError.components) { try verify(request(), bare) }
        #expect(throws: WireError.key) { try verify(request(), fields, by: other) }
        #expect(throws: WireError.key) { try verify(request(), fields, by: key(13).verificationKey) }
    }

    @Test("A signature is good from the tolerance before to the tolerance after its time, and not a second longer")
    func window() throws {
        let request = try request()
        let fields = try signed(request)
        for now in [time - 300, time, time + 300] { _ = try verify(request, fields, now: now) }
        for now in [time - 301, time + 301, 0, .min, .max] {
            #expect(throws: WireError.stale) { try verify(request, fields, now: now) }
        }
        for created in [Int64(-999_999_999_999_999), 999_999_999_999_999] {
            let fields = try RequestSignature.sign(request, with: key(), created: created, nonce: nonce)
            #expect(throws: WireError.stale) { try verify(request, fields, now: .min) }
            #expect(throws: WireError.stale) { try verify(request, fields, now: .max) }
            _ = try verify(request, fields, now: created)
        }
        #expect(throws: WireError.encoding) {
            try RequestSignature.sign(request, with: key(), created: .max, nonce: nonce)
        }
    }

    @Test("Every byte of every field, altered in any of its bits, is refused")
    func flipped() throws {
        let request = try request()
        let fields = try signed(request).fields
        let names = fields.map(\.name)
        for (index, name) in names.enumerated() {
            let bytes = [UInt8](fields[index].value.utf8)
            for place in bytes.indices {
                for bit in 0..<7 {
                    var altered = bytes
                    altered[place] ^= 1 << UInt8(bit)
                    let value = String(decoding: altered, as: UTF8.self)
                    #expect(throws: WireError.self, "\(name) \(value)") {
                        try verify(request, read(fields, name, [value]))
                    }
                }
            }
        }
    }

    @Test("A field that is absent or comes twice is refused")
    func absentOrRepeated() throws {
        let request = try request()
        let fields = try signed(request).fields
        for (name, value) in fields {
            #expect(throws: WireError.repeated) { try read(fields, name, [value, value]) }
            #expect(throws: name == "content-digest" ? WireError.components : .missing) {
                try verify(request, read(fields, name, []))
            }
        }
        #expect(try verify(request, read(fields, "", [])).nonce == nonce)
    }

    @Test(
        "A signature over other components, with other parameters or under another label is refused",
        arguments: [
            (#"("@path" "@method" "@query" "callbox-relay" "content-digest")"#, WireError.components),
            (#"("@method" "@path" "@query" "callbox-relay")"#, .components),
            (#"("@method" "@path" "@query" "content-digest")"#, .components),
            (#"("@method" "@path" "@query" "callbox-relay" "content-digest" "date")"#, .components),
            (#"("@method" "@path" "@query" "callbox-relay" "content-digest";req)"#, .components),
            (#"("@method" "@path" "@query" "callbox-relay" content-digest)"#, .components),
            ("()", .components),
        ])
    func otherComponents(list: String, error: WireError) throws {
        let fields = try signed(request()).fields
        let input = try #require(fields.first { $0.name == "signature-input" }).value
        let tail = try #require(input.firstIndex(of: ")"))
        let altered = "callbox=" + list + input[input.index(after: tail)...]
        #expect(throws: error) { try verify(request(), read(fields, "signature-input", [altered])) }
    }

    @Test("Other parameters, another order of them, a second label or a foreign one are refused")
    func otherParameters() throws {
        let fields = try signed(request()).fields
        let input = try #require(fields.first { $0.name == "signature-input" }).value
        let signature = try #require(fields.first { $0.name == "signature" }).value
        let list = input.prefix { $0 != ";" }
        let parts = input.split(separator: ";").dropFirst().map(String.init)
        let inputs: [(String, WireError)] = [
            (list + ";" + parts.reversed().joined(separator: ";"), .field),
            (input + ";alg=\"ed25519\"", .field),
            (input + ";expires=1", .field),
            (list + ";" + parts.dropLast().joined(separator: ";"), .field),
            (input.replacing("callbox/v1/request", with: "callbox/v1"), .field),
            (input.replacing("created=\(time)", with: "created=\(time).0"), .field),
            (input.replacing("created=\(time)", with: "created=@\(time)"), .field),
            (input.replacing("created=\(time)", with: "created=0\(time)"), .encoding),
            (input.replacing("created=\(time)", with: "created=9999999999999999"), .encoding),
            (input.replacing(nonce.base64URL, with: nonce.base64URL.dropLast()), .length),
            (input.replacing(nonce.base64URL, with: nonce.base64URL.dropLast(2) + "=="), .encoding),
            ("sig1" + input.dropFirst(7), .missing), (input + ", sig1=()", .field),
            ("callbox=1", .field), ("callbox", .field), ("", .missing), (input + "\r\n", .encoding),
            ("callbox=(), " + input, .encoding), (input.replacing(" ", with: "  "), .encoding),
        ]
        for (value, error) in inputs {
            #expect(throws: error, "\(value)") { try verify(request(), read(fields, "signature-input", [value])) }
        }
        let signatures: [(String, WireError)] = [
            ("sig1" + signature.dropFirst(7), .missing), (signature + ", " + signature, .encoding),
            (signature + ", sig1=:AAAA:", .field), ("callbox=:AAAA:", .length), ("callbox=\"AAAA\"", .field),
            ("", .missing),
            (signature + ";a=1", .field),
        ]
        for (value, error) in signatures {
            #expect(throws: error, "\(value)") { try verify(request(), read(fields, "signature", [value])) }
        }
    }

    @Test("Fields that are altered at random are refused, and never trap")
    func altered() throws {
        let request = try request()
        let fields = try signed(request).fields
        for (name, value) in fields {
            try Hostile.text(value, rounds: 2000) { altered in
                _ = try verify(request, read(fields, name, [altered]))
                return altered
            }
        }
    }

    @Test("A relay field that is no key at all is told apart from another relay's")
    func relayField() throws {
        let fields = try signed(request()).fields
        for value in [
            "", ":", "::", ":AAAA:", "\"x\"", String(repeating: "A", count: 46),
            ":" + String(repeating: "A", count: 44) + ":",
        ] {
            #expect(throws: WireError.encoding, "\(value)") {
                try verify(request(), read(fields, "callbox-relay", [value]))
            }
        }
    }

    @Test("A letter that only looks the same to a reader of text is another byte, and refused")
    func lookAlikes() throws {
        var random = Seeded(14)
        var relay: VerificationKey = random.value()
        while !SignedFields.relayValue(relay).contains("K") { relay = random.value() }
        let request = try SignableRequest(method: "PUT", path: "/v1/x", relay: relay, content: body)
        let fields = try signed(request).fields
        for (name, value) in fields {
            let altered = value.replacing("K", with: "\u{212A}").replacing(";", with: "\u{37E}")
            guard [UInt8](altered.utf8) != [UInt8](value.utf8) else { continue }
            #expect(altered == value)
            #expect(throws: WireError.encoding) { try verify(request, read(fields, name, [altered])) }
        }
    }

    @Test("A request that two readers could read differently is no signable request")
    func signable() throws {
        let wrong = [
            ("post", "/v1", ""), ("", "/v1", ""), ("GET ", "/v1", ""), ("GETGETGETGETGETGE", "/v1", ""),
            ("GET", "", ""),
            ("GET", "v1", ""), ("GET", "/", ""), ("GET", "//v1", ""), ("GET", "/v1/", ""), ("GET", "/v1/../x", ""),
            ("GET", "/./x", ""), ("GET", "/v1%2Fx", ""), ("GET", "/v1?x", ""), ("GET", "/v1#x", ""),
            ("GET", "/v1/é", ""),
            ("GET", "/v1", "?a"), ("GET", "/v1", "a=%31"), ("GET", "/v1", "a b"), ("GET", "/v1", "a\nb"),
            ("GET", "/" + String(repeating: "a", count: 512), ""), ("GET", "/v1", String(repeating: "a", count: 257)),
        ]
        for (method, path, query) in wrong {
            #expect(throws: WireError.self, "\(method) \(path) \(query)") {
                try SignableRequest(method: method, path: path, query: query, relay: relay)
            }
        }
        _ = try SignableRequest(method: "GET", path: "/v1/a.b~c_d-e/...x", query: "a=1&b", relay: relay)
    }

    @Test("What a token paid for is the request without its signature, and every part of it counts")
    func paidRequest() throws {
        let base = PaidRequestHash(of: try request())
        #expect(PaidRequestHash(of: try request()) == base)
        let others = [
            try SignableRequest(method: "PUT", path: path, query: "slots=2&wait=0", relay: relay, content: body),
            try SignableRequest(method: "POST", path: path + "x", query: "slots=2&wait=0", relay: relay, content: body),
            try SignableRequest(method: "POST", path: path, query: "slots=2&wait=1", relay: relay, content: body),
            try SignableRequest(method: "POST", path: path, query: "slots=2&wait=0", relay: relay, content: []),
        ]
        #expect(Set(others.map { PaidRequestHash(of: $0) }).union([base]).count == 5)
    }

    private func read(
        _ fields: [(name: String, value: String)], _ name: String, _ values: [String]
    ) throws(WireError) -> SignedFields {
        try SignedFields { asked in asked == name ? values : fields.filter { $0.name == asked }.map(\.value) }
    }
}
