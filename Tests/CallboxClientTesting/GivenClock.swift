import CallboxClient
package import CallboxProgram
internal import Synchronization
internal import CallboxTesting

/// A clock that goes only when a test says so. Who sleeps by it wakes when it has been moved far enough.
package final class GivenClock: ClientClock {
    private struct Sleeper {
        let due: UInt64
        let wake: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let wake: CheckedContinuation<Void, Never>
    }

    private struct State {
        var milliseconds: UInt64
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [Watcher] = []
    }

    private let state: Mutex<State>

    /// A clock that stands at this time.
    package init(_ now: Instant = SampleProgram.now) { state = Mutex(State(milliseconds: now.seconds * 1_000)) }

    /// The time that it was set to.
    package var now: Instant { Instant(seconds: state.withLock(\.milliseconds) / 1_000) }

    /// How many sleep by it.
    package var sleepers: Int { state.withLock(\.sleepers.count) }

    /// Moves it on, and wakes whoever has slept long enough.
    package func advance(seconds: UInt64) {
        let due = state.withLock { state in
            state.milliseconds += seconds * 1_000
            let due = state.sleepers.filter { $0.value.due <= state.milliseconds }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }
        }
        for (_, sleeper) in due { sleeper.wake.resume() }
    }

    /// Sets it, also back. Nobody wakes.
    package func set(_ now: Instant) { state.withLock { $0.milliseconds = now.seconds * 1_000 } }

    /// Waits until so many sleep by it.
    package func untilAsleep(_ count: Int) async {
        await withCheckedContinuation { wake in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, wake: wake))
                return false
            }
            if isThere { wake.resume() }
        }
    }

    /// Sleeps until the clock has been moved on so far.
    package func sleep(seconds: Double) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
                let (isOver, watchers) = state.withLock { state in
                    if state.cancelled.remove(id) != nil || Task.isCancelled { return (true, [Watcher]()) }
                    state.sleepers[id] = Sleeper(
                        due: state.milliseconds + UInt64(max(0, seconds) * 1_000), wake: wake)
                    let ready = state.watchers.filter { $0.count <= state.sleepers.count }
                    state.watchers.removeAll { $0.count <= state.sleepers.count }
                    return (false, ready)
                }
                if isOver { wake.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.wake.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }
}
