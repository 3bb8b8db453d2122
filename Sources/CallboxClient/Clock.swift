package import CallboxProgram

/// The time, given from above so that tests have their own.
package protocol ClientClock: Sendable {
    /// Now, by this machine's clock.
    var now: Instant { get }
    /// Waits. - Throws: `CancellationError`.
    func sleep(seconds: Double) async throws
}
