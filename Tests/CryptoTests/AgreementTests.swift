import CallboxCrypto
import CallboxTesting
import Testing

@Suite("X25519 (RFC 7748)")
struct AgreementTests {
    @Test(
        "A scalar times a coordinate is that of section 5.2",
        arguments: [
            (
                "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
                "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
            ),
            (
                "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
                "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
            ),
        ])
    func vector(_ scalar: String, _ coordinate: String, _ product: String) throws {
        let key = try AgreementKey(Secret(hex: scalar))
        let shared = try key.agree(with: AgreementPublicKey(hex(coordinate)))
        #expect(shared.revealedToATest() == hex(product))
    }

    @Test("A thousand iterations give the values of section 5.2")
    func iterated() throws {
        var scalar = [9] + [UInt8](repeating: 0, count: 31)
        var coordinate = scalar
        for iteration in 1...1000 {
            let key = try AgreementKey(Secret(copying: scalar.span))
            let product = try key.agree(with: AgreementPublicKey(coordinate)).revealedToATest()
            (scalar, coordinate) = (product, scalar)
            if iteration == 1 {
                #expect(scalar == hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"))
            }
        }
        #expect(scalar == hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"))
    }

    @Test("Alice and Bob of section 6.1 have their public keys and their secret")
    func agreement() throws {
        let alice = try AgreementKey(Secret(hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
        let bob = try AgreementKey(Secret(hex: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
        #expect(alice.publicKey.bytes == hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"))
        #expect(bob.publicKey.bytes == hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"))
        let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
        #expect(try alice.agree(with: bob.publicKey).revealedToATest() == shared)
        #expect(try bob.agree(with: alice.publicKey).revealedToATest() == shared)
    }

    // The four coordinates of small order (0, 1 and the two of order 8), then p - 1 (order 4 on the twist), and those of them
    // that have a second encoding below 2^255: p and p + 1.
    static let smallOrderEncodings = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]

    @Test(
        "A key of small order, whose secret is zero for everyone, is refused in each encoding",
        arguments: smallOrderEncodings)
    func smallOrder(_ encoding: String) throws {
        var random = SeededRandom(seed: 1)
        let key = AgreementKey.random(from: &random)
        let low = hex(encoding)
        let withTopBit = Array(low.dropLast()) + [low[31] | 0x80]
        for encoding in [low, withTopBit] {
            let other = try AgreementPublicKey(encoding)
            #expect(throws: CryptoError.unusableKey) { _ = try key.agree(with: other) }
            #expect(throws: CryptoError.unusableKey) { _ = try SealedBox.seal([1, 2, 3].span, to: other) }
        }
    }

    @Test("Keys of another length are refused")
    func lengths() {
        for length in [0, 31, 33] {
            let bytes = [UInt8](repeating: 9, count: length)
            #expect(throws: CryptoError.wrongLength) { _ = try AgreementPublicKey(bytes) }
            #expect(throws: CryptoError.wrongLength) { _ = try AgreementKey(Secret(copying: bytes.span)) }
        }
    }

    @Test("A stored private key is the same key")
    func storage() throws {
        var random = SeededRandom(seed: 2)
        let key = AgreementKey.random(from: &random)
        #expect(try AgreementKey(key.privateKey).publicKey == key.publicKey)
    }
}
