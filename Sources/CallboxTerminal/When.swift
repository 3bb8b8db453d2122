/// Days and hours in words. Callbox knows no closer time than the hour in which something was said.
package struct When: Sendable {
    /// Now, in seconds since 1970.
    package let now: Int
    /// How far local time is ahead of UTC at a time, in seconds.
    private let secondsEast: @Sendable (Int) -> Int

    /// A clock on the wall.
    package init(now: Int, secondsEast: @escaping @Sendable (Int) -> Int = { _ in 0 }) {
        self.now = now
        self.secondsEast = secondsEast
    }

    /// `today, 7 pm`, `yesterday, noon`, `Nov 3, 11 am`, and with the year in another year.
    package func hour(_ hour: Int) -> String {
        // Hours are by the sender's clock: whatever it says must not make ours overflow.
        let hour = min(max(hour, 0), 1 << 32)
        return "\(day(ofSecond: hour * 3600)), \(time(ofHour: hour))"
    }

    /// `7 pm`
    package func time(ofHour hour: Int) -> String {
        let local = hour * 3600 + secondsEast(hour * 3600)
        let ofDay = Self.divide(local, 86400).rest / 3600
        switch ofDay {
        case 0: return "midnight"
        case 12: return "noon"
        default: return ofDay < 12 ? "\(ofDay) am" : "\(ofDay - 12) pm"
        }
    }

    /// A second's day, as in `hour`.
    package func day(ofSecond second: Int) -> String {
        let day = Self.divide(second + secondsEast(second), 86400).whole
        let today = Self.divide(now + secondsEast(now), 86400).whole
        switch today - day {
        case 0: return "today"
        case 1: return "yesterday"
        case -1: return "tomorrow"
        default:
            let (year, month, ofMonth) = Self.civil(day)
            let text = "\(Self.months[month - 1]) \(ofMonth)"
            return year == Self.civil(today).year ? text : text + ", \(year)"
        }
    }

    /// `2027-01-15`, of days since 1970: as documents and consents have it.
    package static func date(_ day: Int) -> String {
        let (year, month, ofMonth) = civil(day)
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(ofMonth < 10 ? "0" : "")\(ofMonth)"
    }

    /// Today, in days since 1970, by UTC.
    package var today: Int { Self.divide(now, 86400).whole }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func divide(_ number: Int, _ by: Int) -> (whole: Int, rest: Int) {
        let rest = (number % by + by) % by
        return ((number - rest) / by, rest)
    }

    /// Howard Hinnant's `civil_from_days`: years are counted from March, so that the odd day is the last.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let (era, ofEra) = divide(min(max(day, -1_000_000), 10_000_000) + 719_468, 146_097)
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * ofYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
    }
}
