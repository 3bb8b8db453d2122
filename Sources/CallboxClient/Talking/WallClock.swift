internal import CallboxProgram
internal import CallboxWire
internal import FoundationEssentials

/// What the clocks on the wall say in a place, by the system's time zone files (RFC 8536): on-call hours are given so. FoundationEssentials knows no zone
/// by name.
struct WallClock: Equatable, Sendable {
    /// 1 is Monday, 7 is Sunday.
    let weekday: UInt8
    /// The minute of the day, 0 to 1,439.
    let minute: UInt16

    /// The time in a zone; nil when this system does not know the zone.
    init?(at now: Instant, in zone: String) {
        guard let offset = Self.offset(at: now, in: zone) else { return nil }
        let local = Int64(clamping: now.seconds) + Int64(offset)
        let day = local >= 0 ? local / 86_400 : -1
        let second = local - day * 86_400
        // 1 January 1970 was a Thursday.
        weekday = UInt8((day + 3) % 7 + 1)
        minute = UInt16(second / 60)
    }

    private static func offset(at now: Instant, in zone: String) -> Int32? {
        if zone == "UTC" || zone == "Etc/UTC" { return 0 }
        let parts = zone.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (UInt8(ascii: "0")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                }
                && part.utf8.allSatisfy { $0 != UInt8(ascii: "\\") }
        }
        guard isName, let file = FileManager.default.contents(atPath: "/usr/share/zoneinfo/" + zone) else { return nil }
        return try? offset(at: now, in: [UInt8](file))
    }

    /// The seconds east of Greenwich that a zone's file gives for a time.
    static func offset(at now: Instant, in file: [UInt8]) throws(WireError) -> Int32? {
        var reader = ByteReader(file)
        let first = try Counts(&reader)
        guard first.version >= UInt8(ascii: "2") else { return nil }
        try reader.skip(first.length(ofTime: 4))
        let counts = try Counts(&reader)
        guard counts.types > 0, counts.length(ofTime: 8) <= reader.remaining else { return nil }
        var last = 0
        var isBefore = true
        var place = 0
        for index in 0..<counts.times {
            let time = Int64(bitPattern: try reader.integer(UInt64.self))
            if time <= Int64(clamping: now.seconds) {
                place = index
                isBefore = false
            }
        }
        for index in 0..<counts.times {
            let type = Int(try reader.integer(UInt8.self))
            if index == place, !isBefore { last = type }
        }
        guard last < counts.types else { return nil }
        var offset: Int32?
        for index in 0..<counts.types {
            let seconds = Int32(bitPattern: try reader.integer(UInt32.self))
            try reader.skip(2)
            if index == last { offset = seconds }
        }
        return offset
    }

    private struct Counts {
        let version: UInt8
        let isUTC, isStandard, leaps, times, types, characters: Int

        init(_ reader: inout ByteReader) throws(WireError) {
            guard try reader.take(4) == Array("TZif".utf8) else { throw .field }
            version = try reader.integer()
            try reader.skip(15)
            func count() throws(WireError) -> Int {
                let count = try reader.integer(UInt32.self)
                guard count < 1 << 20 else { throw .length }
                return Int(count)
            }
            isUTC = try count()
            isStandard = try count()
            leaps = try count()
            times = try count()
            types = try count()
            characters = try count()
        }

        func length(ofTime bytes: Int) -> Int {
            times * (bytes + 1) + types * 6 + characters + leaps * (bytes + 4) + isStandard + isUTC
        }
    }
}
