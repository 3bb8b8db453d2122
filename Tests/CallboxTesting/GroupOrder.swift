/// The order of the prime-order groups of Curve25519, 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 9496,
/// section 4; RFC 8032, section 5.1): what tests add to a scalar to write the same scalar in another way.
package enum GroupOrder {
    /// The order, 32 bytes.
    package static let bytes = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

    /// A number of 32 bytes plus the order; the sum must fit.
    package static func added(to number: [UInt8]) -> [UInt8] {
        var carry = 0
        let sum = zip(number, bytes).map { left, right in
            carry += Int(left) + Int(right)
            defer { carry >>= 8 }
            return UInt8(carry & 0xff)
        }
        precondition(carry == 0, "the sum has 32 bytes")
        return sum
    }
}
