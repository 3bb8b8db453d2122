/// The time in which a day's sheet counts: the UTC day, two hours before it and two after, so that neither a clock that is a
/// little off nor midnight between fetching and writing leaves anybody without a sheet.
package struct SheetWindow: Hashable, Sendable {
    /// `not before`: the first instant.
    package let opens: Instant
    /// `not after`: the last instant.
    package let closes: Instant

    /// How far the window reaches beyond the day on either side, in seconds: two hours.
    package static let grace = 2 * Seconds.hour

    /// The window of a day.
    package init(_ day: Day) {
        opens = day.start.earlier(by: Self.grace)
        closes = day.end.later(by: Self.grace)
    }

    /// Whether it is open.
    package func contains(_ now: Instant) -> Bool { opens <= now && now <= closes }
}
