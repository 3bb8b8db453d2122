import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@Suite("DSSE envelopes")
struct DSSETests {
    private let keys: [SampleKey]
    private let payload = [UInt8](#"{"hello":"world"}"#.utf8)

    init() {
        var random = SeededRandom(seed: 1)
        keys = (0..<4).map { _ in SampleKey(from: &random) }
    }

    private var all: [VerificationKey] { keys.map(\.publicKey) }

    // The specification signs its example by ECDSA, which we do not speak; what it signs is the same for every algorithm.
    @Test("What is signed is the encoding of the specification's example")
    func specificationVector() {
        let type = PayloadType("http://example.com/HelloWorld", limit: 64)
        let encoding = DSSE.preAuthenticationEncoding(type, [UInt8]("hello world".utf8))
        #expect(encoding == [UInt8]("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    }

    @Test("The specification's envelope is read, and no key of ours signed it")
    func specificationEnvelope() throws {
        let type = PayloadType("http://example.com/HelloWorld", limit: 64)
        let json = """
            {"payload": "aGVsbG8gd29ybGQ=",
             "payloadType": "http://example.com/HelloWorld",
             "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
            """
        let envelope = try SignedEnvelope(parsing: [UInt8](json.utf8), as: type)
        #expect(envelope.unverifiedPayload == [UInt8]("hello world".utf8))
        #expect(refusal { try envelope.verify(as: type, by: all, quorum: 1) } == .quorum)
    }

    @Test("A byte length is counted, not a number of characters")
    func lengthsAreBytes() {
        let encoding = DSSE.preAuthenticationEncoding(PayloadType("é", limit: 8), [])
        #expect(encoding == [UInt8]("DSSEv1 2 é 0 ".utf8))
    }

    @Test("An envelope names exactly those of the given keys that signed it")
    func signers() throws {
        let envelope = keys[..<3].sign(payload, as: .root)
        let read = try SignedEnvelope(parsing: envelope.encoded, as: .root)
        #expect(read == envelope)
        let verified = try read.verify(as: .root, by: [all[0], all[2], all[3]], quorum: 2)
        #expect(verified.signers == [all[0], all[2]])
        #expect(verified.bytes == payload)
        #expect(refusal { try read.verify(as: .root, by: all, quorum: 4) } == .quorum)
        #expect(refusal { try read.verify(as: .root, by: all, quorum: 0) } == .quorum)
        #expect(refusal { try read.verify(as: .root, by: [all[3]], quorum: 1) } == .quorum)
    }

    @Test("A key counts once, however often its signature stands there and under whatever key id")
    func keyCountedTwice() throws {
        let once = String(decoding: keys[..<1].sign(payload, as: .root).encoded, as: UTF8.self)
        let start = try #require(once.firstRange(of: #"[{"keyid""#)).lowerBound
        let end = try #require(once.firstRange(of: "}]")).upperBound
        let one = once[start..<end].dropFirst().dropLast()
        let other = one.replacing(#""keyid":""#, with: #""keyid":"A"#)
        let twice = once[..<start] + "[\(one),\(other),\(one)]" + once[end...]
        let envelope = try SignedEnvelope(parsing: [UInt8](twice.utf8), as: .root)
        #expect(try envelope.verify(as: .root, by: all + all, quorum: 1).signers == [all[0]])
        #expect(refusal { try envelope.verify(as: .root, by: all + all, quorum: 2) } == .quorum)
    }

    @Test("A key id that lies, or none at all, changes nothing")
    func keyID() throws {
        let envelope = keys[..<1].sign(payload, as: .root).encoded
        let text = String(decoding: envelope, as: UTF8.self)
        let start = try #require(text.firstRange(of: #""keyid":""#))
        let end = try #require(text[start.upperBound...].firstRange(of: "\""))
        for lie in [#""keyid":"nobody","#, ""] {
            let changed = text[..<start.lowerBound] + lie + text[end.upperBound...].dropFirst()
            let read = try SignedEnvelope(parsing: [UInt8](changed.utf8), as: .root)
            #expect(try read.verify(as: .root, by: all, quorum: 1).signers == [all[0]])
        }
    }

    @Test("A signature for one kind of document is none for another")
    func kinds() throws {
        let kinds: [PayloadType] = [.root, .program, .freshness, .bulletin]
        for signed in kinds {
            for asked in kinds where asked != signed {
                let envelope = keys[..<1].sign(payload, as: signed)
                #expect(refusal { try envelope.verify(as: asked, by: all, quorum: 1) } == .payloadType)
                #expect(refusal { try SignedEnvelope(parsing: envelope.encoded, as: asked) } == .payloadType)
                let renamed = replacing("\(signed.name)", by: "\(asked.name)", in: envelope.encoded)
                let read = try SignedEnvelope(parsing: renamed, as: asked)
                #expect(refusal { try read.verify(as: asked, by: all, quorum: 1) } == .quorum)
            }
        }
    }

    @Test("Both alphabets of base64 are read, padded and without spare bits, and never mixed")
    func base64() throws {
        let payload: [UInt8] = [0xFB, 0xFF, 0xFE, 0x3E, 0x3F]
        let envelope = keys[..<1].sign(payload, as: .root)
        #expect(String(decoding: envelope.encoded, as: UTF8.self).contains("+//+Pj8="))
        for good in ["-__-Pj8="] {
            let read = try SignedEnvelope(parsing: replacing("+//+Pj8=", by: good, in: envelope.encoded), as: .root)
            #expect(read.unverifiedPayload == payload)
        }
        for bad in ["-//-Pj8=", "+//+Pj8", "+//+Pj9=", "+//+ Pj8=", "+//+Pj8==", "+//+Pj8=\\n"] {
            let changed = replacing("+//+Pj8=", by: bad, in: envelope.encoded)
            #expect(refusal { try SignedEnvelope(parsing: changed, as: .root) } == .field, "\(bad)")
        }
    }

    @Test("Too large a payload, too many signatures and a signature of another length are refused")
    func bounds() throws {
        let large = keys[..<1].sign([UInt8](repeating: 0x20, count: PayloadType.freshness.limit + 1), as: .freshness)
        #expect(refusal { try SignedEnvelope(parsing: large.encoded, as: .freshness) } == .tooLarge)
        let huge = [UInt8](repeating: 0x20, count: 100_000)
        #expect(refusal { try SignedEnvelope(parsing: huge, as: .freshness) } == .tooLarge)
        let signature = #"{"sig":"\#(String(repeating: "A", count: 86))=="}"#
        let many = Array(repeating: signature, count: 33).joined(separator: ",")
        let envelope = #"{"payload":"e30=","payloadType":"\#(PayloadType.root.name)","signatures":[\#(many)]}"#
        #expect(refusal { try SignedEnvelope(parsing: [UInt8](envelope.utf8), as: .root) } == .field)
        let short = replacing(#""sig":"A"#, by: #""sig":""#, in: [UInt8](envelope.utf8))
        #expect(refusal { try SignedEnvelope(parsing: short, as: .root) } == .field)
    }

    @Test("Coordinators who sign apart have their signatures joined, for one payload only")
    func merging() throws {
        var left = keys[..<1].sign(payload, as: .root)
        try left.merge(keys[1..<2].sign(payload, as: .root))
        #expect(try left.verify(as: .root, by: all, quorum: 2).signers == [all[0], all[1]])
        #expect(refusal { try left.merge(keys[1..<2].sign(payload, as: .program)) } == .fork)
        #expect(refusal { try left.merge(keys[1..<2].sign(payload + [0x20], as: .root)) } == .fork)
    }

    @Test("Every truncation and every trailing byte is refused, and no damage traps or signs")
    func damage() throws {
        let bytes = keys[..<2].sign(payload, as: .root).encoded
        for length in 0..<bytes.count {
            #expect(refusal { try SignedEnvelope(parsing: [UInt8](bytes[..<length]), as: .root) } == .malformed)
        }
        #expect(refusal { try SignedEnvelope(parsing: bytes + [0x7D], as: .root) } == .malformed)
        for damaged in mutations(of: bytes, count: 500, seed: 2) {
            guard let envelope = try? SignedEnvelope(parsing: damaged, as: .root) else { continue }
            guard let verified = try? envelope.verify(as: .root, by: all, quorum: 2) else { continue }
            #expect(verified.bytes == payload)
        }
    }
}
