internal import CallboxCrypto

/// The digest of a message's content (RFC 9530, `Content-Digest`), SHA-512, 64 bytes.
package struct ContentDigest: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 64 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The digest of content.
    package init(of content: [UInt8]) { self.init(unchecked: SHA512.hash(content)) }

    /// Reads the field's value, which must hold a SHA-512 digest and nothing else.
    /// - Throws: `encoding`, `missing` without a SHA-512 digest, `field` with others beside it, or `length`.
    package init(fieldValue: String) throws(WireError) {
        let bytes = try StructuredField.bytes(StructuredField.onlyMember("sha-512", of: fieldValue))
        guard bytes.count == Self.byteCount else { throw .length }
        self.init(unchecked: bytes)
    }

    /// The field's value: `sha-512=:…:`.
    package var fieldValue: String { StructuredField.text("sha-512", bytes) }
}
