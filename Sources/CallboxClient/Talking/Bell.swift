internal import Synchronization

/// Wakes whoever waits for something to do. A ring between looking and waiting is not lost: one waits for a ring after a number.
final class Bell: Sendable {
    private struct State {
        var rings = 0
        var next = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// How often it has rung.
    var rings: Int { state.withLock(\.rings) }

    /// Rings.
    func ring() {
        let waiters = state.withLock { state in
            state.rings += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for a ring after `rings`, or until so many seconds have passed by the clock.
    /// - Throws: `CancellationError`.
    func wait(after rings: Int, orSeconds seconds: Double, by clock: any ClientClock) async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: rings) }
            group.addTask { try? await clock.sleep(seconds: seconds) }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func wait(after rings: Int) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let isOver = state.withLock { state in
                    if state.cancelled.remove(id) != nil || state.rings > rings { return true }
                    state.waiters[id] = wake
                    return false
                }
                if isOver { wake.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume()
        }
    }
}

/// So many at a time.
final class Permits: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var waiters: [(id: Int, wake: CheckedContinuation<Bool, Never>)] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// For so many.
    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Does something when there is room.
    /// - Throws: `CancellationError`, or what `body` throws.
    func with<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await take()
        defer { give() }
        return try await body()
    }

    private func take() async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        let hasOne = await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append((id, wake))
                    return nil
                }
                if let answer { wake.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: place).wake
            }
            waiter?.resume(returning: false)
        }
        guard hasOne else { throw CancellationError() }
    }

    private func give() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiters.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiters.removeFirst().wake
        }
        next?.resume(returning: true)
    }
}
