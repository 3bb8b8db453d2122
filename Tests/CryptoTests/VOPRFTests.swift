import CallboxTesting
import Testing

@testable import CallboxCrypto

@Suite("VOPRF")
struct VOPRFTests {
    let identity = [UInt8](repeating: 0, count: 32)
    let inputs: [[UInt8]] = [[1], [2, 2], []]

    @Test("What a client gets is what the key's holder computes, for the largest batch too")
    func agreement() throws {
        var random = SeededRandom(seed: 1)
        let key = VOPRFPrivateKey.random(from: &random)
        let inputs = (0..<VOPRF.maximumBatch).map { [UInt8]([UInt8($0)]) }
        let blinding = try Blinding(inputs, random: &random)
        let answer = try key.evaluate(blinding.elements, random: &random)
        let outputs = try blinding.finalize(answer, under: key.publicKey)
        #expect(Set(outputs).count == inputs.count)
        for (input, output) in zip(inputs, outputs) { try key.verify(output, for: input) }
    }

    @Test("Two blindings of one input share no element, and give one output")
    func unlinkability() throws {
        var random = SeededRandom(seed: 2)
        let key = VOPRFPrivateKey.random(from: &random)
        let first = try Blinding([[7]], random: &random)
        let second = try Blinding([[7]], random: &random)
        #expect(first.elements != second.elements)
        let one = try first.finalize(try key.evaluate(first.elements, random: &random), under: key.publicKey)
        let other = try second.finalize(try key.evaluate(second.elements, random: &random), under: key.publicKey)
        #expect(one == other)
    }

