package import CallboxWire
package import GRDB
internal import Synchronization

/// Mailboxes and cells in one SQLite file: the store of a relay that has no other server beside it.
///
/// What is acknowledged to a caller is fsynced (`synchronous=FULL`); what is erased is overwritten (`secure_delete=ON`) and cut off the
/// log (`wal_checkpoint(TRUNCATE)`): only both together leave no bytes behind.
package final class SQLiteStore: Sendable {
    /// The numbers that the rules go by.
    package let limits: RelayLimits
    /// What the store has to say; ends when it is closed.
    package let events: AsyncStream<StoreEvent>

    let writer: GroupWriter
    let pool: DatabasePool
    let ballast: Ballast
    let path: String
    let report: @Sendable (StoreEvent) -> Void
    /// A connection for copying the log, so that commits do not wait for it.
    let checkpointer: DatabaseQueue
    private let lock: DatabaseQueue
    private let continuation: AsyncStream<StoreEvent>.Continuation

    /// Opens the store in a folder, or makes it there. A log that is damaged is set aside as it is, and said to be, before SQLite
    /// leaves out what it cannot read.
    /// - Throws: what SQLite says; `SQLITE_BUSY` when another relay has this folder.
    package init(folder: String, limits: RelayLimits) throws {
        self.limits = limits
        path = folder + "/" + Self.fileName
        let (events, continuation) = AsyncStream.makeStream(
            of: StoreEvent.self, bufferingPolicy: .bufferingNewest(4_096))
        self.events = events
        self.continuation = continuation
        report = { continuation.yield($0) }
        ballast = Ballast(folder: folder)
        let connections: Connections
        do {
            connections = try Connections(folder: folder, path: path, report: report)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw error
        } catch {
            // Opening takes a little room, and SQLite has many words for that: on a full disk what is held is there for this.
            ballast.release()
            connections = try Connections(folder: folder, path: path, report: report)
        }
        (lock, pool, checkpointer) = (connections.lock, connections.pool, connections.checkpointer)
        ballast.hold()
        writer = GroupWriter(pool, ballast: ballast, report: report)
    }

    /// The database's name in its folder.
    package static let fileName = "relay.sqlite"

    /// Makes a change that needs room on the disk, in the next group. Returns when it is on the disk.
    /// - Throws: what the body answers with; `busy`, `disk-full`, `uncertain`.
    package func write<R: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result<R, Problem>
    ) async throws(Problem) -> R {
        try await writer.write(.room, body)
    }

    /// Makes a change that makes room, or takes next to none: it goes on when the disk is full.
    /// - Throws: what the body answers with; `busy`, `disk-full`, `uncertain`.
    package func relieve<R: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result<R, Problem>
    ) async throws(Problem) -> R {
        try await writer.write(.makesRoom, body)
    }

    /// Reads what is on the disk.
    /// - Throws: what the body answers with, `uncertain` when the disk failed.
    package func read<R: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result<R, Problem>
    ) async throws(Problem) -> R {
        let result: Result<R, Problem>
        do {
            result = try await pool.read(body)
        } catch {
            // A caller who went away while this was read is nobody's damage.
            if let event = StoreEvent(reading: error) { report(event) }
            throw .uncertain
        }
        return try result.get()
    }

    /// Ends everything. What was answered is on the disk already.
    package func close() throws {
        try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try checkpointer.close()
        try pool.close()
        try lock.close()
        continuation.finish()
    }
}

/// What a store has open.
private struct Connections {
    let lock: DatabaseQueue
    let pool: DatabasePool
    let checkpointer: DatabaseQueue

    init(folder: String, path: String, report: (StoreEvent) -> Void) throws {
        lock = try StoreLock.take(folder, patience: 2)
        if try DamagedLog.setAside(path) { report(.damage) }
        pool = try DatabasePool(path: path, configuration: Self.configuration)
        try pool.writeWithoutTransaction { db in
            // GRDB sets NORMAL after the configuration was applied, and that loses what was acknowledged.
            try db.execute(sql: "PRAGMA synchronous = \(Plant.isUnsynced ? "NORMAL" : "FULL")")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        }
        try Schema.migrator.migrate(pool)
        checkpointer = try DatabaseQueue(path: path, configuration: Self.configuration)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            if try Int.fetchOne(db, sql: "PRAGMA page_count") == 0 {
                // These two count only before the first table is made.
                try db.execute(sql: "PRAGMA page_size = 4096")
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = -8192")
        }
        return configuration
    }
}
