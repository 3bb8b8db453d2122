import CallboxCrypto
import CallboxTesting
import Testing

@Suite("XChaCha20-Poly1305")
struct AEADTests {
    // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    @Test("The ciphertext and tag are those of the draft")
    func vector() throws {
        let plaintext = Array(
            """
            Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
            sunscreen would be it.
            """.utf8)
        let context = hex("50515253c0c1c2c3c4c5c6c7")
        let key = Secret(copying: Array(0x80...0x9f).span)
        let nonce = Array(UInt8(0x40)...0x57)
        let expected = hex(
            """
            bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
            731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
            2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
            21f9664c97637da9768812f615c68b13b52e
            c0875924c1c7987947deafd8780acf49
            """)
        var sealed: [UInt8] = []
        AEAD.seal(plaintext.span, key: key, nonce: nonce.span, authenticating: context.span, into: &sealed)
        #expect(sealed == expected)
        #expect(try AEAD.open(expected.span, key: key, nonce: nonce.span, authenticating: context.span) == plaintext)
        let secret = try AEAD.openSecret(expected.span, key: key, nonce: nonce.span, authenticating: context.span)
        #expect(secret.revealedToATest() == plaintext)
    }

    @Test("Sealing appends to what the output holds, for an empty text too")
    func appending() throws {
        var random = SeededRandom(seed: 1)
        let key = Secret(random: 32, from: &random)
        let nonce = random.bytes(24)
        let nothing: [UInt8] = []
        var output: [UInt8] = [1, 2, 3]
        AEAD.seal(nothing.span, key: key, nonce: nonce.span, authenticating: nothing.span, into: &output)
        #expect(output.count == 3 + 16)
        #expect(Array(output.prefix(3)) == [1, 2, 3])
        let box = Array(output.dropFirst(3))
        #expect(try AEAD.open(box.span, key: key, nonce: nonce.span, authenticating: nothing.span) == [])
    }

    @Test(
        "Sealing in place gives the same bytes, behind what stands before them", arguments: [0, 1, 63, 64, 65, 5_000])
    func inPlace(count: Int) {
        var random = SeededRandom(seed: 4)
        let key = Secret(random: 32, from: &random)
        let (nonce, context, text) = (random.bytes(24), random.bytes(9), random.bytes(count))
        var expected: [UInt8] = [1, 2, 3]
        AEAD.seal(text.span, key: key, nonce: nonce.span, authenticating: context.span, into: &expected)
        var bytes = [1, 2, 3] + text
        AEAD.sealInPlace(&bytes, from: 3, key: key, nonce: nonce.span, authenticating: context.span)
        #expect(bytes == expected)
    }

    @Test("Every flipped bit of ciphertext, tag, nonce, context and key is refused, into public and guarded memory")
    func alteration() throws {
        var random = SeededRandom(seed: 2)
        let right = Parts.sealed(random.bytes(21), from: &random)
        #expect(right.opens)
        for part in [\Parts.box, \.key, \.nonce, \.context] {
            for index in right[keyPath: part].indices {
                for bit in 0..<8 {
                    var altered = right
                    altered[keyPath: part][index] ^= 1 << bit
                    #expect(!altered.opens)
                }
            }
        }
    }

    @Test("A ciphertext cut short or lengthened, another context and a nonce of another length are refused")
    func lengths() throws {
        var random = SeededRandom(seed: 3)
        let right = Parts.sealed(random.bytes(21), from: &random)
        var altered = right
        for length in right.box.indices {
            altered.box = Array(right.box.prefix(length))
            #expect(!altered.opens)
        }
        altered.box = right.box + [0]
        #expect(!altered.opens)
        altered = right
        for context in [[], right.context + [0], right.context.dropLast()] {
            altered.context = context
            #expect(!altered.opens)
        }
        altered = right
        for nonce in [[], right.nonce + [0], right.nonce.dropLast()] {
            altered.nonce = nonce
            #expect(!altered.opens)
        }
        #expect(right.opens)
    }

    @Test("A key of another length stops the process instead of reading beyond it")
    func keyLength() async {
        await #expect(processExitsWith: .failure) {
            let nonce = [UInt8](repeating: 0, count: 24)
            let box = [UInt8](repeating: 0, count: 16)
            _ = try? AEAD.open(box.span, key: Secret(hex: "00"), nonce: nonce.span, authenticating: box.span)
        }
    }

    private struct Parts {
        var box: [UInt8]
        var key: [UInt8]
        var nonce: [UInt8]
        var context: [UInt8]

        static func sealed(_ text: [UInt8], from random: inout SeededRandom) -> Parts {
            let (key, nonce, context) = (random.bytes(32), random.bytes(24), random.bytes(5))
            var box: [UInt8] = []
            AEAD.seal(
                text.span, key: Secret(copying: key.span), nonce: nonce.span, authenticating: context.span, into: &box)
            return Parts(box: box, key: key, nonce: nonce, context: context)
        }

        /// Whether it opens; that both ways of opening agree on it is part of the test.
        var opens: Bool {
            let secretKey = Secret(copying: key.span)
            let plainly = outcome {
                _ = try AEAD.open(box.span, key: secretKey, nonce: nonce.span, authenticating: context.span)
            }
            let secretly = outcome {
                _ = try AEAD.openSecret(box.span, key: secretKey, nonce: nonce.span, authenticating: context.span)
            }
            #expect(plainly == secretly)
            return plainly
        }

        private func outcome(_ body: () throws -> Void) -> Bool {
            do {
                try body()
                return true
            } catch {
                #expect(error as? CryptoError == .refused)
                return false
            }
        }
    }
}
