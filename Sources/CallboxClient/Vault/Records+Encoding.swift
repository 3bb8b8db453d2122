/// The records' one encoding, vault.md section 4: count (4), then for each, by name, length of name (1), name, length of value (4), value;
/// then zeros. No value is copied twice on the way in or out.
extension Records {
    /// How long they are without padding.
    var encodedByteCount: Int {
        var total = 4
        forEach { name, value in total += 1 + name.utf8.count + 4 + value.count }
        return total
    }

    /// Their bytes, then zeros up to a length that is large enough.
    package func encoded(paddedTo byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        append(to: &bytes, paddedTo: byteCount)
        return bytes
    }

    /// Appends their bytes, then zeros up to a length of all that is large enough.
    func append(to bytes: inout [UInt8], paddedTo byteCount: Int) {
        Self.put(UInt32(count), to: &bytes)
        forEach { name, value in
            bytes.append(UInt8(name.utf8.count))
            bytes.append(contentsOf: name.utf8)
            Self.put(UInt32(value.count), to: &bytes)
            bytes.append(contentsOf: value)
        }
        precondition(bytes.count <= byteCount, "the length was made for these records")
        bytes.append(contentsOf: repeatElement(0, count: byteCount - bytes.count))
    }

    /// Reads what `encoded` wrote.
    /// - Throws: `VaultError.refused`: cut off, names that are none, come twice or out of order, or padding that is not zeros.
    package init(padded bytes: [UInt8]) throws {
        self.init()
        var rest = bytes[...]
        let count = try Self.number(&rest, byteCount: 4)
        // Six bytes are the least that a record takes: a count that lies reserves nothing.
        guard count <= rest.count / 6 else { throw VaultError.refused }
        reserveCapacity(count)
        for _ in 0..<count {
            let name = try Self.take(Self.number(&rest, byteCount: 1), of: &rest)
            let value = try Self.take(Self.number(&rest, byteCount: 4), of: &rest)
            guard append(String(decoding: name, as: UTF8.self), Array(value)) else { throw VaultError.refused }
        }
        guard rest.allSatisfy({ $0 == 0 }) else { throw VaultError.refused }
    }

    private static func put(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, byteCount: Int) throws -> Int {
        try take(byteCount, of: &rest).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func take(_ count: Int, of rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw VaultError.refused }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
