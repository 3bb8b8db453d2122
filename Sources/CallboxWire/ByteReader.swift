package import CallboxCrypto

/// Reads a value's bytes front to back: big-endian integers, fixed-width fields, length-prefixed fields. Never traps.
package struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// Reads from the first byte on.
    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Reads a part of a larger value.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes.
    ///
    /// Never inlined: where nobody wants the value, the optimiser of Swift 6.3.1 otherwise has the array freed first and filled then. `skip` passes over bytes.
    /// - Throws: `truncated`.
    @inline(never)
    package mutating func take(_ count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw .truncated }
        defer { position += count }
        return [UInt8](bytes[position..<position + count])
    }

    /// Passes over the next `count` bytes.
    /// - Throws: `truncated`.
    package mutating func skip(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else { throw .truncated }
        position += count
    }

    /// The next big-endian integer.
    /// - Throws: `truncated`.
    package mutating func integer<I: FixedWidthInteger & UnsignedInteger>(
        _ type: I.Type = I.self
    ) throws(WireError) -> I {
        let count = I.bitWidth / 8
        guard count <= remaining else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count].reduce(0) { $0 << 8 | I($1) }
    }

    /// The next value of a fixed length.
    /// - Throws: `truncated`.
    package mutating func value<F: FixedBytes>(_ type: F.Type = F.self) throws(WireError) -> F {
        F(unchecked: try take(F.byteCount))
    }

    /// The next field with a two-byte length in front of it.
    /// - Throws: `truncated`, or `length` when it is longer than `limit`.
    package mutating func field(limit: Int) throws(WireError) -> [UInt8] {
        let count = Int(try integer(UInt16.self))
        guard count <= limit else { throw .length }
        return try take(count)
    }

    /// The next field with a variable-size length in front of it (RFC 9000 section 16, in the shortest form only).
    /// - Throws: `truncated`, `encoding` when the length has a longer form than it needs, or `length` above `limit`.
    package mutating func variableField(limit: Int) throws(WireError) -> [UInt8] {
        let first = try integer(UInt8.self)
        var count = UInt64(first & 0x3F)
        let following = 1 << Int(first >> 6) - 1
        for _ in 0..<following { count = count << 8 | UInt64(try integer(UInt8.self)) }
        guard following == VariableLength.followingByteCount(count) else { throw .encoding }
        guard count <= UInt64(limit) else { throw .length }
        return try take(Int(count))
    }

    /// States that the value ends here.
    /// - Throws: `trailing`.
    package func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailing }
    }
}
