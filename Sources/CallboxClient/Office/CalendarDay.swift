package import CallboxProgram

/// A day as people write it, `2027-06-30`, in UTC: years 1970 to 9999.
package struct CalendarDay: Hashable, Sendable {
    /// The day.
    package let day: Day

    /// A day.
    package init(_ day: Day) { self.day = day }

    /// Reads `YYYY-MM-DD`; nil for anything else, and for a day that is in no calendar.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year >= 1970,
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(Day(UInt32(Self.number(year, month, day))))
        guard self.text == text else { return nil }
    }

    /// The day as it is written.
    package var text: String {
        let (year, month, day) = Self.date(Int(day.number))
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
    }

    // The Gregorian calendar in eras of 400 years that begin on 1 March, so that the day that comes and goes is the last of its year.

    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
        let days = number + 719_468
        let (era, ofEra) = days.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Office {
    /// A time as people write it, `2027-01-15 08:30`, as if in UTC: seconds since 1970; nil for anything else.
    public static func seconds(_ text: String) -> Int? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = CalendarDay(String(parts[0])), let minute = Field.minute(parts[1]),
            minute < 1_440
        else { return nil }
        return Int(day.day.start.seconds) + minute * 60
    }

    /// The UTC day and minute of seconds since 1970, as people write them.
    public static func written(_ seconds: Int) -> String { Instant(seconds: UInt64(max(0, seconds))).written }
}

extension Day {
    /// The day as people write it.
    package var written: String { CalendarDay(self).text }
}

extension Instant {
    /// The UTC day and minute, as people write them: `2027-01-15 08:00`.
    package var written: String {
        let minutes = seconds % 86_400 / 60
        let pad = { (number: UInt64) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(Day(of: self).written) \(pad(minutes / 60)):\(pad(minutes % 60)) UTC"
    }
}
