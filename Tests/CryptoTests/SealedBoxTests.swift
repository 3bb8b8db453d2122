import CallboxCrypto
import CallboxTesting
import Testing

@Suite("Sealed boxes")
struct SealedBoxTests {
    // Made by an implementation of crypto_box_seal of its own in Python (Salsa20 from its specification; X25519 and Poly1305
    // from the package `cryptography`), with the ephemeral private key 0x20…0x3f.
    @Test("A box that another implementation made opens")
    func foreignBox() throws {
        let key = try AgreementKey(Secret(copying: Array(0...31).span))
        #expect(key.publicKey.bytes == hex("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"))
        let box = hex(
            """
            358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254
            0452d68e59c9e31e1961b9da607ea5dbe63ebcf2b2b5544ea62fa81ca7651461
            51e1b45d27ba3cebc3368d590363e0f65799f252e530f80435fe67f230c2ec79
            6b9b2c748fd11cff508f9b76157accd5a827ab737155bf58db9fc23fa25f2441
            0f9f22657a763e6822a4b34a8b25c3
            """)
        let content = Array(String(repeating: "callbox sealed box ", count: 5).utf8)
        #expect(try key.open(box.span) == content)
    }

    @Test("A box opens to what was sealed, and no two boxes are alike")
    func roundTrip() throws {
        var random = SeededRandom(seed: 1)
        let key = AgreementKey.random(from: &random)
        for length in [0, 1, 8144] {
            let content = random.bytes(length)
            let box = try SealedBox.seal(content.span, to: key.publicKey)
            #expect(box.count == length + SealedBox.overhead)
            #expect(try key.open(box.span) == content)
            #expect(try SealedBox.seal(content.span, to: key.publicKey) != box)
        }
    }

    @Test("A box with any bit flipped, cut short, lengthened or for another key is refused")
    func alteration() throws {
        var random = SeededRandom(seed: 2)
        let key = AgreementKey.random(from: &random)
        let box = try SealedBox.seal(random.bytes(20).span, to: key.publicKey)
        for index in box.indices {
            for bit in 0..<8 {
                var altered = box
                altered[index] ^= 1 << bit
                // X25519 ignores the top bit of a coordinate, but the box's nonce is a hash over all of its bits.
                #expect(throws: CryptoError.refused) { _ = try key.open(altered.span) }
            }
            #expect(throws: CryptoError.refused) { _ = try key.open(box.span.extracting(first: index)) }
        }
        #expect(throws: CryptoError.refused) { _ = try key.open((box + [0]).span) }
        let other = AgreementKey.random(from: &random)
        #expect(throws: CryptoError.refused) { _ = try other.open(box.span) }
        #expect(try key.open(box.span).count == 20)
    }

    @Test("A box around an ephemeral key of small order is refused")
    func smallOrder() {
        var random = SeededRandom(seed: 3)
        let key = AgreementKey.random(from: &random)
        for encoding in AgreementTests.smallOrderEncodings {
            let box = hex(encoding) + [UInt8](repeating: 0, count: 32)
            #expect(throws: CryptoError.refused) { _ = try key.open(box.span) }
        }
    }
}
