package import CallboxClient
internal import CallboxCrypto
internal import Synchronization
internal import CallboxTesting

/// A store in memory that fails as a disk and a process do, at the change that a test names.
package final class MemoryStore: RecordStore {
    /// What happens at a change.
    package enum Fault: Equatable, Sendable {
        /// It fails, and nothing was changed.
        case failAndForget
        /// It fails, and all was changed all the same.
        case failYetKeep
        /// The process dies before anything is stored.
        case crashBefore
        /// The process dies after it was stored.
        case crashAfter
    }

    /// Why the store did not do it.
    package enum Failure: Error, Equatable, Sendable {
        /// The disk failed.
        case disk
        /// The process is dead: nothing more is read or changed until `restart`.
        case dead
    }

    private struct State {
        var records = Records()
        var changes = 0
        var faults: [Int: Fault] = [:]
        var isDead = false
    }

    /// Seals keys inside the records.
    package let key: StateKey
    private let state = Mutex(State())

    /// An empty store; the same seed has the same key.
    package init(seed: UInt64 = 1) {
        var random = SeededRandom(seed: seed)
        key = StateKey(Secret(random: 32, from: &random))
    }

    /// How many changes were tried so far.
    package var changes: Int { state.withLock(\.changes) }
    /// What is stored.
    package var records: Records { state.withLock(\.records) }

    /// Has a fault happen at the change of this number, from 1 on.
    package func plan(_ fault: Fault, at change: Int) { state.withLock { $0.faults[change] = fault } }
    /// Nothing goes wrong any more.
    package func forgetFaults() { state.withLock { $0.faults = [:] } }
    /// The process dies here and now.
    package func die() { state.withLock { $0.isDead = true } }
    /// Whether the process is dead.
    package var isDead: Bool { state.withLock(\.isDead) }
    /// A new process begins with what was stored.
    package func restart() { state.withLock { $0.isDead = false } }
    /// Puts an old copy of the records in the place of the new ones.
    package func restore(_ records: Records) { state.withLock { $0.records = records } }

    /// Looks at the newest records.
    package func read<Result>(_ body: (Records) throws -> Result) throws -> Result {
        let records = try state.withLock { state in
            guard !state.isDead else { throw Failure.dead }
            return state.records
        }
        return try body(records)
    }

    /// Changes the records, unless something goes wrong.
    package func change<Result>(_ body: (inout Records) throws -> Result) throws -> Result {
        try state.withLock { state in
            guard !state.isDead else { throw Failure.dead }
            state.changes += 1
            var records = state.records
            let result = try body(&records)
            switch state.faults[state.changes] {
            case .failAndForget: throw Failure.disk
            case .failYetKeep:
                state.records = records
                throw Failure.disk
            case .crashBefore:
                state.isDead = true
                throw Failure.dead
            case .crashAfter:
                state.records = records
                state.isDead = true
                throw Failure.dead
            case nil:
                state.records = records
                return result
            }
        }
    }
}
