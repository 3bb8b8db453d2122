/// Crockford's Base32 (crockford.com/base32.html): symbols that a person can read out and type. Bits are taken from
/// the front; reading forgives case, spaces and dashes, and takes I and L for 1 and O for 0.
package enum CrockfordBase32 {
    private static let symbols = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// Stand for the check values 32 to 36.
    private static let checkSymbols = Array("*~$=U".utf8)
    /// The longest text that is read, in bytes.
    private static let byteLimit = 256

    // MARK: Bytes

    /// The text of bytes: a symbol for every five bits, the last one filled up with zero bits.
    package static func encode(_ bytes: [UInt8]) -> String {
        text(values(of: bytes, count: (bytes.count * 8 + 4) / 5))
    }

    /// The bytes of a text.
    /// - Throws: `length` unless it is as long as that many bytes need, `encoding` for a foreign symbol or a fill
    ///   that is not zero.
    package static func decode(_ text: String, byteCount: Int) throws(WireError) -> [UInt8] {
        let values = try values(in: text)
        guard values.count == (byteCount * 8 + 4) / 5 else { throw .length }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for value in values {
            bits = bits << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { throw .encoding }
        return bytes
    }

    // MARK: Five-bit values

    /// The first `count` five-bit values of bytes, with zero bits after their end.
    static func values(of bytes: [UInt8], count: Int) -> [UInt8] {
        (0..<count).map { index in
            let (byte, shift) = (index * 5).quotientAndRemainder(dividingBy: 8)
            let first = byte < bytes.count ? UInt16(bytes[byte]) : 0
            let second = byte + 1 < bytes.count ? UInt16(bytes[byte + 1]) : 0
            return UInt8((first << 8 | second) >> UInt16(11 - shift) & 31)
        }
    }

    /// The five-bit values of a text.
    /// - Throws: `length` above 256 bytes, or `encoding` for a foreign symbol.
    static func values(in text: String) throws(WireError) -> [UInt8] {
        var values: [UInt8] = []
        for symbol in try symbols(in: text) {
            guard let value = value(of: symbol) else { throw .encoding }
            values.append(value)
        }
        return values
    }

    /// The text of five-bit values.
    static func text(_ values: [UInt8]) -> String {
        String(decoding: values.map { symbols[Int($0 & 31)] }, as: UTF8.self)
    }

    /// The text in groups with a dash between them, the last one as long as it comes.
    static func grouped(_ text: String, by size: Int) -> String {
        let symbols = Array(text.utf8)
        return stride(from: 0, to: symbols.count, by: size)
            .map { String(decoding: symbols[$0..<min($0 + size, symbols.count)], as: UTF8.self) }
            .joined(separator: "-")
    }

    // MARK: Check symbol

    /// The values as one number, modulo 37: it changes with every single mistyped symbol and every two that changed
    /// places.
    static func check(_ values: [UInt8]) -> UInt8 {
        UInt8(values.reduce(0) { ($0 * 32 + Int($1)) % 37 })
    }

    /// The symbol of a check value, 0 to 36.
    static func checkSymbol(_ check: UInt8) -> String {
        String(decoding: [(symbols + checkSymbols)[Int(check % 37)]], as: UTF8.self)
    }

    /// The values of a text whose last symbol checks the others.
    /// - Throws: `length` unless there are `count` values and a check symbol, `encoding` for a foreign symbol, or
    ///   `check`.
    static func checkedValues(in text: String, count: Int) throws(WireError) -> [UInt8] {
        let typed = try symbols(in: text)
        guard typed.count == count + 1, let last = typed.last else { throw .length }
        var values: [UInt8] = []
        for symbol in typed.dropLast() {
            guard let value = value(of: symbol) else { throw .encoding }
            values.append(value)
        }
        guard let check = checkValue(of: last) else { throw .encoding }
        guard check == self.check(values) else { throw .check }
        return values
    }

    // MARK: One symbol

    /// The symbols of a text in capitals, without what only groups them.
    private static func symbols(in text: String) throws(WireError) -> [UInt8] {
        guard text.utf8.count <= byteLimit else { throw .length }
        return text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }.map {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0
        }
    }

    private static func value(of symbol: UInt8) -> UInt8? {
        switch symbol {
        case UInt8(ascii: "O"): 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): 1
        default: symbols.firstIndex(of: symbol).map { UInt8($0) }
        }
    }

    private static func checkValue(of symbol: UInt8) -> UInt8? {
        value(of: symbol) ?? checkSymbols.firstIndex(of: symbol).map { UInt8($0) + 32 }
    }
}
