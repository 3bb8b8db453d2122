import CallboxTesting
import Testing

@testable import CallboxCrypto

@Suite("ristretto255 (RFC 9496)")
struct RistrettoTests {
    @Test("The multiples of the generator from 0 to 15 are those of appendix A.1")
    func multiples() throws {
        let generator = RistrettoElement.generator(times: try scalar(1))
        for (index, encoding) in RFC9496.multiples.enumerated() {
            let multiple = try scalar(UInt8(index))
            #expect(RistrettoElement.generator(times: multiple).bytes == hex(encoding))
            #expect(generator.times(multiple).bytes == hex(encoding))
            if index > 1 {
                let before = RistrettoElement.generator(times: try scalar(UInt8(index - 1)))
                #expect((before + generator).bytes == hex(encoding))
                #expect(try RistrettoElement(decoding: hex(encoding)).bytes == hex(encoding))
            }
        }
    }

    @Test("Every bad encoding of appendix A.2 is refused", arguments: RFC9496.badEncodings)
    func badEncoding(_ encoding: String) {
        #expect(throws: CryptoError.unusableKey) { _ = try RistrettoElement(decoding: hex(encoding)) }
    }

    @Test("The identity is refused, though libsodium calls it a valid point; so are other lengths")
    func identity() {
        let identity = [UInt8](repeating: 0, count: 32)
        #expect(throws: CryptoError.unusableKey) { _ = try RistrettoElement(decoding: identity) }
        #expect(throws: CryptoError.unusableKey) { _ = try RistrettoElement(decoding: []) }
        #expect(throws: CryptoError.unusableKey) {
            _ = try RistrettoElement(decoding: hex(RFC9496.multiples[1]) + [0])
        }
    }

    @Test("64 uniform bytes map to the elements of appendix A.3", arguments: RFC9496.mapped)
    func mapping(_ vector: (uniform: String, element: String)) {
        #expect(RistrettoElement(mapping: Secret(hex: vector.uniform)).bytes == hex(vector.element))
    }

    @Test("A scalar is refused unless it is below the order: L, L + 1 and 2^256 - 1 are not, L - 1 is")
    func canonicalScalars() throws {
        let order = GroupOrder.bytes
        let below = [order[0] - 1] + order.dropFirst()
        let above = [order[0] + 1] + order.dropFirst()
        for bad in [order, above, [UInt8](repeating: 0xff, count: 32), GroupOrder.added(to: below)] {
            #expect(throws: CryptoError.unusableKey) { _ = try RistrettoScalar(canonical: Secret(copying: bad.span)) }
        }
        let minusOne = try RistrettoScalar(canonical: Secret(copying: below.span))
        #expect(minusOne.encoding.revealedToATest() == below)
        let generator = RistrettoElement.generator(times: try scalar(1))
        let sum = RistrettoElement.generator(times: minusOne) + generator
        #expect(sum.bytes == [UInt8](repeating: 0, count: 32))
    }

    @Test("A product with the inverse gives back the element, and subtraction is modulo the order")
    func arithmetic() throws {
        var random = SeededRandom(seed: 1)
        let blind = RistrettoScalar.random(from: &random)
        let element = RistrettoElement.generator(times: RistrettoScalar.random(from: &random))
        #expect(element.times(blind) != element)
        #expect(element.times(blind).times(blind.inverse()) == element)
        let difference = try scalar(5).minus(try scalar(2), times: try scalar(3))
        #expect(difference.encoding.revealedToATest() == [GroupOrder.bytes[0] - 1] + GroupOrder.bytes.dropFirst())
    }

    private func scalar(_ number: UInt8) throws -> RistrettoScalar {
        try RistrettoScalar(canonical: Secret(copying: ([number] + [UInt8](repeating: 0, count: 31)).span))
    }
}
