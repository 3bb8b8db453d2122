internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// Values of a draft as a coordinator types them. Each refusal names the value.
enum Field {
    static func line<let limit: Int>(_ text: String, _ what: String) throws -> Line<limit> {
        do { return try Line(text) } catch {
            throw Trouble.unusable(
                "\(text.isEmpty ? "There is nothing in" : "This cannot be") \(what).",
                "It is one line of 1 to \(limit) bytes, without tabs and control characters.")
        }
    }

    static func passage<let limit: Int>(_ text: String, _ what: String) throws -> Passage<limit> {
        do { return try Passage(text) } catch {
            throw Trouble.unusable(
                "\(text.isEmpty ? "There is nothing in" : "This cannot be") \(what).",
                "It is a text of 1 to \(limit) bytes in UTF-8, without control characters.")
        }
    }

    static func day(_ text: String, _ what: String) throws -> Day {
        guard let day = CalendarDay(text) else {
            throw Trouble.unusable("This cannot be \(what).", "Write a day like this: 2027-06-30")
        }
        return day.day
    }

    static func number(_ number: Int, _ range: ClosedRange<Int>, _ what: String) throws -> Int {
        guard range.contains(number) else {
            throw Trouble.unusable(
                "This cannot be \(what).", "It is a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    static func choice<Value: RawRepresentable<String>>(_ text: String, _ words: [Value], _ what: String) throws
        -> Value
    {
        guard let value = Value(rawValue: text) else {
            throw Trouble.unusable(
                "This cannot be \(what).", "It is one of: \(words.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    static func language(_ text: String) throws -> LanguageTag {
        do { return try LanguageTag(text) } catch {
            throw Trouble.unusable("This is no language tag.", "Write a BCP 47 tag, like: en, en-US, es")
        }
    }

    static func list<Value>(_ values: [Value], atMost limit: Int, _ what: String) throws -> [Value] {
        guard values.count <= limit else {
            throw Trouble.unusable("There are too many of \(what).", "At most \(limit) fit.")
        }
        return values
    }

    /// `mon 18:00-06:00`.
    static func onCall(_ text: String) throws -> OnCallHours {
        let parts = text.lowercased().split(separator: " ")
        let hours = parts.last?.split(separator: "-").map { minute($0) } ?? []
        guard parts.count == 2, let weekday = weekdays.firstIndex(of: String(parts[0].prefix(3))), hours.count == 2,
            let start = hours[0], let end = hours[1], start < 1_440,
            let value = try? OnCallHours(
                weekday: UInt8(weekday + 1), start: UInt16(start),
                minutes: UInt16(end > start ? end - start : end + 1_440 - start))
        else {
            throw Trouble.unusable(
                "These are no hours on call.",
                "Write weekday, beginning and end, like: mon 18:00-06:00, or sat 00:00-24:00")
        }
        return value
    }

    /// Hours on call as they are typed.
    static func text(of hours: OnCallHours) -> String {
        let end = (Int(hours.start) + Int(hours.minutes)) % 1_440
        return "\(weekdays[Int(hours.weekday) - 1]) \(time(Int(hours.start)))-\(end == 0 ? "24:00" : time(end))"
    }

    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `HH:MM` as minutes; `24:00` too.
    static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24 || (hour == 24 && minute == 0), minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func time(_ minute: Int) -> String {
        let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(pad(minute / 60)):\(pad(minute % 60))"
    }

    /// A relay's identity key as `callboxd init` prints it.
    static func identity(_ text: String) throws -> VerificationKey {
        do { return try VerificationKey(base64URL: text) } catch {
            throw Trouble.unusable(
                "This is no relay's identity key.", "It has 43 characters; `callboxd init` printed it on the relay.")
        }
    }

    static func address(_ text: String) throws -> RelayURL {
        do { return try RelayURL(text) } catch {
            throw Trouble.unusable(
                "This is no relay's address.",
                "Write https://, a host and if needed a port; http:// only for an onion service or this machine.")
        }
    }

    /// A pin as `callboxd init` prints it; nil for `web` and `none`.
    static func pin(_ text: String, for url: RelayURL) throws -> TLSPin? {
        switch (text, url.isTLS) {
        case ("web", true), ("none", false): return nil
        case (_, true):
            if let bytes = try? CrockfordBase32.decode(text, byteCount: TLSPin.byteCount) {
                return TLSPin(unchecked: bytes)
            }
            throw Trouble.unusable(
                "This is no pin.",
                "It has 52 letters and digits; `callboxd init` printed it on the relay. Or write: web")
        case (_, false):
            throw Trouble.unusable("A relay at an address with http:// has no pin.", "Leave it out.")
        }
    }
}
