internal import Dispatch
internal import CallboxProgram
internal import CallboxWire
internal import Synchronization

/// Reads documents one at a time, on a thread of its own. The largest takes seconds of a processor, and what
/// else there is to read does not wait for it.
final class DocumentQueue: Sendable {
    private let queue = DispatchQueue(label: "callbox.documents")
    private let limit: Int
    private let waiting = Mutex(0)

    /// A queue with room for so many.
    init(limit: Int = 16) { self.limit = limit }

    /// Runs the work when its turn comes.
    /// - Throws: what the work does, as the problem that it is; `busy` when too many wait.
    func run<R: Sendable>(
        _ work: @escaping @Sendable () throws(ProgramError) -> R
    ) async throws(Problem) -> R {
        guard enter() else { throw .busy }
        defer { waiting.withLock { $0 -= 1 } }
        let result: Result<R, ProgramError> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: work)) }
        }
        return try result.mapError(\.problem).get()
    }

    private func enter() -> Bool {
        waiting.withLock { waiting in
            guard waiting < limit else { return false }
            waiting += 1
            return true
        }
    }
}
