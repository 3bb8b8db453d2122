internal import CSodium

/// SHA-256 (FIPS 180-4), by libsodium: only where a standard of others names it (Privacy Pass, SPKI pins).
package enum SHA256 {
    /// The length of a digest in bytes.
    package static let byteCount = 32

    /// The digest, 32 bytes.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        let digest = unsafe filled(byteCount) { output in
            unsafe bytes.octets { unsafe crypto_hash_sha256(output, $0, UInt64($1)) == 0 }
        }
        guard let digest else { fatalError("a hash cannot fail") }
        return digest
    }
}
