/// The verifiable oblivious pseudorandom function VOPRF(ristretto255, SHA-512): RFC 9497, mode 1.
///
/// The client blinds its inputs, the server evaluates them under its key without learning them and proves, once for the
/// whole batch, that it used the key it published; the client takes the blinds off. Elements travel as 32 bytes, and
/// every use of one refuses an encoding that is not canonical, no element, or the identity.
package enum VOPRF {
    /// How many elements one evaluation and its one proof may cover: bounds the work that a stranger can ask for.
    package static let maximumBatch = 64
    /// The longest input in bytes (RFC 9497, section 1.2).
    package static let maximumInputByteCount = 65535

    // contextString = "OPRFV1-" ‖ I2OSP(mode, 1) ‖ "-" ‖ identifier (RFC 9497, section 3.1), under each prefix in use.
    static let hashToGroupTag: StaticString = "HashToGroup-OPRFV1-\u{1}-ristretto255-SHA512"
    static let hashToScalarTag: StaticString = "HashToScalar-OPRFV1-\u{1}-ristretto255-SHA512"
    static let deriveKeyPairTag: StaticString = "DeriveKeyPairOPRFV1-\u{1}-ristretto255-SHA512"
    static let seedTag: StaticString = "Seed-OPRFV1-\u{1}-ristretto255-SHA512"

    // What ends each kind of hash input (sections 2.2.1, 2.2.2, 3.3.1).
    static let compositeLabel: StaticString = "Composite"
    static let challengeLabel: StaticString = "Challenge"
    static let finalizeLabel: StaticString = "Finalize"

    /// The element that an input stands for.
    /// - Throws: `wrongLength` when it is too long, `unusableKey` when it maps to the identity, which nobody can bring about.
    static func element(of input: [UInt8]) throws(CryptoError) -> RistrettoElement {
        guard input.count <= maximumInputByteCount else { throw .wrongLength }
        return try RistrettoElement(decoding: HashToRistretto.element(input.span, tag: hashToGroupTag).bytes)
    }

    /// The output for an input and its evaluated element with the blind taken off (RFC 9497, section 3.3.1, Finalize).
    static func output(of input: [UInt8], at element: RistrettoElement) -> VOPRFOutput {
        var hash = SHA512()
        hash.update(prefixed(input))
        hash.update(prefixed(element.bytes))
        hash.update(finalizeLabel.bytes)
        return VOPRFOutput(unchecked: hash.finish())
    }

    /// Bytes with their two-byte length in front.
    static func prefixed(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }
}

/// The public half of an evaluation key, 32 bytes.
package struct VOPRFPublicKey: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The encoded element.
    package let bytes: [UInt8]
    /// Wraps 32 bytes; what comes from outside goes through `checked`.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// A key from outside, so that a bad one is refused where it enters and not at its first use.
    /// - Throws: `wrongLength`, `unusableKey`.
    package static func checked(_ bytes: [UInt8]) throws(CryptoError) -> VOPRFPublicKey {
        let key = try VOPRFPublicKey(bytes)
        _ = try RistrettoElement(decoding: bytes)
        return key
    }
}

/// What the client asks to have evaluated, 32 bytes; it tells nothing about the input, whoever computes for however long.
package struct BlindedElement: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The encoded element.
    package let bytes: [UInt8]
    /// Wraps 32 bytes; evaluation checks them.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// What the server answers for one blinded element, 32 bytes.
package struct EvaluatedElement: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The encoded element.
    package let bytes: [UInt8]
    /// Wraps 32 bytes; finalising checks them.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// The proof that a whole batch was evaluated under one published key, 64 bytes: two scalars, c ‖ s.
package struct BatchProof: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// c, then s, each 32 bytes, little-endian.
    package let bytes: [UInt8]
    /// Wraps 64 bytes; finalising checks them.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// What the function gives for an input, 64 bytes: only the key's holder, or a client through it, can make it.
package struct VOPRFOutput: FixedBytes {
    /// 64.
    package static let byteCount = 64
    /// A SHA-512 digest.
    package let bytes: [UInt8]
    /// Wraps 64 bytes; `VOPRFPrivateKey.verify` says whether they are right.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
