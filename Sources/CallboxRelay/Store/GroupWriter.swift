internal import CallboxWire
internal import GRDB
internal import Synchronization

/// Commits changes in groups: while one group is being synced, the next one forms, and whoever waits is answered after the
/// commit that has its change. There is no timer: what came during the last commit is the next group.
final class GroupWriter: Sendable {
    /// What a change does to the room on the disk: when there is none, what makes room still goes on.
    enum Need: Sendable {
        case room
        case makesRoom
    }

    /// What happens to a change: its own work, and how its caller hears of it.
    private struct Change: Sendable {
        let need: Need
        let work: @Sendable (Database) throws -> @Sendable () -> Void
        let refuse: @Sendable (Problem) -> Void
    }

    private struct State {
        var waiting: [Change] = []
        var isRunning = false
        var commits = 0
        var hasFailed = false
    }

    /// How many changes wait at most: more are told that the relay is busy.
    static let waitingLimit = 4_096
    /// How many bytes a change takes in the log, about: a cell, and the pages that lead to it.
    private static let byteCountOfChange = 16_384
    /// How many groups are committed before somebody else has the connection.
    private static let groupsInARow = 8
    /// How many changes one commit takes at most.
    static let groupLimit = 256

    private let pool: DatabasePool
    private let ballast: Ballast
    private let report: @Sendable (StoreEvent) -> Void
    private let state = Mutex(State())

    init(_ pool: DatabasePool, ballast: Ballast, report: @escaping @Sendable (StoreEvent) -> Void) {
        self.pool = pool
        self.ballast = ballast
        self.report = report
    }

    /// Makes a change in the next group. The body decides before it writes, and writes nothing when it answers with a problem.
    func write<R: Sendable>(
        _ need: Need, _ body: @escaping @Sendable (Database) throws -> Result<R, Problem>
    ) async throws(Problem) -> R {
        let result: Result<R, Problem> = await withCheckedContinuation { continuation in
            let change = Change(need: need) { db in
                let outcome = try body(db)
                if Plant.acknowledgesBeforeCommit { continuation.resume(returning: outcome) }
                return { if !Plant.acknowledgesBeforeCommit { continuation.resume(returning: outcome) } }
            } refuse: { problem in
                if !Plant.acknowledgesBeforeCommit { continuation.resume(returning: .failure(problem)) }
            }
            enqueue(change)
        }
        return try result.get()
    }

    /// How many groups were committed so far.
    var commits: Int { state.withLock { $0.commits } }

