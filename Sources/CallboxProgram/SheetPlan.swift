/// Which sheets a member's client publishes, and when it forgets their private halves.
package enum SheetPlan {
    /// How far ahead sheets are published: someone on leave for three weeks stays reachable.
    package static let daysAhead: UInt32 = 21

    /// The days that want a sheet now: today and the 21 after it, without those that have one. A second sheet for a day is
    /// never signed: its first private half may already be in use.
    package static func days(from today: Day, published: Set<Day>) -> [Day] {
        (0...daysAhead).map { today.later(by: $0) }.filter { !published.contains($0) }
    }

    /// When the private halves of a day are erased: a cell that was sealed in the window's last second may lie in the relay
    /// for as long as the relay keeps cells, `retentionDays` from 1 to 90.
    package static func erasure(of day: Day, retentionDays: Int) -> Instant {
        SheetWindow(day).closes.later(by: UInt64(min(max(retentionDays, 1), 90)) * Seconds.day)
    }
}
