import CallboxCrypto
import CallboxTesting
import Testing

@Suite("Hashes")
struct HashTests {
    // The examples for FIPS 180-4: "abc" and the message of two blocks; and the empty message.
    @Test(
        "SHA-512 is that of FIPS 180-4",
        arguments: [
            (
                "",
                """
                cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce
                47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
                """
            ),
            (
                "abc",
                """
                ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                """
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                """
                8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018
                501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909
                """
            ),
        ])
    func sha512(_ message: String, _ digest: String) {
        #expect(SHA512.hash(Array(message.utf8)) == hex(digest))
    }

    @Test("SHA-512 of a million times the letter a is that of FIPS 180-4")
    func sha512OfMuch() {
        let digest = hex(
            """
            e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb
            de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b
            """)
        #expect(SHA512.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)) == digest)
    }

    @Test("SHA-512 of pieces is SHA-512 of the whole, wherever it is cut")
    func sha512InPieces() {
        var random = SeededRandom(seed: 1)
        let message = random.bytes(300)
        for cut in message.indices {
            var hash = SHA512()
            hash.update(Array(message[..<cut]))
            hash.update(message.span.extracting(cut...))
            #expect(hash.finish() == SHA512.hash(message))
        }
    }

    // RFC 7693 gives BLAKE2b-512 only; these are computed with Python's hashlib.blake2b(digest_size=32).
    @Test(
        "BLAKE2b-256 is that of another implementation",
        arguments: [
            ([], "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
            (Array("abc".utf8), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
            (Array(0...255), "39a7eb9fedc19aabc83425c6755dd90e6f9d0c804964a1f4aaeea3b9fb599835"),
        ] as [([UInt8], String)])
    func blake2b(_ message: [UInt8], _ digest: String) {
        #expect(BLAKE2b256.hash(message.span) == hex(digest))
    }

    @Test("A label is hashed as its bytes in front of the message")
    func label() {
        #expect(BLAKE2b256.hash("ab", Array("c".utf8)) == BLAKE2b256.hash(Array("abc".utf8).span))
    }
}
