internal import CSodium

/// SHA-512 (FIPS 180-4), by libsodium, over as many pieces as needed.
package struct SHA512 {
    /// The length of a digest in bytes.
    package static let byteCount = 64
    private var state = crypto_hash_sha512_state()

    /// An empty hash.
    package init() { unsafe _ = crypto_hash_sha512_init(&state) }

    /// Adds bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.octets { unsafe _ = crypto_hash_sha512_update(&state, $0, UInt64($1)) }
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// The digest, 64 bytes.
    package consuming func finish() -> [UInt8] {
        var state = self.state
        let digest = unsafe filled(Self.byteCount) { unsafe crypto_hash_sha512_final(&state, $0) == 0 }
        guard let digest else { fatalError("finishing a hash cannot fail") }
        return digest
    }

    /// The digest of one piece.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA512()
        hash.update(bytes)
        return hash.finish()
    }
}

/// BLAKE2b-256 (RFC 7693), unkeyed, by libsodium: addresses, identifiers and document hashes.
package enum BLAKE2b256 {
    /// The length of a digest in bytes.
    package static let byteCount = 32

    /// The digest, 32 bytes.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        Sodium.ready
        let digest = unsafe filled(byteCount) { output in
            unsafe bytes.octets { unsafe crypto_generichash(output, byteCount, $0, UInt64($1), nil, 0) == 0 }
        }
        guard let digest else { fatalError("an unkeyed hash of a fixed length cannot fail") }
        return digest
    }

    /// The digest of a label followed by bytes.
    package static func hash(_ label: StaticString, _ bytes: [UInt8]) -> [UInt8] {
        hash((label.bytes + bytes).span)
    }
}

extension StaticString {
    /// The label's bytes, as they go into hashes and key derivations.
    package var bytes: [UInt8] { withUTF8Buffer { unsafe [UInt8]($0) } }
}
