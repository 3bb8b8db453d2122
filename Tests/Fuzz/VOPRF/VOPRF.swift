import CallboxCrypto
import CallboxTesting
import Fuzzing

/// Whatever passes between a client and the issuer of tokens: keys, elements, proofs, outputs, and a stored blinding.
@main
struct VOPRFTarget: FuzzTarget {
    private static let inputs: [[UInt8]] = [[1], [2, 3]]
    private static let seeded = SeededRandom(seed: 1)
    private static let key: VOPRFPrivateKey = {
        var random = seeded
        return .random(from: &random)
    }()
    private static let blinding: Blinding = fixture {
        var random = seeded
        return try Blinding(inputs, random: &random)
    }
    private static let right: BatchEvaluation = fixture {
        var random = seeded
        return try key.evaluate(blinding.elements, random: &random)
    }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 6 {
        case 0: _ = try? VOPRFPublicKey.checked(rest)
        case 1: evaluate(rest)
        case 2: finalize(rest)
        case 3: _ = try? VOPRFPrivateKey(stored: Secret(copying: rest.span)).publicKey
        case 4:
            let output = VOPRFOutput(unchecked: rest.filled(to: VOPRFOutput.byteCount))
            precondition((try? key.verify(output, for: rest)) == nil, "an output that nobody made")
        default: readStored(rest)
        }
    }

    private static func evaluate(_ bytes: [UInt8]) {
        var random = seeded
        let elements = stride(from: 0, to: bytes.count, by: 32).map {
            BlindedElement(unchecked: [UInt8](bytes[$0...]).filled(to: 32))
        }
        guard let answer = try? key.evaluate(elements, random: &random) else { return }
        precondition(answer.elements.count == elements.count, "an element without an answer")
    }

    /// An answer whose missing parts are those of the right one, so that each part gets its turn.
    private static func finalize(_ bytes: [UInt8]) {
        let whole = right.elements.flatMap(\.bytes) + right.proof.bytes
        let bytes = bytes + whole.dropFirst(bytes.count)
        let answer = BatchEvaluation(
            elements: [0, 32].map { EvaluatedElement(unchecked: [UInt8](bytes[$0..<$0 + 32])) },
            proof: BatchProof(unchecked: [UInt8](bytes[64..<128])))
        let outputs = try? blinding.finalize(answer, under: key.publicKey)
        precondition((outputs != nil) == (answer == right), "a proof that nobody made, or the right one refused")
    }

    private static func readStored(_ bytes: [UInt8]) {
        let vault = Secret(copying: [UInt8](repeating: 1, count: AEAD.keyByteCount).span)
        var random = seeded
        var writer = SecretWriter()
        writer.put(bytes)
        let sealed = writer.sealed(under: vault, authenticating: [], random: &random)
        var reader = fixture { try SecretReader.open(sealed, under: vault, authenticating: []) }
        guard let stored = try? Blinding(reading: &reader) else { return }
        precondition(!stored.elements.isEmpty, "a blinding of nothing")
    }
}
