internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

extension MemberID {
    /// The id as people see it: 26 symbols.
    var crockford: String { CrockfordBase32.encode(bytes) }
}

extension BodyID {
    /// A name for a record.
    var hexadecimal: String { Self.hexadecimal(bytes) }

    fileprivate static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension RoomID {
    /// A name for a record.
    var hexadecimal: String { BodyID(unchecked: bytes).hexadecimal }
}
