internal import CallboxCrypto

/// The Dead Simple Signing Envelope, version 1.0.0 (github.com/secure-systems-lab/dsse), with Ed25519.
package enum DSSE {
    /// What a signature is made over, so that no two pairs of type and body share their bytes:
    /// "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in ASCII decimal.
    package static func preAuthenticationEncoding(_ type: PayloadType, _ body: [UInt8]) -> [UInt8] {
        let name = type.name.bytes
        return [UInt8]("DSSEv1 \(name.count) ".utf8) + name + [UInt8](" \(body.count) ".utf8) + body
    }
}

/// What kind of document an envelope carries. The name is signed with the document, so that none passes for another kind.
package struct PayloadType: Hashable, Sendable {
    /// The name, a media type.
    package let name: StaticString
    /// How many bytes a payload of this kind may have.
    package let limit: Int

    /// A kind. Each name stands in one place of the code and in the table of `Protocol/README.md`.
    package init(_ name: StaticString, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// Same name.
    package static func == (left: PayloadType, right: PayloadType) -> Bool { left.name.bytes == right.name.bytes }
    /// Hashes the name.
    package func hash(into hasher: inout Hasher) { hasher.combine(name.bytes) }

    /// A root document, at most 64 KiB.
    package static let root = PayloadType("application/vnd.callbox.root.v1+json", limit: 65_536)
    /// A program document, at most 6 MiB: 5,000 members at some 1,200 bytes each.
    package static let program = PayloadType("application/vnd.callbox.program.v1+json", limit: 6_291_456)
    /// A freshness statement, at most 4 KiB.
    package static let freshness = PayloadType("application/vnd.callbox.freshness.v1+json", limit: 4_096)
    /// A bulletin, at most 16 KiB.
    package static let bulletin = PayloadType("application/vnd.callbox.bulletin.v1+json", limit: 16_384)
}
