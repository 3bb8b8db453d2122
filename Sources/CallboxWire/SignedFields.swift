package import CallboxCrypto

/// The header fields that a signature needs, as they came in or are to go out. They say who claims to have signed,
/// and prove nothing: a `VerifiedRequest` does.
package struct SignedFields: Equatable, Sendable {
    /// `callbox-relay`: the relay that the request is for.
    package static let relayName = "callbox-relay"

    /// The value of `content-digest`; nil without content.
    package let contentDigest: String?
    /// The value of `callbox-relay`.
    package let relay: String
    /// The value of `signature-input`.
    package let signatureInput: String
    /// The value of `signature`.
    package let signature: String

    init(contentDigest: String?, relay: String, signatureInput: String, signature: String) {
        self.contentDigest = contentDigest
        self.relay = relay
        self.signatureInput = signatureInput
        self.signature = signature
    }

    /// Picks the fields out of a request. `values` gives all values that the request has under a lower-case name.
    /// - Throws: `missing`, or `repeated` when one of them came more than once.
    package init(_ values: (String) -> [String]) throws(WireError) {
        self.init(
            contentDigest: try Self.single(values("content-digest")),
            relay: try Self.required(values(Self.relayName)),
            signatureInput: try Self.required(values("signature-input")),
            signature: try Self.required(values("signature")))
    }

    /// The fields by their names, to be sent.
    package var fields: [(name: String, value: String)] {
        let digest = contentDigest.map { [(name: "content-digest", value: $0)] } ?? []
        return digest + [
            (name: Self.relayName, value: relay),
            (name: "signature-input", value: signatureInput),
            (name: "signature", value: signature),
        ]
    }

    /// The value of `callbox-relay` for a relay: its identity key as a byte sequence.
    package static func relayValue(_ relay: VerificationKey) -> String { StructuredField.byteSequence(relay.bytes) }

    private static func single(_ values: [String]) throws(WireError) -> String? {
        guard values.count <= 1 else { throw .repeated }
        return values.first
    }

    private static func required(_ values: [String]) throws(WireError) -> String {
        guard let value = try single(values) else { throw .missing }
        return value
    }
}
