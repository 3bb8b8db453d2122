import CallboxCrypto
import CallboxTesting
import Testing

@Suite("HMAC and HKDF")
struct KeyDerivationTests {
    struct Tag: Sendable {
        let key: [UInt8]
        let data: [UInt8]
        let tag: String
    }

    // RFC 4231, test cases 1 to 7 for HMAC-SHA-512. Case 5 is printed cut to 16 bytes.
    static let rfc4231 = [
        Tag(
            key: [UInt8](repeating: 0x0b, count: 20), data: Array("Hi There".utf8),
            tag: """
                87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde
                daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854
                """),
        Tag(
            key: Array("Jefe".utf8), data: Array("what do ya want for nothing?".utf8),
            tag: """
                164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
                9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
                """),
        Tag(
            key: [UInt8](repeating: 0xaa, count: 20), data: [UInt8](repeating: 0xdd, count: 50),
            tag: """
                fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39
                bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb
                """),
        Tag(
            key: Array(1...25), data: [UInt8](repeating: 0xcd, count: 50),
            tag: """
                b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db
                a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd
                """),
        Tag(
            key: [UInt8](repeating: 0x0c, count: 20), data: Array("Test With Truncation".utf8),
            tag: "415fad6271580a531d4179bc891d87a6"),
        Tag(
            key: [UInt8](repeating: 0xaa, count: 131),
            data: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            tag: """
                80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352
                6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598
                """),
        Tag(
            key: [UInt8](repeating: 0xaa, count: 131),
            data: Array(
                """
                This is a test using a larger than block-size key and a larger than block-size data. \
                The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8),
            tag: """
                e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944
                b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58
                """),
    ]

    @Test("HMAC-SHA-512 is that of RFC 4231, from public and from secret keys", arguments: rfc4231)
    func hmac(_ vector: Tag) {
        let expected = hex(vector.tag)
        var secretly = HMAC512(key: Secret(copying: vector.key.span))
        secretly.update(Secret(copying: vector.data.span))
        #expect(Array(secretly.finish().revealedToATest().prefix(expected.count)) == expected)
        var publicly = HMAC512(key: vector.key.span)
        publicly.update(vector.data)
        #expect(Array(publicly.finish().revealedToATest().prefix(expected.count)) == expected)
    }

    struct Derivation: Sendable {
        let salt: [UInt8]
        let input: [UInt8]
        let info: [UInt8]
        let extracted: String
        let expanded: String
    }

    // RFC 5869 has vectors for SHA-256 and SHA-1 only. These take the inputs of its cases 1 to 3 with SHA-512; the values
    // were computed independently, with Python's hmac and checked with the package `cryptography`.
    static let derivations = [
        Derivation(
            salt: Array(0...0x0c), input: [UInt8](repeating: 0x0b, count: 22), info: Array(0xf0...0xf9),
            extracted: """
                665799823737ded04a88e47e54a5890bb2c3d247c7a4254a8e61350723590a26
                c36238127d8661b88cf80ef802d57e2f7cebcf1e00e083848be19929c61b4237
                """,
            expanded: """
                832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c14815793
                38da362cb8d9f925d7cb
                """),
        Derivation(
            salt: Array(0x60...0xaf), input: Array(0...0x4f), info: Array(0xb0...0xff),
            extracted: """
                35672542907d4e142c00e84499e74e1de08be86535f924e022804ad775dde27e
                c86cd1e5b7d178c74489bdbeb30712beb82d4f97416c5a94ea81ebdf3e629e4a
                """,
            expanded: """
                ce6c97192805b346e6161e821ed165673b84f400a2b514b2fe23d84cd189ddf1
                b695b48cbd1c8388441137b3ce28f16aa64ba33ba466b24df6cfcb021ecff235
                f6a2056ce3af1de44d572097a8505d9e7a93
                """),
        Derivation(
            salt: [], input: [UInt8](repeating: 0x0b, count: 22), info: [],
            extracted: """
                fd200c4987ac491313bd4a2a13287121247239e11c9ef82802044b66ef357e5b
                194498d0682611382348572a7b1611de54764094286320578a863f36562b0df6
                """,
            expanded: """
                f5fa02b18298a72a8c23898a8703472c6eb179dc204c03425c970e3b164bf90f
                ff22d04836d0e2343bac
                """),
    ]

    @Test("HKDF-SHA-512 on the inputs of RFC 5869 is that of another implementation", arguments: derivations)
    func hkdf(_ vector: Derivation) {
        #expect(extract(vector).revealedToATest() == hex(vector.extracted))
        let expected = hex(vector.expanded)
        var whole = HKDF512.Expansion(extract(vector), info: vector.info)
        #expect(whole.next(expected.count).revealedToATest() == expected)
    }

    @Test("Key material cut off piece by piece is the same stream")
    func pieces() {
        let vector = Self.derivations[0]
        var whole = HKDF512.Expansion(extract(vector), info: vector.info)
        let stream = whole.next(400).revealedToATest()
        for size in [1, 7, 63, 64, 65, 128, 200] {
            var expansion = HKDF512.Expansion(extract(vector), info: vector.info)
            var joined: [UInt8] = []
            while joined.count + size <= stream.count { joined += expansion.next(size).revealedToATest() }
            #expect(joined == Array(stream.prefix(joined.count)))
        }
    }

    // The last bytes of the stream were computed with Python's hmac.
    @Test("HKDF gives all of its 255 blocks")
    func wholeStream() {
        let vector = Self.derivations[0]
        var expansion = HKDF512.Expansion(extract(vector), info: vector.info)
        let stream = expansion.next(255 * 64).revealedToATest()
        #expect(
            Array(stream.suffix(64))
                == hex(
                    """
                    6f4c862c43cc05f02bbc375f8e523cf7a8148162f9266a8e90e9de9261973f47
                    931623de9936c096438e9f180736960acc54a28763012fec34d40b7c12ee8560
                    """))
        #expect(expansion.next(0).revealedToATest() == [])
    }

    @Test("HKDF gives no byte more than 255 blocks: the process stops before a counter repeats")
    func streamEnds() async {
        await #expect(processExitsWith: .failure) {
            var expansion = HKDF512.Expansion(Secret(hex: "00"), info: [])
            _ = expansion.next(255 * 64)
            _ = expansion.next(1)
        }
    }

    private func extract(_ vector: Derivation) -> Secret {
        var extraction = HMAC512(key: vector.salt.span)
        extraction.update(Secret(copying: vector.input.span))
        return extraction.finish()
    }
}
