/// The proof that one secret scalar leads from the generator to a public key and from each blinded element to its evaluated
/// one: a batched proof of equal discrete logarithms, non-interactive (RFC 9497, section 2.2).
enum BatchedEquality {
    /// Proves, with a scalar that is used for nothing else: twice the same would give the key away.
    static func prove(
        key: borrowing RistrettoScalar, publicKey: RistrettoElement, blinded: [RistrettoElement],
        evaluated: [RistrettoElement], nonce: borrowing RistrettoScalar
    ) -> BatchProof {
        let composite = sum(blinded, weights(publicKey, blinded, evaluated))
        let challenge = challenge(
            publicKey, composite, composite.times(key), .generator(times: nonce), composite.times(nonce))
        let response = nonce.minus(challenge, times: key)
        return BatchProof(unchecked: bytes(challenge) + bytes(response))
    }

    /// Whether the proof holds; both its scalars must be canonical, so that it has one encoding.
    static func holds(
        _ proof: BatchProof, publicKey: RistrettoElement, blinded: [RistrettoElement], evaluated: [RistrettoElement]
    ) -> Bool {
        guard let claimed = try? RistrettoScalar(canonical: Secret(copying: proof.bytes.span.extracting(0..<32))),
            let response = try? RistrettoScalar(canonical: Secret(copying: proof.bytes.span.extracting(32..<64)))
        else { return false }
        let weights = weights(publicKey, blinded, evaluated)
        let left = sum(blinded, weights)
        let right = sum(evaluated, weights)
        let expected = challenge(
            publicKey, left, right,
            .generator(times: response) + publicKey.times(claimed), left.times(response) + right.times(claimed))
        return expected.encoding.matches(proof.bytes.span.extracting(0..<32))
    }

    /// The challenge over the public key, both composites and both commitments.
    private static func challenge(_ elements: RistrettoElement...) -> RistrettoScalar {
        let transcript = elements.flatMap { VOPRF.prefixed($0.bytes) } + VOPRF.challengeLabel.bytes
        return HashToRistretto.scalar(transcript.span, tag: VOPRF.hashToScalarTag)
    }

    /// The messages whose hashes are the weights d_i of the composites (RFC 9497, section 2.2.1).
    private static func weights(
        _ publicKey: RistrettoElement, _ blinded: [RistrettoElement], _ evaluated: [RistrettoElement]
    ) -> [[UInt8]] {
        let seed = SHA512.hash(VOPRF.prefixed(publicKey.bytes) + VOPRF.prefixed(VOPRF.seedTag.bytes))
        return zip(blinded, evaluated).enumerated().map { index, pair in
            var message = VOPRF.prefixed(seed)
            message += [UInt8(index >> 8), UInt8(index & 0xff)]
            message += VOPRF.prefixed(pair.0.bytes)
            message += VOPRF.prefixed(pair.1.bytes)
            message += VOPRF.compositeLabel.bytes
            return message
        }
    }

    /// Σ d_i · element_i
    private static func sum(_ elements: [RistrettoElement], _ weights: [[UInt8]]) -> RistrettoElement {
        let terms = zip(elements, weights).map { element, weight in
            element.times(HashToRistretto.scalar(weight.span, tag: VOPRF.hashToScalarTag))
        }
        return terms.dropFirst().reduce(terms[0], +)
    }

    /// A scalar as it stands in a proof.
    private static func bytes(_ scalar: borrowing RistrettoScalar) -> [UInt8] {
        scalar.encoding.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
}
