import CallboxCrypto
import CallboxTesting
import Testing

@Suite("X-Wing")
struct XWingTests {
    @Test("Public key and decapsulated secret are those of the draft")
    func vector() throws {
        let key = try KEMKey(seed: Secret(hex: XWingDraft.seed))
        #expect(key.publicKey.bytes == hex(XWingDraft.publicKey))
        let secret = try key.decapsulate(KEMCiphertext(hex(XWingDraft.ciphertext)))
        #expect(secret.revealedToATest() == hex(XWingDraft.sharedSecret))
    }

    @Test(
        "All published vectors hold, but for encapsulation, whose randomness the library cannot be given",
        .enabled(if: SharedVectors.have("x-wing.json"), "the shared vectors are not beside this tree"))
    func sharedVectors() throws {
        let vectors = try SharedVectors.load("x-wing.json", as: [Vector].self)
        #expect(vectors.count == 3)
        for vector in vectors {
            let key = try KEMKey(seed: Secret(copying: vector.seed.bytes.span))
            #expect(key.publicKey.bytes == vector.pk.bytes)
            let secret = try key.decapsulate(KEMCiphertext(vector.ct.bytes))
            #expect(secret.revealedToATest() == vector.ss.bytes)
        }
    }

    @Test("Both sides get one secret, and another one each time")
    func roundTrip() throws {
        var random = SeededRandom(seed: 1)
        let key = KEMKey.random(from: &random)
        let stored = try KEMKey(seed: key.storedSeed, storedPublicKey: key.publicKey)
        let first = try key.publicKey.encapsulate()
        let second = try key.publicKey.encapsulate()
        let secret = first.secret.revealedToATest()
        #expect(secret.count == 32)
        #expect(try key.decapsulate(first.ciphertext).revealedToATest() == secret)
        #expect(try stored.decapsulate(first.ciphertext).revealedToATest() == secret)
        #expect(second.secret.revealedToATest() != secret)
        #expect(second.ciphertext != first.ciphertext)
    }

    @Test("An altered ciphertext gives another secret or none, in both halves of it")
    func alteration() throws {
        var random = SeededRandom(seed: 2)
        let key = KEMKey.random(from: &random)
        let encapsulation = try key.publicKey.encapsulate()
        let secret = encapsulation.secret.revealedToATest()
        for index in stride(from: 0, to: KEMCiphertext.byteCount, by: 16) {
            var bytes = encapsulation.ciphertext.bytes
            bytes[index] ^= 1
            let other = try? key.decapsulate(KEMCiphertext(bytes)).revealedToATest()
            #expect(other != secret)
        }
        #expect(try KEMKey.random(from: &random).decapsulate(encapsulation.ciphertext).revealedToATest() != secret)
    }

    // An ML-KEM-768 key begins with 768 numbers of 12 bits, each below 3,329 (FIPS 203, section 7.2). The library looks at that
    // only when it encapsulates.
    @Test("A public key of the right length with a number that is too large is refused when it enters")
    func badContent() throws {
        var random = SeededRandom(seed: 3)
        let good = KEMKey.random(from: &random).publicKey.bytes
        #expect(try KEMPublicKey.checked(good).bytes == good)
        for index in [0, 3, 576, 1149] {
            var bad = good
            (bad[index], bad[index + 1]) = (0xff, 0xff)
            #expect(throws: CryptoError.unusableKey) { _ = try KEMPublicKey.checked(bad) }
        }
        #expect(throws: CryptoError.unusableKey) {
            _ = try KEMPublicKey.checked([UInt8](repeating: 0xff, count: KEMPublicKey.byteCount))
        }
    }

    @Test("Keys, seeds and ciphertexts of another length are refused")
    func lengths() {
        for length in [0, 1215, 1217] {
            let bytes = [UInt8](repeating: 0, count: length)
            #expect(throws: CryptoError.wrongLength) { _ = try KEMPublicKey.checked(bytes) }
        }
        #expect(throws: CryptoError.wrongLength) { _ = try KEMCiphertext([UInt8](repeating: 0, count: 1119)) }
        #expect(throws: CryptoError.wrongLength) { _ = try KEMKey(seed: Secret(hex: "00")) }
    }

    private struct Vector: Decodable {
        let seed: HexBytes
        let pk: HexBytes
        let ct: HexBytes
        let ss: HexBytes
    }
}
