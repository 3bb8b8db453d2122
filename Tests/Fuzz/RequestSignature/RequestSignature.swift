import CallboxCrypto
import CallboxTesting
import CallboxWire
import Fuzzing

/// A signed request as lines: method, path, query, content, and the four fields. A field left empty is the right one, `-` is none.
/// Nobody else has the key, so nothing but the right fields may verify.
@main
struct RequestSignatureTarget: FuzzTarget {
    private static let names = ["content-digest", SignedFields.relayName, "signature-input", "signature"]
    private static let now: Int64 = 1_800_000_000
    private static let tolerance: UInt32 = 300
    private static let nonce = RequestNonce(unchecked: [UInt8](repeating: 7, count: RequestNonce.byteCount))
    private static let relay = VerificationKey(unchecked: [UInt8](repeating: 1, count: VerificationKey.byteCount))
    private static let key = fixture {
        var random = SeededRandom(seed: 1)
        return SampleKey(from: &random)
    }

    static func decode(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { [UInt8]($0) }
        let line = { lines.indices.contains($0) ? lines[$0] : [] }
        let request = try? SignableRequest(
            method: line(0).text, path: line(1).text, query: line(2).text, relay: relay, content: line(3))
        guard let request, let right = try? sign(request, now, nonce) else { return }
        let values = Dictionary(uniqueKeysWithValues: right.fields.map { ($0.name, $0.value) })
        let fields = try? SignedFields { name in
            let given = Self.names.firstIndex(of: name).map { line(4 + $0).text } ?? ""
            return given.isEmpty ? [values[name]].compactMap { $0 } : given == "-" ? [] : [given]
        }
        guard let fields else { return }
        _ = try? RequestSignature.claimedKey(fields)
        check(request, fields)
        precondition(fields != right || verify(request, right) != nil, "our own signature does not verify")
        _ = PaidRequestHash(of: request)
    }

    private static func check(_ request: SignableRequest, _ fields: SignedFields) {
        guard let verified = verify(request, fields) else { return }
        let created = verified.acceptableUntil - Int64(tolerance)
        precondition((try? sign(request, created, verified.nonce)) == fields, "a signature that nobody made")
    }

    private static func verify(_ request: SignableRequest, _ fields: SignedFields) -> VerifiedRequest? {
        try? RequestSignature.verify(request, fields, by: key.publicKey, now: now, tolerance: tolerance)
    }

    private static func sign(
        _ request: SignableRequest, _ created: Int64, _ nonce: RequestNonce
    ) throws -> SignedFields {
        try RequestSignature.sign(request, with: key.key(), created: created, nonce: nonce)
    }
}
