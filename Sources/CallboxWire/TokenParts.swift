package import CallboxCrypto

/// What makes a token single: 32 random bytes. The relay remembers those that were spent.
package struct TokenNonce: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The random bytes.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// SHA-256 of a `TokenChallenge`, 32 bytes.
package struct ChallengeDigest: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// The name of an issuing key: SHA-256 of its public half, 32 bytes.
package struct TokenKeyID: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The name of this key.
    package init(of publicKey: VOPRFPublicKey) {
        self.init(unchecked: SHA256.hash(publicKey.bytes.span))
    }

    /// The last byte: what a token request names its key by.
    package var truncated: UInt8 { bytes[Self.byteCount - 1] }
}
