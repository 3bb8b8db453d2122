/// The client's half of the VOPRF: a batch of inputs and the blinds that hide them from the server.
///
/// It can be stored sealed between request and answer: a client that repeats its request with other blinds after a crash
/// would be asking for a second batch.
package struct Blinding: ~Copyable, Sendable {
    /// What to send, one element for each input, in their order.
    package let elements: [BlindedElement]
    private let inputs: [[UInt8]]
    /// One scalar of 32 bytes for each input.
    private let blinds: Secret

    /// Blinds 1 to `VOPRF.maximumBatch` inputs of at most 65,535 bytes.
    /// - Throws: `wrongLength`; `unusableKey` for an input that maps to the identity, which nobody can bring about.
    package init(_ inputs: [[UInt8]], random: inout some RandomSource) throws(CryptoError) {
        guard (1...VOPRF.maximumBatch).contains(inputs.count) else { throw .wrongLength }
        var blinds = SecretWriter(capacity: inputs.count * 32)
        for _ in inputs { blinds.put(RistrettoScalar.random(from: &random).encoding) }
        try self.init(inputs, blindsOnlyForPublishedVectorsAndStorage: blinds.written())
    }

    /// With given blinds, 32 bytes for each input. Two blindings with one blind show whether their inputs are the same.
    /// - Throws: `wrongLength`; `unusableKey` when a blind is zero or not below the group's order.
    init(
        _ inputs: [[UInt8]], blindsOnlyForPublishedVectorsAndStorage blinds: consuming Secret
    ) throws(CryptoError) {
        guard (1...VOPRF.maximumBatch).contains(inputs.count), blinds.byteCount == inputs.count * 32 else {
            throw .wrongLength
        }
        var elements: [BlindedElement] = []
        for (index, input) in inputs.enumerated() {
            let blind = try RistrettoScalar(canonical: blinds.part(index * 32..<(index + 1) * 32))
            guard !blind.isZero else { throw .unusableKey }
            elements.append(BlindedElement(unchecked: try VOPRF.element(of: input).times(blind).bytes))
        }
        self.elements = elements
        self.inputs = inputs
        self.blinds = blinds
    }

    /// Checks the server's answer against its published key and takes the blinds off. A wrong answer changes nothing: the
    /// right answer to the same request can still come.
    /// - Returns: one output for each input, in their order.
    /// - Throws: `wrongLength` for another number of elements, `unusableKey` when the key or an element is none, `badProof`.
    package func finalize(
        _ answer: BatchEvaluation, under key: VOPRFPublicKey
    ) throws(CryptoError) -> [VOPRFOutput] {
        guard answer.elements.count == elements.count else { throw .wrongLength }
        let publicKey = try RistrettoElement(decoding: key.bytes)
        var blinded: [RistrettoElement] = []
        var evaluated: [RistrettoElement] = []
        for element in elements { blinded.append(try RistrettoElement(decoding: element.bytes)) }
        for element in answer.elements { evaluated.append(try RistrettoElement(decoding: element.bytes)) }
        guard BatchedEquality.holds(answer.proof, publicKey: publicKey, blinded: blinded, evaluated: evaluated) else {
            throw .badProof
        }
        var outputs: [VOPRFOutput] = []
        for (index, input) in inputs.enumerated() {
            let blind = try RistrettoScalar(canonical: blinds.part(index * 32..<(index + 1) * 32))
            outputs.append(VOPRF.output(of: input, at: evaluated[index].times(blind.inverse())))
        }
        return outputs
    }

    /// Appends inputs and blinds to a state that is to be sealed.
    package func write(to writer: inout SecretWriter) {
        writer.put(UInt8(inputs.count))
        for input in inputs {
            writer.put(UInt16(input.count))
            writer.put(input)
        }
        writer.put(blinds)
    }

    /// Reads what `write(to:)` wrote.
    /// - Throws: `refused`.
    package init(reading reader: inout SecretReader) throws(CryptoError) {
        var inputs: [[UInt8]] = []
        for _ in 0..<(try reader.integer(UInt8.self)) {
            inputs.append(try reader.take(Int(try reader.integer(UInt16.self))))
        }
        let blinds = try reader.secret(inputs.count * 32)
        do {
            try self.init(inputs, blindsOnlyForPublishedVectorsAndStorage: blinds)
        } catch {
            throw .refused
        }
    }
}
