internal import CSodium

/// An Ed25519 public key (RFC 8032), 32 bytes.
package struct VerificationKey: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The encoded point.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Checks a signature with libsodium's strict rules: no small-order key, no non-canonical encoding.
    /// - Throws: `badSignature`.
    package func verify(_ signature: Signature, over message: Span<UInt8>) throws(CryptoError) {
        let holds = unsafe message.octets {
            unsafe crypto_sign_verify_detached(signature.bytes, $0, UInt64($1), bytes) == 0
        }
        guard holds else { throw .badSignature }
    }
}

/// An Ed25519 signature (RFC 8032), 64 bytes.
package struct Signature: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// R and S.
    package let bytes: [UInt8]
    /// Wraps 64 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// An Ed25519 key pair. What it signs always begins with something that names its kind: see `Protocol/README.md`.
package struct SigningKey: ~Copyable, Sendable {
    /// The public half.
    package let verificationKey: VerificationKey
    private let expanded: Secret

    /// The key pair of a 32-byte seed.
    /// - Throws: `wrongLength`.
    package init(seed: borrowing Secret) throws(CryptoError) {
        guard seed.byteCount == 32 else { throw .wrongLength }
        let expanded = Secret(byteCount: 64)
        var point = [UInt8](repeating: 0, count: 32)
        unsafe _ = crypto_sign_seed_keypair(&point, expanded.octets, seed.octets)
        self.verificationKey = VerificationKey(unchecked: point)
        self.expanded = expanded
    }

    /// A fresh key pair.
    package static func random(from source: inout some RandomSource) -> SigningKey {
        let seed = Secret(random: 32, from: &source)
        guard let key = try? SigningKey(seed: seed) else { fatalError("a seed of 32 bytes always makes a key") }
        return key
    }

    /// The 32-byte seed, to be stored sealed.
    package var seed: Secret { expanded.part(0..<32) }

    /// The signature over a message.
    package func sign(_ message: Span<UInt8>) -> Signature {
        var signature = [UInt8](repeating: 0, count: Signature.byteCount)
        unsafe message.octets {
            unsafe _ = crypto_sign_detached(&signature, nil, $0, UInt64($1), expanded.octets)
        }
        return Signature(unchecked: signature)
    }
}
