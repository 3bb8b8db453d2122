internal import CSodium

/// An element of the group ristretto255 (RFC 9496) by its 32-byte encoding, which libsodium accepts as valid.
///
/// From outside the identity is refused. Arithmetic may give it (32 zero bytes): sums and proofs are checked, not their parts.
struct RistrettoElement: Equatable {
    /// The canonical encoding, 32 bytes.
    let bytes: [UInt8]

    /// Takes an encoding from outside.
    /// - Throws: `unusableKey` when it is not canonical, no element, or the identity.
    init(decoding bytes: [UInt8]) throws(CryptoError) {
        // is_valid_point says yes to the identity, under which every key would evaluate to the same output.
        guard bytes.count == 32, bytes.contains(where: { $0 != 0 }),
            unsafe crypto_core_ristretto255_is_valid_point(bytes) == 1
        else { throw .unusableKey }
        self.bytes = bytes
    }

    /// Maps 64 uniform bytes to the group (RFC 9496, section 4.3.4).
    init(mapping uniform: borrowing Secret) {
        precondition(uniform.byteCount == 64, "the map takes 64 bytes")
        var element = [UInt8](repeating: 0, count: 32)
        unsafe _ = crypto_core_ristretto255_from_hash(&element, uniform.octets)
        bytes = element
    }

    private init(result: [UInt8]) { bytes = result }

    /// The generator, times a scalar.
    static func generator(times scalar: borrowing RistrettoScalar) -> RistrettoElement {
        var product = [UInt8](repeating: 0, count: 32)
        // Here and below -1 can only mean that the result is the identity: it is then written, as zeros.
        unsafe _ = crypto_scalarmult_ristretto255_base(&product, scalar.octets)
        return RistrettoElement(result: product)
    }

    /// This element, times a scalar, in constant time.
    func times(_ scalar: borrowing RistrettoScalar) -> RistrettoElement {
        var product = [UInt8](repeating: 0, count: 32)
        unsafe _ = crypto_scalarmult_ristretto255(&product, scalar.octets, bytes)
        return RistrettoElement(result: product)
    }

    /// The sum.
    static func + (left: RistrettoElement, right: RistrettoElement) -> RistrettoElement {
        var sum = [UInt8](repeating: 0, count: 32)
        unsafe _ = crypto_core_ristretto255_add(&sum, left.bytes, right.bytes)
        return RistrettoElement(result: sum)
    }
}

/// A number below the order of ristretto255, 32 bytes, little-endian, always reduced. All are kept as secrets: most are.
struct RistrettoScalar: ~Copyable, Sendable {
    private let value: Secret

    /// Takes a scalar from outside or from storage.
    /// - Throws: `wrongLength`, or `unusableKey` when it is not below the group's order: libsodium would reduce it silently,
    ///   and one proof or key would have many encodings.
    init(canonical value: consuming Secret) throws(CryptoError) {
        guard value.byteCount == 32 else { throw .wrongLength }
        let wide = Secret(byteCount: 64)
        unsafe wide.start.copyMemory(from: value.start, byteCount: 32)
        let reduced = RistrettoScalar(reducing: wide)
        guard value.withBytes({ reduced.value.matches($0) }) else { throw .unusableKey }
        self.value = value
    }

    /// Reduces 64 uniform bytes.
    init(reducing wide: borrowing Secret) {
        precondition(wide.byteCount == 64, "the reduction takes 64 bytes")
        value = Secret(byteCount: 32)
        unsafe crypto_core_ristretto255_scalar_reduce(value.octets, wide.octets)
    }

    private init(result: consuming Secret) { value = result }

    /// A scalar between 1 and the order, all equally likely but for 2^-256.
    static func random(from source: inout some RandomSource) -> RistrettoScalar {
        while true {
            let scalar = RistrettoScalar(reducing: Secret(random: 64, from: &source))
            if !scalar.isZero { return scalar }
        }
    }

    /// Whether it is zero, in constant time.
    var isZero: Bool { unsafe sodium_is_zero(octets, 32) == 1 }

    /// The multiplicative inverse; the scalar must not be zero.
    func inverse() -> RistrettoScalar {
        let inverse = Secret(byteCount: 32)
        guard unsafe crypto_core_ristretto255_scalar_invert(inverse.octets, octets) == 0 else {
            fatalError("zero has no inverse, and no blind or key of ours is zero")
        }
        return RistrettoScalar(result: inverse)
    }

    /// This scalar minus the product of two others.
    func minus(_ left: borrowing RistrettoScalar, times right: borrowing RistrettoScalar) -> RistrettoScalar {
        let product = Secret(byteCount: 32)
        let difference = Secret(byteCount: 32)
        unsafe crypto_core_ristretto255_scalar_mul(product.octets, left.octets, right.octets)
        unsafe crypto_core_ristretto255_scalar_sub(difference.octets, octets, product.octets)
        return RistrettoScalar(result: difference)
    }

    /// The encoding, to be stored sealed or, when it is part of a proof, to be published.
    var encoding: Secret { value.clone() }

    /// For this module only: the 32 bytes as C functions want them.
    @unsafe var octets: UnsafeMutablePointer<UInt8> { unsafe value.octets }
}
