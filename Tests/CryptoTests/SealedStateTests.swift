import CallboxCrypto
import CallboxTesting
import Testing

@Suite("A sealed state")
struct SealedStateTests {
    let context = Array("callbox/testing/state".utf8)

    @Test("What was written is read back, field by field, past several growths")
    func roundTrip() throws {
        var random = SeededRandom(seed: 1)
        let key = Secret(random: 32, from: &random)
        let secrets = (0..<1024).map { _ in random.bytes(32) }
        var writer = SecretWriter(capacity: 0)
        writer.put(UInt8(0xfe))
        writer.put(UInt16(0x0102))
        writer.put(UInt64.max - 1)
        writer.put(Array(0...255))
        for bytes in secrets { writer.put(Secret(copying: bytes.span)) }
        writer.put([])
        #expect(writer.byteCount == 1 + 2 + 8 + 256 + 1024 * 32)
        let count = writer.byteCount
        let sealed = writer.sealed(under: key, authenticating: context, random: &random)
        #expect(sealed.count == 24 + count + 16)

        var reader = try SecretReader.open(sealed, under: key, authenticating: context)
        #expect(try reader.integer(UInt8.self) == 0xfe)
        #expect(try reader.integer(UInt16.self) == 0x0102)
        #expect(try reader.integer(UInt64.self) == UInt64.max - 1)
        #expect(try reader.take(256) == Array(0...255))
        for bytes in secrets {
            let secret = try reader.secret(32)
            #expect(secret.revealedToATest() == bytes)
        }
        #expect(try reader.take(0) == [])
        try reader.finish()
    }

    @Test("Two seals of one state share neither nonce nor ciphertext")
    func freshNonce() throws {
        var random = SeededRandom(seed: 2)
        let key = Secret(random: 32, from: &random)
        let first = SecretWriter().sealed(under: key, authenticating: [], random: &random)
        let second = SecretWriter().sealed(under: key, authenticating: [], random: &random)
        #expect(first.prefix(24) != second.prefix(24))
        #expect(first.dropFirst(24) != second.dropFirst(24))
    }

    @Test("Every flipped byte, every truncation, another key and another context are refused")
    func alteration() throws {
        var random = SeededRandom(seed: 3)
        let key = Secret(random: 32, from: &random)
        var writer = SecretWriter()
        writer.put(random.bytes(9))
        let sealed = writer.sealed(under: key, authenticating: context, random: &random)
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(refusal(altered, under: key, authenticating: context) == .refused)
            #expect(refusal(Array(sealed.prefix(index)), under: key, authenticating: context) == .refused)
        }
        #expect(refusal(sealed + [0], under: key, authenticating: context) == .refused)
        #expect(refusal(sealed, under: Secret(random: 32, from: &random), authenticating: context) == .refused)
        #expect(refusal(sealed, under: key, authenticating: context + [0]) == .refused)
        #expect(refusal(sealed, under: key, authenticating: context) == nil)
    }

    @Test("Reading too much is refused and leaves the reader where it was; bytes left over are refused")
    func bounds() throws {
        var random = SeededRandom(seed: 4)
        let key = Secret(random: 32, from: &random)
        var writer = SecretWriter()
        writer.put([1, 2, 3])
        let sealed = writer.sealed(under: key, authenticating: context, random: &random)
        var reader = try SecretReader.open(sealed, under: key, authenticating: context)
        for count in [4, Int.max, -1, Int.min] {
            expectRefusal { () throws(CryptoError) in _ = try reader.take(count) }
            expectRefusal { () throws(CryptoError) in _ = try reader.secret(count) }
        }
        expectRefusal { () throws(CryptoError) in _ = try reader.integer(UInt32.self) }
        expectRefusal { () throws(CryptoError) in try reader.finish() }
        #expect(reader.remaining == 3)
        #expect(try reader.take(3) == [1, 2, 3])
        try reader.finish()
    }

    private func expectRefusal(_ body: () throws(CryptoError) -> Void) {
        #expect(throws: CryptoError.refused) { try body() }
    }

    private func refusal(
        _ sealed: [UInt8], under key: borrowing Secret, authenticating context: [UInt8]
    ) -> CryptoError? {
        do throws(CryptoError) {
            _ = try SecretReader.open(sealed, under: key, authenticating: context)
            return nil
        } catch { return error }
    }
}
