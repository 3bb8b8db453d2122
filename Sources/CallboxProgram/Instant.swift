/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted. A JSON integer in documents.
package struct Instant: Hashable, Comparable, Sendable, Codable {
    /// Seconds since 1970.
    package let seconds: UInt64

    /// The instant so many seconds after the start of 1970.
    package init(seconds: UInt64) { self.seconds = seconds }

    /// Reads the integer.
    package init(from decoder: any Decoder) throws { seconds = try UInt64(from: decoder) }
    /// Writes the integer.
    package func encode(to encoder: any Encoder) throws { try seconds.encode(to: encoder) }

    /// Earlier than.
    package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

    /// The instant so much later; the end of time where that cannot be said.
    package func later(by span: UInt64) -> Instant {
        let (sum, overflow) = seconds.addingReportingOverflow(span)
        return Instant(seconds: overflow ? .max : sum)
    }

    /// The instant so much earlier; the start of 1970 where that cannot be said.
    package func earlier(by span: UInt64) -> Instant {
        Instant(seconds: seconds > span ? seconds - span : 0)
    }
}

/// Lengths of time in seconds, as the rules of the program use them.
enum Seconds {
    static let hour: UInt64 = 3_600
    static let day: UInt64 = 86_400
}

/// A UTC day: days since 1970-01-01. A JSON integer in documents, four bytes in a sheet.
package struct Day: Hashable, Comparable, Sendable, Codable {
    /// Days since 1970-01-01.
    package let number: UInt32

    /// The day so many days after 1970-01-01.
    package init(_ number: UInt32) { self.number = number }

    /// The UTC day that an instant falls on.
    package init(of instant: Instant) { number = UInt32(clamping: instant.seconds / Seconds.day) }

    /// Reads the integer.
    package init(from decoder: any Decoder) throws { number = try UInt32(from: decoder) }
    /// Writes the integer.
    package func encode(to encoder: any Encoder) throws { try number.encode(to: encoder) }

    /// The first instant of the day.
    package var start: Instant { Instant(seconds: UInt64(number) * Seconds.day) }
    /// The first instant after the day.
    package var end: Instant { start.later(by: Seconds.day) }

    /// The day so many days later, at most the last that can be said.
    package func later(by days: UInt32) -> Day { Day(UInt32(clamping: UInt64(number) + UInt64(days))) }

    /// Earlier than.
    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}
