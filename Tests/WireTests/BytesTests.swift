import CallboxCrypto
import CallboxTesting
import CallboxWire
import Testing

@Suite("Bytes, cells and frames")
struct BytesTests {
    @Test("What is written is read back, and nothing may follow")
    func roundTrip() throws {
        var writer = ByteWriter()
        writer.put(UInt16(0x0102))
        writer.put(UInt64(0x1122_3344_5566_7788))
        try writer.putField([9, 8, 7])
        try writer.putVariableField([6])
        #expect(writer.bytes == [1, 2, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0, 3, 9, 8, 7, 1, 6])
        try Hostile.bytes(writer.bytes) { bytes in
            var reader = ByteReader(bytes)
            var again = ByteWriter()
            again.put(try reader.integer(UInt16.self))
            again.put(try reader.integer(UInt64.self))
            try again.putField(try reader.field(limit: 1000))
            try again.putVariableField(try reader.variableField(limit: 1000))
            try reader.finish()
            return again.bytes
        }
    }

    @Test("A field above its limit is refused before it is taken")
    func fieldLimit() {
        #expect(throws: WireError.length) {
            var reader = ByteReader([0, 3, 1, 2, 3])
            _ = try reader.field(limit: 2)
        }
        #expect(throws: WireError.truncated) {
            var reader = ByteReader([0xFF, 0xFF, 1])
            _ = try reader.field(limit: 70000)
        }
        #expect(throws: WireError.length) {
            var writer = ByteWriter()
            try writer.putField([UInt8](repeating: 0, count: 65536))
        }
        #expect(throws: WireError.truncated) {
            var reader = ByteReader([1])
            _ = try reader.take(-1)
        }
    }

    /// The sample encodings of RFC 9000 appendix A.1, as lengths of fields; 37 in two bytes is not the shortest form.
    @Test("Variable-size lengths are read as RFC 9000 A.1 has them, in their shortest form only")
    func variableLength() throws {
        func length(_ hex: String) -> Result<Int, WireError> {
            var reader = ByteReader([UInt8](hex: hex) + [UInt8](repeating: 7, count: 20000))
            do {
                return .success(try reader.variableField(limit: 20000).count)
            } catch {
                return .failure(error)
            }
        }
        #expect(length("25") == .success(37))
        #expect(length("7bbd") == .success(15293))
        #expect(length("4025") == .failure(.encoding))
        #expect(length("9d7f3e7d") == .failure(.length))
        #expect(length("c2197c5eff14e88c") == .failure(.length))
        #expect(length("80000025") == .failure(.encoding))
        #expect(length("ffffffffffffffff") == .failure(.length))
        for count in [0, 63, 64, 16383] {
            var writer = ByteWriter()
            try writer.putVariableField([UInt8](repeating: 1, count: count))
            var reader = ByteReader(writer.bytes)
            #expect(try reader.variableField(limit: 16383).count == count)
        }
        #expect(throws: WireError.length) {
            var writer = ByteWriter()
            try writer.putVariableField([UInt8](repeating: 1, count: 16384))
        }
    }

    @Test("A frame is exactly 8,144 bytes of a known kind and version")
    func frame() throws {
        var random = Seeded(3)
        #expect(Frame.byteCount == 8144 && Frame.restByteCount == 8142)
        #expect(Cell.overhead == SealedBox.overhead)
        for kind in FrameKind.allCases {
            let rest = random.bytes(Frame.restByteCount)
            let frame = try Frame(kind, rest: rest)
            #expect(frame.bytes.prefix(2) == [kind.rawValue, 1])
            #expect([UInt8](frame.rest) == rest)
            #expect(try Frame(frame.bytes) == frame)
            try Hostile.bytes(frame.bytes, step: 37, rounds: 100) { try Frame($0).bytes }
        }
        var bytes = try Frame(.initial, rest: random.bytes(8142)).bytes
        bytes[0] = 0
        #expect(throws: WireError.kind) { try Frame(bytes) }
        bytes[0] = 3
        #expect(throws: WireError.kind) { try Frame(bytes) }
        bytes[0] = 2
        bytes[1] = 2
        #expect(throws: WireError.version) { try Frame(bytes) }
        #expect(throws: WireError.length) { try Frame(.ratchet, rest: [1]) }
    }

    @Test("A frame fits a cell, and the cell's id is the hash of its bytes")
    func cell() throws {
        var random = Seeded(4)
        let key = AgreementKey.random(from: &random)
        let frame = try Frame(.ratchet, rest: random.bytes(8142))
        let cell = try Cell(SealedBox.seal(frame.bytes.span, to: key.publicKey))
        #expect(try Frame(key.open(cell.bytes.span)) == frame)
        #expect(cell.id.bytes == BLAKE2b256.hash(cell.bytes.span))
    }

    /// RFC 4648 section 10.
    @Test("Base64 gives the vectors of RFC 4648, and reads nothing but what it writes")
    func base64() throws {
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
            "foobar": "Zm9vYmFy",
        ]
        for (plain, text) in vectors {
            #expect(Base64.encode([UInt8](plain.utf8), .standard) == text)
            #expect(try Base64.decode(text, .standard) == [UInt8](plain.utf8))
        }
        for form in [Base64.Form.standard, .url, .bareURL] {
            for wrong in ["Zg=", "Zg===", "Zh==", "Zg==\n", " Zg==", "Z", "=", "Z=g=", "Zm9v====", "Zm9vé", "%g=="] {
                #expect(throws: WireError.encoding, "\(wrong)") { try Base64.decode(wrong, form) }
            }
        }
        #expect(Base64.encode([0xFB, 0xFF], .standard) == "+/8=")
        #expect(Base64.encode([0xFB, 0xFF], .url) == "-_8=")
        #expect(Base64.encode([0xFB, 0xFF], .bareURL) == "-_8")
        #expect(throws: WireError.encoding) { try Base64.decode("-_8=", .standard) }
        #expect(throws: WireError.encoding) { try Base64.decode("+/8=", .url) }
        #expect(throws: WireError.encoding) { try Base64.decode("-_8=", .bareURL) }
        var random = Seeded(5)
        for count in 0..<70 {
            let bytes = random.bytes(count)
            for form in [Base64.Form.standard, .url, .bareURL] {
                #expect(try Base64.decode(Base64.encode(bytes, form), form) == bytes)
            }
        }
    }

    @Test("A key in a path is 43 symbols, and no other text names it")
    func pathSegment() throws {
        var random = Seeded(6)
        let key: VerificationKey = random.value()
        #expect(key.base64URL.utf8.count == 43)
        try Hostile.text(key.base64URL) { try VerificationKey(base64URL: $0).base64URL }
    }
}
