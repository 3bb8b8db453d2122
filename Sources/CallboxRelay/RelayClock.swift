package import CallboxProgram
internal import FoundationEssentials
internal import Synchronization

/// Where the time comes from.
package protocol RelayClock: Sendable {
    /// Seconds since 1970, as the machine believes.
    func wall() -> UInt64
    /// Seconds since some moment: never goes back.
    func running() -> Double
    /// Everything that the machine says of the time.
    func reading() -> ClockReading
}

/// The machine's own clocks. Linux: the uptime counts sleep, and no setting of the clock changes it.
package struct SystemClock: RelayClock {
    private let boot: String
    private let start = ContinuousClock.now

    /// The clocks of this machine.
    package init() {
        boot = Self.text("/proc/sys/kernel/random/boot_id") ?? ""
    }

    /// Seconds since 1970.
    package func wall() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970)) }

    /// Seconds since this value was made.
    package func running() -> Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Wall time, boot and uptime.
    package func reading() -> ClockReading {
        let uptime = Self.text(Self.uptimePath)?.split(separator: ".").first.flatMap { UInt64($0) }
        return ClockReading(wall: wall(), boot: boot, uptime: uptime ?? 0)
    }

    /// In a debug build a test may give a file in place of the kernel's, so that days pass in a second.
    private static let uptimePath: String = {
        #if DEBUG
            ProcessInfo.processInfo.environment["CALLBOXD_TEST_UPTIME"] ?? "/proc/uptime"
        #else
            "/proc/uptime"
        #endif
    }()

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self) }
            .map { String($0.prefix { !$0.isNewline }) }
    }
}

/// The relay's two times: the machine's, by which signatures and stamps are judged, and its own reckoning, by which
/// things go.
package final class TimeKeeper: Sendable {
    /// The machine's clocks.
    package let clock: any RelayClock
    private let time: Mutex<RelayTime>

    /// Goes on from a stored reckoning, or begins one.
    package init(_ clock: any RelayClock, stored: RelayTime?) {
        self.clock = clock
        var time = stored ?? RelayTime(first: clock.reading())
        time.advance(to: clock.reading())
        self.time = Mutex(time)
    }

    /// Reads the clocks.
    package func advance() -> RelayTime {
        let reading = clock.reading()
        return time.withLock { time in
            if Plant.believesWall { time = RelayTime(first: reading) }
            time.advance(to: reading)
            return time
        }
    }

    /// The day by the relay's own reckoning, as of the last reading.
    package var today: Day { time.withLock { $0.day } }

    /// The day as the machine believes.
    package var calendarDay: Day { Day(of: Instant(seconds: clock.wall())) }
}

/// The machine's clock has not been set.
package struct ClockUnset: Error, CustomStringConvertible {
    /// A sentence for the terminal.
    package var description: String {
        "The clock stands before this software was written: set it. Nothing was changed."
    }
}
