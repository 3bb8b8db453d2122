/// Opens what a `SecretWriter` sealed, into guarded memory, and reads it front to back. Never traps: whatever does not fit
/// is `refused`, just like bytes that do not open, because both mean that this is no state of ours.
package struct SecretReader: ~Copyable {
    private let memory: Secret
    private var position = 0

    private init(_ memory: consuming Secret) { self.memory = memory }

    /// Opens sealed bytes under a 32-byte key: nonce (24) ‖ ciphertext ‖ tag (16).
    /// - Throws: `refused`.
    package static func open(
        _ sealed: [UInt8], under key: borrowing Secret, authenticating context: [UInt8]
    ) throws(CryptoError) -> SecretReader {
        guard sealed.count >= AEAD.nonceByteCount + AEAD.tagByteCount else { throw .refused }
        let nonce = sealed.span.extracting(first: AEAD.nonceByteCount)
        let ciphertext = sealed.span.extracting(droppingFirst: AEAD.nonceByteCount)
        return SecretReader(
            try AEAD.openSecret(ciphertext, key: key, nonce: nonce, authenticating: context.span))
    }

    /// How many bytes are left.
    package var remaining: Int { memory.byteCount - position }

    /// The next `count` bytes, as public ones.
    /// - Throws: `refused` when there are fewer.
    package mutating func take(_ count: Int) throws(CryptoError) -> [UInt8] {
        let range = try advance(count)
        return memory.withBytes { bytes in range.map { bytes[$0] } }
    }

    /// The next big-endian integer.
    /// - Throws: `refused` when there are too few bytes.
    package mutating func integer<I: FixedWidthInteger & UnsignedInteger>(
        _ type: I.Type = I.self
    ) throws(CryptoError) -> I {
        let range = try advance(I.bitWidth / 8)
        return memory.withBytes { bytes in range.reduce(0) { $0 << 8 | I(bytes[$1]) } }
    }

    /// The next `count` bytes, as a secret.
    /// - Throws: `refused` when there are fewer.
    package mutating func secret(_ count: Int) throws(CryptoError) -> Secret {
        memory.part(try advance(count))
    }

    /// States that the content ends here.
    /// - Throws: `refused` when bytes are left.
    package func finish() throws(CryptoError) {
        guard remaining == 0 else { throw .refused }
    }

    private mutating func advance(_ count: Int) throws(CryptoError) -> Range<Int> {
        guard count >= 0, count <= remaining else { throw .refused }
        defer { position += count }
        return position..<position + count
    }
}
