import CallboxCrypto
import CallboxTesting
import Testing

@Suite("Ed25519 (RFC 8032)")
struct SignatureTests {
    @Test("Public key and signature are those of section 7.1", arguments: RFC8032.vectors)
    func vector(_ vector: RFC8032.Vector) throws {
        let key = try SigningKey(seed: Secret(hex: vector.seed))
        let message = hex(vector.message)
        #expect(key.verificationKey.bytes == hex(vector.publicKey))
        #expect(key.sign(message.span).bytes == hex(vector.signature))
        try VerificationKey(hex(vector.publicKey)).verify(Signature(hex(vector.signature)), over: message.span)
        #expect(key.seed.revealedToATest() == hex(vector.seed))
    }

    @Test("A signature with any bit flipped, over another message or by another key is refused")
    func alteration() throws {
        var random = SeededRandom(seed: 1)
        let key = SigningKey.random(from: &random)
        let message = random.bytes(33)
        let signature = key.sign(message.span)
        for index in signature.bytes.indices {
            for bit in 0..<8 {
                var altered = signature.bytes
                altered[index] ^= 1 << bit
                #expect(refuses(key.verificationKey, Signature(unchecked: altered), message))
            }
        }
        for index in message.indices {
            var altered = message
            altered[index] ^= 1
            #expect(refuses(key.verificationKey, signature, altered))
        }
        #expect(refuses(key.verificationKey, signature, message + [0]))
        #expect(refuses(key.verificationKey, signature, message.dropLast()))
        #expect(refuses(SigningKey.random(from: &random).verificationKey, signature, message))
        try key.verificationKey.verify(signature, over: message.span)
    }

    @Test("A signature whose S is not reduced, the same signature written otherwise, is refused")
    func malleability() throws {
        var random = SeededRandom(seed: 2)
        let key = SigningKey.random(from: &random)
        let message = random.bytes(10)
        let signature = key.sign(message.span).bytes
        var scalar = Array(signature.suffix(32))
        // S + L, S + 2L, … as far as 32 bytes hold: a multiple of the order changes nothing in the equation.
        for _ in 1...15 {
            scalar = GroupOrder.added(to: scalar)
            let altered = Signature(unchecked: signature.prefix(32) + scalar)
            #expect(refuses(key.verificationKey, altered, message))
        }
    }

    @Test(
        "A signature that holds under a key of small order, so for everyone, is refused",
        arguments: SmallOrder.forgeries)
    func smallOrderKey(_ forgery: SmallOrder.Forgery) throws {
        let key = try VerificationKey(hex(forgery.key))
        #expect(refuses(key, try Signature(hex(SmallOrder.signature)), hex(forgery.message)))
    }

    @Test("A signature that others accept is refused", arguments: SmallOrder.disputed)
    func disputed(_ case: SmallOrder.Disputed) throws {
        let key = try VerificationKey(hex(`case`.key))
        #expect(refuses(key, try Signature(hex(`case`.signature)), hex(`case`.message)))
    }

    @Test("Keys, seeds and signatures of another length are refused")
    func lengths() {
        #expect(throws: CryptoError.wrongLength) { _ = try VerificationKey([UInt8](repeating: 1, count: 31)) }
        #expect(throws: CryptoError.wrongLength) { _ = try Signature([UInt8](repeating: 1, count: 65)) }
        #expect(throws: CryptoError.wrongLength) { _ = try SigningKey(seed: Secret(hex: "00")) }
    }

    private func refuses(_ key: VerificationKey, _ signature: Signature, _ message: [UInt8]) -> Bool {
        do throws(CryptoError) {
            try key.verify(signature, over: message.span)
            return false
        } catch { return error == .badSignature }
    }
}
