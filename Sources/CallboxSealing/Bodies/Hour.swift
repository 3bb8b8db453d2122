package import CallboxProgram

/// Coarse time: whole hours since 1970-01-01T00:00:00Z. Bodies carry nothing finer, so that they tell little of when somebody was awake.
package struct Hour: Hashable, Comparable, Sendable, Codable {
    /// Hours since 1970.
    package let number: UInt32

    /// The hour so many hours after the start of 1970.
    package init(_ number: UInt32) { self.number = number }

    /// The hour that an instant falls in.
    package init(of instant: Instant) { number = UInt32(clamping: instant.seconds / 3_600) }

    /// Reads the integer.
    package init(from decoder: any Decoder) throws { number = try UInt32(from: decoder) }
    /// Writes the integer.
    package func encode(to encoder: any Encoder) throws { try number.encode(to: encoder) }

    /// The UTC day that the hour belongs to.
    package var day: Day { Day(number / 24) }

    /// Earlier than.
    package static func < (left: Hour, right: Hour) -> Bool { left.number < right.number }
}
