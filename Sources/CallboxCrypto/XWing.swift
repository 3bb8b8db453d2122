internal import Crypto
internal import FoundationEssentials

/// An X-Wing public key (ML-KEM-768 and X25519, draft-connolly-cfrg-xwing-kem), 1,216 bytes.
package struct KEMPublicKey: FixedBytes {
    /// 1,216.
    package static let byteCount = 1216
    /// The ML-KEM key, then the X25519 key.
    package let bytes: [UInt8]
    /// Wraps 1,216 bytes without a look at them; what comes from outside goes through `checked`.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// A key from outside, tried once: the library checks only its length when it is read.
    /// - Throws: `wrongLength`, `unusableKey`.
    package static func checked(_ bytes: [UInt8]) throws(CryptoError) -> KEMPublicKey {
        let key = try KEMPublicKey(bytes)
        _ = try key.encapsulate()
        return key
    }

    /// A fresh shared secret (32 bytes) and the ciphertext that carries it. The library draws the randomness.
    /// - Throws: `unusableKey`.
    package func encapsulate() throws(CryptoError) -> Encapsulation {
        guard let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: bytes),
            let result = try? key.encapsulate()
        else { throw .unusableKey }
        return Encapsulation(
            secret: Secret(result.sharedSecret),
            ciphertext: KEMCiphertext(unchecked: [UInt8](result.encapsulated)))
    }
}

/// What an encapsulation makes.
package struct Encapsulation: ~Copyable {
    /// 32 bytes that both sides get.
    package let secret: Secret
    /// What the other side needs to get them.
    package let ciphertext: KEMCiphertext
}

/// An X-Wing ciphertext, 1,120 bytes.
package struct KEMCiphertext: FixedBytes {
    /// 1,120.
    package static let byteCount = 1120
    /// The ML-KEM ciphertext, then the X25519 ephemeral key.
    package let bytes: [UInt8]
    /// Wraps 1,120 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// An X-Wing key pair, kept as its 32-byte seed: the library's own private-key class does not wipe itself, so it is made
/// for one use and dropped.
package struct KEMKey: ~Copyable, Sendable {
    /// The public half.
    package let publicKey: KEMPublicKey
    private let seed: Secret

    /// The key pair of a 32-byte seed.
    /// - Throws: `wrongLength`.
    package init(seed: consuming Secret) throws(CryptoError) {
        guard seed.byteCount == 32, let key = Self.expand(seed) else { throw .wrongLength }
        self.publicKey = KEMPublicKey(unchecked: [UInt8](key.publicKey.rawRepresentation))
        self.seed = seed
    }

    /// The key pair of a stored seed and the public half stored with it: saves deriving it again.
    /// - Throws: `wrongLength`.
    package init(seed: consuming Secret, storedPublicKey: KEMPublicKey) throws(CryptoError) {
        guard seed.byteCount == 32 else { throw .wrongLength }
        self.publicKey = storedPublicKey
        self.seed = seed
    }

    /// A fresh key pair.
    package static func random(from source: inout some RandomSource) -> KEMKey {
        guard let key = try? KEMKey(seed: Secret(random: 32, from: &source)) else {
            fatalError("a seed of 32 bytes always makes a key")
        }
        return key
    }

    /// A second copy, for a session that outlives the sheet.
    package borrowing func clone() -> KEMKey { KEMKey(publicKey: publicKey, adopting: seed.clone()) }

    private init(publicKey: KEMPublicKey, adopting seed: consuming Secret) {
        self.publicKey = publicKey
        self.seed = seed
    }

    /// The seed, to be stored sealed.
    package var storedSeed: Secret { seed.clone() }

    /// The shared secret of a ciphertext, 32 bytes. An altered ciphertext gives another secret, not an error (implicit
    /// rejection): whatever is derived from it then fails to open.
    /// - Throws: `unusableKey` when the library refuses the ciphertext outright.
    package func decapsulate(_ ciphertext: KEMCiphertext) throws(CryptoError) -> Secret {
        guard let key = Self.expand(seed), let secret = try? key.decapsulate(Data(ciphertext.bytes)) else {
            throw .unusableKey
        }
        return Secret(secret)
    }

    /// The library's key, for one use.
    func expanded() -> XWingMLKEM768X25519.PrivateKey? { Self.expand(seed) }

    private static func expand(_ seed: borrowing Secret) -> XWingMLKEM768X25519.PrivateKey? {
        let bytes = unsafe UnsafeRawBufferPointer(start: seed.start, count: seed.byteCount)
        return unsafe try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: bytes, publicKey: nil)
    }
}

extension Secret {
    /// Takes a symmetric key of swift-crypto (whose own storage wipes itself) into guarded memory.
    init(_ key: SymmetricKey) {
        self.init(byteCount: key.bitCount / 8)
        let target = unsafe start
        unsafe key.withUnsafeBytes { bytes in
            if let from = bytes.baseAddress { unsafe target.copyMemory(from: from, byteCount: bytes.count) }
        }
    }
}
