/// A stretch of a week in which a member is on call, in the program's time zone.
package struct OnCallHours: Hashable, Sendable, Codable {
    /// The weekday on which it begins: 1 is Monday, 7 is Sunday (ISO 8601).
    package let weekday: UInt8
    /// The minute of that day at which it begins, 0 to 1,439.
    package let start: UInt16
    /// How many minutes it lasts, 1 to 1,440; it may run into the next day.
    package let minutes: UInt16

    /// A stretch.
    /// - Throws: `field`.
    package init(weekday: UInt8, start: UInt16, minutes: UInt16) throws(ProgramError) {
        guard (1...7).contains(weekday), start < Self.dayMinutes, (1...Self.dayMinutes).contains(minutes) else {
            throw .field
        }
        self.weekday = weekday
        self.start = start
        self.minutes = minutes
    }

    /// Reads the three integers.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            weekday: values.decode(UInt8.self, forKey: .weekday), start: values.decode(UInt16.self, forKey: .start),
            minutes: values.decode(UInt16.self, forKey: .minutes))
    }

    /// Whether it covers that minute (0 to 1,439) of that weekday (1 to 7); over midnight, and over Sunday night too.
    package func covers(weekday: UInt8, minute: UInt16) -> Bool {
        let week = 7 * Int(Self.dayMinutes)
        let begin = (Int(self.weekday) - 1) * Int(Self.dayMinutes) + Int(start)
        let asked = (Int(weekday) - 1) * Int(Self.dayMinutes) + Int(minute)
        return ((asked - begin) % week + week) % week < Int(minutes)
    }

    private static let dayMinutes: UInt16 = 1_440
}
