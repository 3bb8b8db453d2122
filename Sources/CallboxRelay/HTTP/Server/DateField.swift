internal import FoundationEssentials
internal import Synchronization

/// The value of `Date` (RFC 9110 section 6.6.1), written once a second. Clients see from it that clocks differ.
final class DateField: Sendable {
    private let written = Mutex<(second: Int64, text: String)>((.min, ""))

    /// The value for now.
    var now: String { text(at: Int64(Date().timeIntervalSince1970.rounded(.down))) }

    /// The value for a second since 1970.
    func text(at second: Int64) -> String {
        written.withLock { written in
            if written.second != second { written = (second, Self.format(second)) }
            return written.text
        }
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// IMF-fixdate. The year begins in March here, so that the odd day stands at the end.
    private static func format(_ second: Int64) -> String {
        let day = max(0, second) / 86_400
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 2 : fromMarch - 10
        let year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)
        let clock = max(0, second) % 86_400
        return "\(days[Int(day % 7)]), \(two(dayOfYear - (153 * fromMarch + 2) / 5 + 1)) \(months[Int(month)]) \(year) "
            + "\(two(clock / 3_600)):\(two(clock / 60 % 60)):\(two(clock % 60)) GMT"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
