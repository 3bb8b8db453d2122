import CallboxTesting
import CallboxWire
import Testing

/// What every decoder must stand: the value cut off at each length, with a byte behind it, and altered at random.
enum Hostile {
    /// Tries a decoder of bytes. With `exact`, what it still accepts after an alteration is written as it was read.
    static func bytes(
        _ whole: [UInt8], step: Int = 1, rounds: Int = 2000, exact: Bool = true, decode: ([UInt8]) throws -> [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try decode(whole) == whole, sourceLocation: sourceLocation)
        for length in stride(from: 0, to: whole.count, by: step) {
            #expect(throws: WireError.self, "\(length) bytes", sourceLocation: sourceLocation) {
                try decode([UInt8](whole.prefix(length)))
            }
        }
        #expect(throws: WireError.self, sourceLocation: sourceLocation) { try decode(whole + [0]) }
        var random = Seeded(1)
        for _ in 0..<rounds {
            let altered = alter(whole, &random)
            if let again = try? decode(altered), exact, again != altered {
                Issue.record(
                    "\(altered.count) altered bytes were read, but are written otherwise",
                    sourceLocation: sourceLocation)
            }
        }
    }

    /// Tries a decoder of text likewise.
    static func text(
        _ whole: String, rounds: Int = 3000, forgiving: Bool = false, decode: (String) throws -> String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try decode(whole) == whole, sourceLocation: sourceLocation)
        let bytes = [UInt8](whole.utf8)
        for length in 0..<bytes.count {
            #expect(throws: WireError.self, "\(length) bytes", sourceLocation: sourceLocation) {
                try decode(String(decoding: bytes.prefix(length), as: UTF8.self))
            }
        }
        for tail in ["!", "\u{0}", "é", "\u{301}"] {
            #expect(throws: WireError.self, "\(tail)", sourceLocation: sourceLocation) { try decode(whole + tail) }
        }
        var random = Seeded(2)
        for _ in 0..<rounds {
            let altered = String(decoding: alter(bytes, &random), as: UTF8.self)
            guard let again = try? decode(altered) else { continue }
            if !forgiving, Array(again.utf8) != Array(altered.utf8) {
                Issue.record("\(altered) was read, but is written as \(again)", sourceLocation: sourceLocation)
            }
        }
    }

    private static func alter(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var altered = bytes
        for _ in 0...random.below(3) {
            let place = random.below(max(altered.count, 1))
            switch random.below(4) {
            case 0 where !altered.isEmpty: altered[place] ^= 1 << UInt8(random.below(8))
            case 1 where !altered.isEmpty: altered[place] = UInt8(random.below(256))
            case 2 where !altered.isEmpty: altered.remove(at: place)
            default: altered.insert(UInt8(random.below(256)), at: place)
            }
        }
        return altered
    }
}

extension [UInt8] {
    /// Bytes from hexadecimal digits.
    init(hex: String) {
        let digits = hex.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        self = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
