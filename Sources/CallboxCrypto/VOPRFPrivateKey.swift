/// The server's half of the VOPRF: an evaluation key.
package struct VOPRFPrivateKey: ~Copyable, Sendable {
    /// The public half, which clients must have from somewhere other than this server.
    package let publicKey: VOPRFPublicKey
    private let scalar: RistrettoScalar

    private init(_ scalar: consuming RistrettoScalar) {
        publicKey = VOPRFPublicKey(unchecked: RistrettoElement.generator(times: scalar).bytes)
        self.scalar = scalar
    }

    /// The key of its stored form, 32 bytes, little-endian.
    /// - Throws: `wrongLength`, or `unusableKey` when it is zero or not below the group's order.
    package init(stored: consuming Secret) throws(CryptoError) {
        let scalar = try RistrettoScalar(canonical: stored)
        guard !scalar.isZero else { throw .unusableKey }
        self.init(scalar)
    }

    /// The key of a 32-byte seed and public bytes that tell what it is for (RFC 9497, section 3.2.1, DeriveKeyPair).
    /// - Throws: `wrongLength` when the seed is not 32 bytes or `info` is longer than 65,535.
    package init(seed: borrowing Secret, info: [UInt8]) throws(CryptoError) {
        guard seed.byteCount == 32, info.count <= 65535 else { throw .wrongLength }
        for counter in 0...UInt8.max {
            var input = SecretWriter(capacity: seed.byteCount + info.count + 3)
            input.put(seed)
            input.put(VOPRF.prefixed(info) + [counter])
            let scalar = input.written().withBytes { HashToRistretto.scalar($0, tag: VOPRF.deriveKeyPairTag) }
            if !scalar.isZero {
                self.init(scalar)
                return
            }
        }
        fatalError("a hash that is zero 256 times is no hash")
    }

    /// A fresh key.
    package static func random(from source: inout some RandomSource) -> VOPRFPrivateKey {
        VOPRFPrivateKey(.random(from: &source))
    }

    /// The stored form, 32 bytes, to be stored sealed.
    package var stored: Secret { scalar.encoding }

    /// Evaluates 1 to `VOPRF.maximumBatch` blinded elements, with one proof for all.
    /// - Throws: `wrongLength` for another number, `unusableKey` for bytes that are no element or the identity.
    package func evaluate(
        _ blinded: [BlindedElement], random: inout some RandomSource
    ) throws(CryptoError) -> BatchEvaluation {
        try evaluate(blinded, proofScalarOnlyForPublishedVectors: .random(from: &random))
    }

    /// For vectors only: with a given proof scalar. Two proofs with one scalar give the key away.
    func evaluate(
        _ blinded: [BlindedElement], proofScalarOnlyForPublishedVectors nonce: consuming RistrettoScalar
    ) throws(CryptoError) -> BatchEvaluation {
        guard (1...VOPRF.maximumBatch).contains(blinded.count) else { throw .wrongLength }
        var inputs: [RistrettoElement] = []
        for element in blinded { inputs.append(try RistrettoElement(decoding: element.bytes)) }
        var outputs: [RistrettoElement] = []
        for element in inputs { outputs.append(element.times(scalar)) }
        let proof = BatchedEquality.prove(
            key: scalar, publicKey: .generator(times: scalar), blinded: inputs, evaluated: outputs, nonce: nonce)
        return BatchEvaluation(elements: outputs.map { EvaluatedElement(unchecked: $0.bytes) }, proof: proof)
    }

    /// Checks an output that a client presents with its input, in constant time.
    /// - Throws: `badProof` when it is not this key's output for the input, `wrongLength` when the input is too long.
    package func verify(_ output: VOPRFOutput, for input: [UInt8]) throws(CryptoError) {
        let expected = VOPRF.output(of: input, at: try VOPRF.element(of: input).times(scalar))
        guard equalInConstantTime(expected.bytes.span, output.bytes.span) else { throw .badProof }
    }
}

/// What the server sends back.
package struct BatchEvaluation: Equatable, Sendable {
    /// One element for each that was asked for, in the same order.
    package let elements: [EvaluatedElement]
    /// The one proof for all of them.
    package let proof: BatchProof

    /// An answer as it was made, or as it came in: `Blinding.finalize` says whether it is right.
    package init(elements: [EvaluatedElement], proof: BatchProof) {
        self.elements = elements
        self.proof = proof
    }
}
