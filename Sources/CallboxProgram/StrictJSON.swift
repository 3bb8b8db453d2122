internal import CallboxCrypto

/// The JSON that documents are written in, checked before a decoder sees it: RFC 8259 without the parts on which readers
/// differ. One object; UTF-8 without a byte order mark; member names of printable ASCII without escapes, none twice in an
/// object; numbers are integers from 0 to 2^53 − 1; no null; no deeper than 16. What passes reads alike everywhere.
struct StrictJSON {
    /// How deep objects and arrays may be nested.
    static let depthLimit = 16
    /// 2^53 − 1, the largest integer that every reader knows exactly (RFC 7493).
    static let largestInteger: UInt64 = 9_007_199_254_740_991

    private let bytes: [UInt8]
    private var position = 0

    /// Whether the bytes are such JSON.
    static func accepts(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var scanner = StrictJSON(bytes: bytes)
        scanner.skipSpace()
        guard scanner.peek == UInt8(ascii: "{"), scanner.value(depth: 0) else { return false }
        scanner.skipSpace()
        return scanner.position == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(depth: Int) -> Bool {
        switch peek {
        case UInt8(ascii: "{"): depth < Self.depthLimit && object(depth: depth + 1)
        case UInt8(ascii: "["): depth < Self.depthLimit && array(depth: depth + 1)
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        default: integer()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        var names: Set<ArraySlice<UInt8>> = []
        return list(closedBy: UInt8(ascii: "}")) { scanner in
            guard let name = scanner.name(), names.insert(name).inserted else { return false }
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ":")) else { return false }
            scanner.skipSpace()
            return scanner.value(depth: depth)
        }
    }

    private mutating func array(depth: Int) -> Bool {
        list(closedBy: UInt8(ascii: "]")) { $0.value(depth: depth) }
    }

    private mutating func list(closedBy end: UInt8, _ element: (inout StrictJSON) -> Bool) -> Bool {
        position += 1
        skipSpace()
        if take(end) { return true }
        while true {
            guard element(&self) else { return false }
            skipSpace()
            if take(end) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
    }

    private mutating func name() -> ArraySlice<UInt8>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        let name = bytes[start..<position]
        return take(UInt8(ascii: "\"")) ? name : nil
    }

    private mutating func string() -> Bool {
        position += 1
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard escape() else { return false }
            case 0x00...0x1F: return false
            default: break
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        guard let kind = peek else { return false }
        position += 1
        guard kind == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(kind) }
        guard let unit = hexadecimal() else { return false }
        switch unit {
        case 0xD800...0xDBFF:
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = hexadecimal() else { return false }
            return (0xDC00...0xDFFF).contains(low)
        case 0xDC00...0xDFFF: return false
        default: return true
        }
    }

    private mutating func hexadecimal() -> UInt16? {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                return nil
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    private mutating func integer() -> Bool {
        var number: UInt64 = 0
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
            position += 1
            guard number <= Self.largestInteger else { return false }
        }
        let count = position - start
        return count == 1 || count > 1 && bytes[start] != UInt8(ascii: "0")
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for byte in word.bytes { guard take(byte) else { return false } }
        return true
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}
