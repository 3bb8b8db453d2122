internal import CSodium

/// An X25519 public key (RFC 7748), 32 bytes.
package struct AgreementPublicKey: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The u-coordinate.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Whether a secret can be agreed with this key at all: false for the points of small order.
    package var isUsable: Bool {
        var shared = [UInt8](repeating: 0, count: 32)
        let anyScalar = [UInt8](repeating: 0x55, count: 32)
        return unsafe crypto_scalarmult(&shared, anyScalar, bytes) == 0
    }
}

/// An X25519 key pair.
package struct AgreementKey: ~Copyable, Sendable {
    /// The public half.
    package let publicKey: AgreementPublicKey
    private let scalar: Secret

    /// The key pair of a 32-byte private key.
    /// - Throws: `wrongLength`.
    package init(_ scalar: consuming Secret) throws(CryptoError) {
        guard scalar.byteCount == 32 else { throw .wrongLength }
        var point = [UInt8](repeating: 0, count: 32)
        unsafe _ = crypto_scalarmult_base(&point, scalar.octets)
        self.publicKey = AgreementPublicKey(unchecked: point)
        self.scalar = scalar
    }

    /// A fresh key pair.
    package static func random(from source: inout some RandomSource) -> AgreementKey {
        guard let key = try? AgreementKey(Secret(random: 32, from: &source)) else {
            fatalError("a scalar of 32 bytes always makes a key")
        }
        return key
    }

    /// A second copy, for a session that outlives the sheet.
    package borrowing func clone() -> AgreementKey { AgreementKey(publicKey: publicKey, adopting: scalar.clone()) }

    /// The key pair of a stored private key and the public half stored with it: saves deriving it again.
    /// - Throws: `wrongLength`.
    package init(_ scalar: consuming Secret, storedPublicKey: AgreementPublicKey) throws(CryptoError) {
        guard scalar.byteCount == 32 else { throw .wrongLength }
        self.init(publicKey: storedPublicKey, adopting: scalar)
    }

    private init(publicKey: AgreementPublicKey, adopting scalar: consuming Secret) {
        self.publicKey = publicKey
        self.scalar = scalar
    }

    /// The private key, 32 bytes, to be stored sealed.
    package var privateKey: Secret { scalar.clone() }

    /// The shared secret, 32 bytes. It is not uniform: it goes into a key derivation and nowhere else.
    /// - Throws: `unusableKey` when the other key is of small order, so that anyone would know the result.
    package func agree(with other: AgreementPublicKey) throws(CryptoError) -> Secret {
        let shared = Secret(byteCount: 32)
        guard unsafe crypto_scalarmult(shared.octets, scalar.octets, other.bytes) == 0 else { throw .unusableKey }
        return shared
    }

    /// Opens a sealed box that was made for this key.
    /// - Throws: `refused`.
    package func open(_ box: Span<UInt8>) throws(CryptoError) -> [UInt8] {
        guard box.count >= SealedBox.overhead else { throw .refused }
        let secretKey = unsafe scalar.octets
        let plaintext = unsafe filled(box.count - SealedBox.overhead) { output in
            unsafe box.octets { unsafe crypto_box_seal_open(output, $0, UInt64($1), publicKey.bytes, secretKey) == 0 }
        }
        guard let plaintext else { throw .refused }
        return plaintext
    }
}

/// The sealed box of libsodium (X25519, XSalsa20-Poly1305): anyone can make one, only the key's holder can open it.
package enum SealedBox {
    /// How much longer a box is than its content: an ephemeral key and a tag.
    package static let overhead = 48

    /// Seals bytes to a key.
    /// - Throws: `unusableKey` when the key is of small order.
    package static func seal(_ content: Span<UInt8>, to key: AgreementPublicKey) throws(CryptoError) -> [UInt8] {
        Sodium.ready
        let box = unsafe filled(content.count + overhead) { output in
            unsafe content.octets { unsafe crypto_box_seal(output, $0, UInt64($1), key.bytes) == 0 }
        }
        guard let box else { throw .unusableKey }
        return box
    }
}
