package import CallboxCrypto

/// The bytes of a hexadecimal test vector; white space between the digits is skipped. Stops the test at anything else.
package func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.map { digit in
        guard let value = digit.hexDigitValue else { preconditionFailure("\(digit) is no hexadecimal digit") }
        return UInt8(value)
    }
    precondition(digits.count.isMultiple(of: 2), "a byte has two digits")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension Secret {
    /// A secret of a test vector, which never was one.
    package init(hex text: String) { self.init(copying: hex(text).span) }

    /// The secret as public bytes, to hold it against a vector. For tests only: this copy is wiped nowhere.
    package borrowing func revealedToATest() -> [UInt8] {
        withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
}