    @Test("An empty batch, one too large and one input too long are refused")
    func bounds() throws {
        var random = SeededRandom(seed: 3)
        let key = VOPRFPrivateKey.random(from: &random)
        let one = try Blinding([[]], random: &random).elements
        let tooMany = Array(repeating: [UInt8](), count: VOPRF.maximumBatch + 1)
        let tooLong = [UInt8](repeating: 0, count: VOPRF.maximumInputByteCount + 1)
        #expect(throws: CryptoError.wrongLength) { _ = try Blinding([], random: &random) }
        #expect(throws: CryptoError.wrongLength) { _ = try Blinding(tooMany, random: &random) }
        #expect(throws: CryptoError.wrongLength) { _ = try Blinding([tooLong], random: &random) }
        _ = try Blinding([Array(tooLong.dropLast())], random: &random)
        #expect(throws: CryptoError.wrongLength) { _ = try key.evaluate([], random: &random) }
        #expect(throws: CryptoError.wrongLength) {
            _ = try key.evaluate(Array(repeating: one[0], count: VOPRF.maximumBatch + 1), random: &random)
        }
    }

    @Test("The identity is refused as blinded element, as evaluated element and as key")
    func identityRefused() throws {
        var random = SeededRandom(seed: 4)
        let key = VOPRFPrivateKey.random(from: &random)
        let blinding = try Blinding(inputs, random: &random)
        var answer = try key.evaluate(blinding.elements, random: &random)
        #expect(throws: CryptoError.unusableKey) { _ = try VOPRFPublicKey.checked(identity) }
        #expect(throws: CryptoError.unusableKey) {
            _ = try key.evaluate([blinding.elements[0], BlindedElement(unchecked: identity)], random: &random)
        }
        #expect(throws: CryptoError.unusableKey) {
            _ = try blinding.finalize(answer, under: VOPRFPublicKey(unchecked: identity))
        }
        answer = BatchEvaluation(
            elements: answer.elements.dropLast() + [EvaluatedElement(unchecked: identity)], proof: answer.proof)
        #expect(throws: CryptoError.unusableKey) { _ = try blinding.finalize(answer, under: key.publicKey) }
    }

    @Test("An answer under another key, for another request, swapped or with one element exchanged has no proof")
    func wrongAnswers() throws {
        var random = SeededRandom(seed: 5)
        let key = VOPRFPrivateKey.random(from: &random)
        let other = VOPRFPrivateKey.random(from: &random)
        let blinding = try Blinding(inputs, random: &random)
        let right = try key.evaluate(blinding.elements, random: &random)
        let foreign = try other.evaluate(blinding.elements, random: &random)
        let unasked = try key.evaluate(try Blinding(inputs, random: &random).elements, random: &random)
        let wrong = [
            foreign, unasked,
            BatchEvaluation(elements: right.elements.reversed(), proof: right.proof),
            BatchEvaluation(elements: right.elements.dropLast() + [foreign.elements[2]], proof: right.proof),
        ]
        for answer in wrong {
            #expect(throws: CryptoError.badProof) { _ = try blinding.finalize(answer, under: key.publicKey) }
        }
        #expect(throws: CryptoError.badProof) { _ = try blinding.finalize(right, under: other.publicKey) }
        let fewer = BatchEvaluation(elements: right.elements.dropLast(), proof: right.proof)
        #expect(throws: CryptoError.wrongLength) { _ = try blinding.finalize(fewer, under: key.publicKey) }
        // None of that has used the blinding up.
        #expect(try blinding.finalize(right, under: key.publicKey).count == inputs.count)
    }

    @Test("A proof with any byte altered, or with a scalar that is not reduced, is refused")
    func alteredProofs() throws {
        var random = SeededRandom(seed: 6)
        let key = VOPRFPrivateKey.random(from: &random)
        let blinding = try Blinding([[1]], random: &random)
        let right = try key.evaluate(blinding.elements, random: &random)
        var proofs = right.proof.bytes.indices.map { index in
            var bytes = right.proof.bytes
            bytes[index] ^= 1
            return bytes
        }
        let (c, s) = (Array(right.proof.bytes.prefix(32)), Array(right.proof.bytes.suffix(32)))
        proofs.append(GroupOrder.added(to: c) + s)
        proofs.append(c + GroupOrder.added(to: s))
        proofs.append([UInt8](repeating: 0, count: 64))
        for proof in proofs {
            let answer = BatchEvaluation(elements: right.elements, proof: BatchProof(unchecked: proof))
            #expect(throws: CryptoError.badProof) { _ = try blinding.finalize(answer, under: key.publicKey) }
        }
    }

    @Test("An output for another input, under another key or with a bit flipped is not verified")
    func wrongOutputs() throws {
        var random = SeededRandom(seed: 7)
        let key = VOPRFPrivateKey.random(from: &random)
        let blinding = try Blinding([[1]], random: &random)
        let answer = try key.evaluate(blinding.elements, random: &random)
        let output = try blinding.finalize(answer, under: key.publicKey)[0]
        var altered = output.bytes
        altered[63] ^= 0x80
        #expect(throws: CryptoError.badProof) { try key.verify(output, for: [2]) }
        #expect(throws: CryptoError.badProof) { try key.verify(VOPRFOutput(unchecked: altered), for: [1]) }
        let other = VOPRFPrivateKey.random(from: &random)
        #expect(throws: CryptoError.badProof) { try other.verify(output, for: [1]) }
    }

    @Test("A stored key or blind that is zero or not below the group's order is refused")
    func storedScalars() {
        let zero = [UInt8](repeating: 0, count: 32)
        let one = [1] + [UInt8](repeating: 0, count: 31)
        for bad in [zero, GroupOrder.bytes, GroupOrder.added(to: one), [UInt8](repeating: 0xff, count: 32)] {
            #expect(throws: CryptoError.unusableKey) { _ = try VOPRFPrivateKey(stored: Secret(copying: bad.span)) }
            #expect(throws: CryptoError.unusableKey) {
                _ = try Blinding([[1]], blindsOnlyForPublishedVectorsAndStorage: Secret(copying: bad.span))
            }
        }
        for length in [0, 31, 33, 64] {
            #expect(throws: CryptoError.wrongLength) { _ = try VOPRFPrivateKey(stored: Secret(byteCount: length)) }
        }
        #expect(throws: CryptoError.wrongLength) { _ = try VOPRFPrivateKey(seed: Secret(byteCount: 31), info: []) }
    }

    @Test("A blinding that was stored takes the same answer; one cut short anywhere is refused")
    func storage() throws {
        var random = SeededRandom(seed: 8)
        let key = VOPRFPrivateKey.random(from: &random)
        let blinding = try Blinding(inputs, random: &random)
        let answer = try key.evaluate(blinding.elements, random: &random)
        var writer = SecretWriter()
        blinding.write(to: &writer)
        let content = writer.written().revealedToATest()

        var reader = try reading(content)
        let stored = try Blinding(reading: &reader)
        try reader.finish()
        #expect(try stored.finalize(answer, under: key.publicKey) == blinding.finalize(answer, under: key.publicKey))

        for length in content.indices {
            var reader = try reading(Array(content.prefix(length)))
            #expect(throws: CryptoError.refused) { _ = try Blinding(reading: &reader) }
        }
        var zeroBlind = try reading(content.dropLast(32) + [UInt8](repeating: 0, count: 32))
        #expect(throws: CryptoError.refused) { _ = try Blinding(reading: &zeroBlind) }
    }

    private func reading(_ content: [UInt8]) throws -> SecretReader {
        var random = SeededRandom(seed: 9)
        let key = Secret(random: 32, from: &random)
        var writer = SecretWriter()
        writer.put(content)
        return try SecretReader.open(
            writer.sealed(under: key, authenticating: [], random: &random), under: key, authenticating: [])
    }
}
