package import CallboxProgram

/// What a machine says of the time at one moment.
package struct ClockReading: Hashable, Sendable {
    /// Seconds since 1970, as the machine believes: it may jump.
    package let wall: UInt64
    /// Names the run of the machine since it was switched on.
    package let boot: String
    /// Seconds since it was switched on: never jumps.
    package let uptime: UInt64

    /// A reading.
    package init(wall: UInt64, boot: String, uptime: UInt64) {
        self.wall = wall
        self.boot = boot
        self.uptime = uptime
    }

    /// The UTC day that the machine believes it is.
    package var day: Day { Day(of: Instant(seconds: wall)) }
}

/// The relay's own reckoning of time, by which cells expire. It goes as the machine runs, so that a clock which is set
/// wrong, by a fault or on purpose, erases nothing early and keeps nothing for ever. While the machine is off it goes on by a
/// day at most: what was waiting then waits a little longer.
package struct RelayTime: Hashable, Sendable {
    /// Seconds since 1970, by this reckoning.
    package private(set) var seconds: UInt64
    /// The run of the machine that the last reading was of.
    package private(set) var boot: String
    /// The uptime at the last reading.
    package private(set) var uptime: UInt64

    /// How much a time without power counts at most, in seconds.
    static let longestOff: UInt64 = 86_400

    /// The reckoning of a new relay: it believes the machine once.
    package init(first reading: ClockReading) {
        self.init(seconds: reading.wall, boot: reading.boot, uptime: reading.uptime)
    }

    /// The reckoning as it was stored.
    package init(seconds: UInt64, boot: String, uptime: UInt64) {
        self.seconds = seconds
        self.boot = boot
        self.uptime = uptime
    }

    /// Goes on to a reading.
    package mutating func advance(to reading: ClockReading) {
        let passed: UInt64
        if reading.boot == boot {
            passed = reading.uptime > uptime ? reading.uptime - uptime : 0
        } else {
            let off = reading.wall > seconds ? reading.wall - seconds : 0
            passed = min(off, Self.longestOff)
        }
        let (sum, overflow) = seconds.addingReportingOverflow(passed)
        seconds = overflow ? .max : sum
        if reading.boot != boot || reading.uptime > uptime { (boot, uptime) = (reading.boot, reading.uptime) }
    }

    /// The day by this reckoning.
    package var day: Day { Day(of: Instant(seconds: seconds)) }
}
