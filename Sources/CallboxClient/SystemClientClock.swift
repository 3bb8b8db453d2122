package import CallboxProgram
internal import FoundationEssentials

/// This machine's clock.
package struct SystemClientClock: ClientClock {
    /// The clock.
    package init() {}

    /// Now.
    package var now: Instant { Instant(seconds: UInt64(max(0, Date.now.timeIntervalSince1970))) }

    /// Waits. - Throws: `CancellationError`.
    package func sleep(seconds: Double) async throws {
        try await Task.sleep(for: .milliseconds(Int64(max(0, seconds) * 1_000)))
    }
}
