internal import CallboxCrypto

/// SHA-512 of everything that both sides of a handshake must agree on, 64 bytes: handshake.md section 2.
package struct TranscriptHash: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 64 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// SHA-512 of a signed consent record, 64 bytes; zero when a session was not begun on a consent.
package struct ConsentHash: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 64 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// No consent: zero bytes.
    package static let none = ConsentHash(unchecked: [UInt8](repeating: 0, count: byteCount))
}
