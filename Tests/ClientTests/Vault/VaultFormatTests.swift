import CallboxCrypto
import CallboxTesting
import Testing

@testable import CallboxClient

@Suite("A vault's file")
struct VaultFormatTests {
    /// A vault in memory.
    struct Sample {
        let keys: VaultKeys
        let header: VaultHeader
        let records: Records
        let bytes: [UInt8]

        init(recordByteCount: Int = 100) throws {
            var random = SeededRandom(seed: 1)
            keys = VaultKeys(random: &random)
            header = try keys.wrapped(under: Passphrase.right().secret(), cost: .least, random: &random)
            var records = Records()
            records["marker"] = random.bytes(recordByteCount)
            self.records = records
            bytes = try VaultFormat.seal(records, header: header, keys: keys, random: &random)
        }

        /// Opens bytes with the passphrase, as a client does.
        static func open(_ bytes: [UInt8], _ passphrase: consuming Passphrase = .right()) throws -> Records {
            let header = try VaultFormat.header(of: bytes.span)
            return try VaultFormat.open(
                bytes.span, header: header, keys: VaultKeys(unwrapping: header, with: passphrase.secret()))
        }
    }

    @Test("What was sealed opens with the passphrase, and the keys are the same")
    func roundTrip() throws {
        let sample = try Sample()
        #expect(try Sample.open(sample.bytes) == sample.records)
        let keys = try VaultKeys(unwrapping: sample.header, with: Passphrase.right().secret())
        #expect(keys.both.revealedToATest() == sample.keys.both.revealedToATest())
        #expect(keys.file.revealedToATest() != keys.state.secret.revealedToATest())
    }

    @Test("A flipped bit in any byte of the header is refused, by the same error as a wrong passphrase")
    func alteredHeader() throws {
        let sample = try Sample()
        #expect(throws: VaultError.refused) { try Sample.open(sample.bytes, .wrong()) }
        for index in 0..<VaultHeader.byteCount {
            var altered = sample.bytes
            altered[index] ^= 1
            #expect(throws: VaultError.refused, "byte \(index)") { try Sample.open(altered) }
        }
    }

    @Test("A flipped bit anywhere after the header is refused, also for somebody who has the keys")
    func alteredState() throws {
        let sample = try Sample()
        let start = VaultHeader.byteCount
        let end = sample.bytes.count
        let places = Array(start..<start + 300) + Array(stride(from: start + 300, to: end, by: 4099)) + (end - 40..<end)
        for index in places {
            var altered = sample.bytes
            altered[index] ^= 0x80
            #expect(throws: VaultError.refused, "byte \(index)") {
                try VaultFormat.open(altered.span, header: sample.header, keys: sample.keys)
            }
        }
    }

    @Test("The header is sealed together with the state: another one of the same vault does not go with it")
    func swappedHeader() throws {
        let sample = try Sample()
        var random = SeededRandom(seed: 2)
        let other = try sample.keys.wrapped(under: Passphrase.right().secret(), cost: .least, random: &random)
        let spliced = other.encoded + sample.bytes.dropFirst(VaultHeader.byteCount)
        #expect(throws: VaultError.refused) { try Sample.open(spliced) }
    }

    @Test("Every truncation, and every length that is no multiple of 512 KiB, is refused")
    func truncation() throws {
        let bytes = try Sample().bytes
        var opened = 0
        for length in 0..<bytes.count {
            if (try? VaultFormat.header(of: bytes.span.extracting(first: length))) != nil { opened += 1 }
        }
        #expect(opened == 0)
        #expect(throws: VaultError.refused) { try Sample.open(bytes + [0]) }
        #expect(throws: VaultError.refused) {
            try Sample.open(bytes + [UInt8](repeating: 0, count: VaultFormat.unit))
        }
    }

    @Test("A header that is too short or too long is refused")
    func headerLength() throws {
        let encoded = try Sample().header.encoded
        #expect(encoded.count == VaultHeader.byteCount)
        for length in 0..<encoded.count {
            #expect(throws: VaultError.refused) { try VaultHeader(reading: Array(encoded.prefix(length))) }
        }
        #expect(throws: VaultError.refused) { try VaultHeader(reading: encoded + [0]) }
    }

    @Test(
        "A cost out of bounds is refused before anything is hashed",
        arguments: [
            (0, 1), (8 * 1024 - 1, 1), (1024 * 1024 + 1, 1), (.max, 1), (8 * 1024, 0), (8 * 1024, 11), (8 * 1024, .max),
        ]
            as [(UInt32, UInt32)])
    func cost(memory: UInt32, passes: UInt32) throws {
        var encoded = try Sample().header.encoded
        for (place, number) in [(16, memory), (20, passes)] {
            for index in 0..<4 { encoded[place + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
        }
        #expect(throws: VaultError.refused) { try VaultHeader(reading: encoded) }
    }

    @Test(
        "Its length is a multiple of 512 KiB and tells nothing finer",
        arguments: [0, 1, 100_000, 524_041, 524_042, 600_000])
    func padding(recordByteCount: Int) throws {
        let sample = try Sample(recordByteCount: recordByteCount)
        // 216 bytes around the records, and 15 around the one value.
        let units = (recordByteCount + 216 + 4 + 1 + 6 + 4 + VaultFormat.unit - 1) / VaultFormat.unit
        #expect(sample.bytes.count == units * VaultFormat.unit)
        #expect(try Sample.open(sample.bytes) == sample.records)
    }

    @Test("The same records sealed twice have no bytes in common but the header")
    func freshNonce() throws {
        let sample = try Sample()
        var random = SystemRandom()
        let again = try VaultFormat.seal(sample.records, header: sample.header, keys: sample.keys, random: &random)
        #expect(again.prefix(VaultHeader.byteCount) == sample.bytes.prefix(VaultHeader.byteCount))
        let equal = zip(again, sample.bytes).dropFirst(VaultHeader.byteCount).count { $0 == $1 }
        // One in 256 by chance: 2,047, give or take 45.
        #expect(equal < 3_000)
    }

    @Test("Records beyond the largest vault are refused, and nothing is made")
    func tooLarge() throws {
        let sample = try Sample()
        var records = Records()
        let value = [UInt8](repeating: 0, count: 16 * 1024 * 1024)
        for number in 0..<16 { records["v/\(number)"] = value }
        var random = SystemRandom()
        #expect(throws: VaultError.tooLarge) {
            try VaultFormat.seal(records, header: sample.header, keys: sample.keys, random: &random)
        }
    }
}