    /// How many changes wait for the next group.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func enqueue(_ change: Change) {
        if change.need == .room && !ballast.hasRoom {
            if ballast.isNews() { report(.diskFull) }
            return change.refuse(.diskFull)
        }
        let (refusal, starts) = state.withLock { state -> (Problem?, Bool) in
            if state.hasFailed { return (.uncertain, false) }
            if state.waiting.count >= Self.waitingLimit { return (.busy, false) }
            state.waiting.append(change)
            defer { state.isRunning = true }
            return (nil, !state.isRunning)
        }
        if let refusal { return change.refuse(refusal) }
        if starts { schedule() }
    }

    private func schedule() { pool.asyncWriteWithoutTransaction { db in self.drain(db) } }

    /// Commits a few groups and queues up again behind whoever else wants the connection: the log must be cut off also under load.
    private func drain(_ db: Database) {
        for _ in 0..<Self.groupsInARow {
            guard let group = nextGroup() else { return }
            commit(group, db)
        }
        schedule()
    }

    private func nextGroup() -> [Change]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let group = Array(state.waiting.prefix(Self.groupLimit))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ whole: [Change], _ db: Database) {
        // The rest of a group that was taken apart before its first one failed.
        if state.withLock({ $0.hasFailed }) { return whole.forEach { $0.refuse(.uncertain) } }
        let growing = whole.count { $0.need == .room }
        let hasRoom = growing == 0 || ballast.allows(growing * Self.byteCountOfChange)
        if !hasRoom {
            if ballast.isNews() { report(.diskFull) }
            whole.filter { $0.need == .room }.forEach { $0.refuse(.diskFull) }
        }
        let group = hasRoom ? whole : whole.filter { $0.need == .makesRoom }
        guard !group.isEmpty else { return }
        do {
            try attempt(group, db)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            makeDo(with: group, db)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // An operator's command has the database for longer than anybody waits: nothing was begun.
            group.forEach { $0.refuse(.busy) }
        } catch  where Self.isOfOneChange(error) {
            // One change cannot be made, for a reason of its own: the others must not suffer for it.
            guard group.count == 1 else { return group.forEach { commit([$0], db) } }
            report(Self.isDamage(error) ? .damage : .refusedByDatabase)
            group.forEach { $0.refuse(.uncertain) }
        } catch {
            fail(group, error)
        }
    }

    private func attempt(_ group: [Change], _ db: Database) throws {
        var answers: [@Sendable () -> Void] = []
        answers.reserveCapacity(group.count)
        let start = ContinuousClock.now
        try db.inTransaction(.immediate) {
            for change in group { answers.append(try change.work(db)) }
            return .commit
        }
        state.withLock { $0.commits &+= 1 }
        report(.committed(changes: group.count, in: ContinuousClock.now - start))
        for answer in answers { answer() }
    }

    /// The disk is full: whoever needs room is told so. What makes room is done, with what the log gives back when it is copied
    /// and cut off, and if that is not enough with the room kept for it.
    private func makeDo(with group: [Change], _ db: Database) {
        ballast.ranShort()
        if ballast.isNews() { report(.diskFull) }
        for change in group where change.need == .room { change.refuse(.diskFull) }
        let others = group.filter { $0.need == .makesRoom }
        guard !others.isEmpty else { return }
        for makeRoom in [{}, ballast.release] {
            do {
                makeRoom()
                _ = try? db.checkpoint(.truncate)
                return try attempt(others, db)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
                continue
            } catch  where Self.isOfOneChange(error) {
                return others.forEach { commit([$0], db) }
            } catch {
                return fail(others, error)
            }
        }
        others.forEach { $0.refuse(.diskFull) }
    }

    /// The disk failed. Nobody can say what of it is there, so nothing more is promised: the process is to end.
    private func fail(_ group: [Change], _ error: any Error) {
        let rest = state.withLock { state in
            state.hasFailed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for change in group + rest { change.refuse(.uncertain) }
        report(.failed((error as? DatabaseError).map { Int($0.extendedResultCode.rawValue) } ?? -1))
    }

    /// Whether an error speaks of one change, or of the rows that it touches, and not of the disk.
    private static func isOfOneChange(_ error: any Error) -> Bool {
        let codes: [ResultCode] = [
            .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_ERROR,
        ]
        return isDamage(error) || (error as? DatabaseError).map { codes.contains($0.resultCode) } ?? false
    }

    /// Whether an error says that bits have turned or cannot be read: what they stood for is left alone, everything else goes on.
    private static func isDamage(_ error: any Error) -> Bool {
        StoreEvent(reading: error) == .damage
    }
}

/// What a store has to say, in numbers only.
package enum StoreEvent: Hashable, Sendable {
    /// A group is on the disk.
    case committed(changes: Int, in: Duration)
    /// There was no room.
    case diskFull
    /// One change could not be made, for a reason of its own: a fault of this program.
    case refusedByDatabase
    /// A row does not match its check: it is kept and not served.
    case damage
    /// Cells went because nobody collected them.
    case expired(cells: Int, mailboxes: Int)
    /// The disk failed for good; SQLite's extended result code. The process must end.
    case failed(Int)

    /// What an error in reading means; nil for one that means nothing for the store. A sector that cannot be read leaves no doubt
    /// about what was answered, so it is damage and no end.
    init?(reading error: any Error) {
        guard let error = error as? DatabaseError else {
            guard error is RowDamage else { return nil }
            self = .damage
            return
        }
        switch (error.resultCode, error.extendedResultCode) {
        case (.SQLITE_CORRUPT, _), (.SQLITE_NOTADB, _), (_, .SQLITE_IOERR_READ), (_, .SQLITE_IOERR_SHORT_READ):
            self = .damage
        case (.SQLITE_IOERR, _): self = .failed(Int(error.extendedResultCode.rawValue))
        default: return nil
        }
    }
}
