package import CallboxCrypto

/// Writes a value's bytes front to back, in the one encoding that `ByteReader` reads.
package struct ByteWriter {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// An empty value, with room for `capacity` bytes.
    package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends raw bytes of a length that both sides know.
    package mutating func put(_ raw: [UInt8]) { bytes += raw }

    /// Appends a label.
    package mutating func put(_ label: StaticString) { bytes += label.bytes }

    /// Appends a big-endian integer.
    package mutating func put<I: FixedWidthInteger & UnsignedInteger>(_ integer: I) {
        for shift in stride(from: I.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: integer >> I(shift)))
        }
    }

    /// Appends a value of a fixed length.
    package mutating func put(_ value: some FixedBytes) { bytes += value.bytes }

    /// Appends a field with its two-byte length in front.
    /// - Throws: `length` when it is longer than 65,535 bytes.
    package mutating func putField(_ field: [UInt8]) throws(WireError) {
        guard let count = UInt16(exactly: field.count) else { throw .length }
        put(count)
        put(field)
    }

    /// Appends a field with a variable-size length in front (RFC 9000 section 16, in the shortest form).
    /// - Throws: `length` when it is longer than 16,383 bytes: no message of ours is.
    package mutating func putVariableField(_ field: [UInt8]) throws(WireError) {
        switch VariableLength.followingByteCount(UInt64(field.count)) {
        case 0: put(UInt8(field.count))
        case 1: put(UInt16(field.count) | 0x4000)
        default: throw .length
        }
        put(field)
    }
}

/// The variable-size length of RFC 9000 section 16: its first two bits say how many bytes follow the first.
enum VariableLength {
    /// How many bytes follow the first one in the shortest form of a length: 0, 1, 3 or 7.
    static func followingByteCount(_ length: UInt64) -> Int {
        switch length {
        case 0..<(1 << 6): 0
        case 0..<(1 << 14): 1
        case 0..<(1 << 30): 3
        default: 7
        }
    }
}
