package import CallboxWire
package import GRDB

/// What keeps the store small, honest and forgetful.
extension SQLiteStore {
    /// Copies what the log has into the database, on a connection of its own, while commits go on; then the little that came in
    /// between, so that the next commit writes over the log from its beginning: a log that does not grow is cheaper to sync.
    package func copyLog() async throws {
        guard !Plant.keepsLog else { return }
        try await checkpointer.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
        _ = try await endLog("RESTART")
    }

    /// Ends the log in one of SQLite's ways, unless a reader is in the way: commits do not wait for an operator's backup.
    private func endLog(_ way: String) async throws -> Bool {
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA busy_timeout = 0")
            defer { try? db.execute(sql: "PRAGMA busy_timeout = 5000") }
            return try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(\(way))")?[0] == 0
        }
    }

    /// How many groups were committed since the store was opened.
    package var commits: Int { writer.commits }

    /// Copies the rest and cuts the log off: after this, what was erased is nowhere. Returns whether it could: a reader may
    /// have been in the way.
    package func cutLog() async throws -> Bool {
        guard !Plant.keepsLog else { return true }
        try await checkpointer.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
        return try await endLog("TRUNCATE")
    }

    /// Gives free pages back to the file system.
    package func shrink() async throws(Problem) {
        try await relieve { db -> Result<Void, Problem> in
            _ = try Row.fetchAll(db, sql: "PRAGMA incremental_vacuum(1024)")
            return .success(())
        }
    }

    /// The size of the log in bytes.
    package var logByteCount: Int { Disk.byteCount(of: path + "-wal") }

    package func checkDisk() async throws(Problem) {
        try await relieve { db -> Result<Void, Problem> in
            try db.run("INSERT INTO touch VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET number = number + 1", [])
            return .success(())
        }
    }

    package func counts() async throws(Problem) -> StoreCounts {
        let path = path
        return try await read { db in .success(try Self.counts(db, path: path)) }
    }

    /// The counts of a database that may be another process's.
    package static func counts(_ db: Database, path: String) throws -> StoreCounts {
        var counts = StoreCounts()
        func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
        counts.sessionMailboxes = try count("SELECT count(*) FROM mailbox WHERE kind = 1")
        counts.intakeMailboxes = try count("SELECT count(*) FROM mailbox WHERE kind = 2")
        counts.cells = try count("SELECT count(*) FROM cell")
        counts.spentTokens = try count("SELECT count(*) FROM spent")
        counts.recognised = try count("SELECT count(*) FROM seen")
        counts.programs = try count("SELECT count(DISTINCT program) FROM root")
        for table in ["root", "program_document", "freshness", "bulletin"] {
            counts.documents += try count("SELECT count(*) FROM \(table)")
        }
        counts.sheets = try count("SELECT count(*) FROM sheet")
        counts.codeHashes = try count("SELECT count(*) FROM code")
        counts.batches = try count("SELECT count(*) FROM batch")
        counts.bytes = Disk.byteCount(of: path) + Disk.byteCount(of: path + "-wal")
        return counts
    }

    /// Copies the store into a new file while it goes on.
    /// - Throws: what SQLite says, above all when the file is there already.
    package func backup(to path: String) async throws {
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }

    /// The reckoning of time as it was stored; nil in a new store.
    package func storedTime() async throws(Problem) -> RelayTime? {
        try await read { db in
            let row = try db.first("SELECT seconds, boot, uptime FROM reckoning", [])
            return .success(
                row.map {
                    RelayTime(
                        seconds: UInt64(clamping: $0[0] as Int64), boot: $0[1],
                        uptime: UInt64(clamping: $0[2] as Int64))
                })
        }
    }

    /// Stores the reckoning of time.
    package func store(_ time: RelayTime) async throws(Problem) {
        try await relieve { db -> Result<Void, Problem> in
            try db.run(
                """
                INSERT INTO reckoning VALUES (1, ?, ?, ?) ON CONFLICT (one)
                DO UPDATE SET seconds = excluded.seconds, boot = excluded.boot, uptime = excluded.uptime
                """, [Int64(clamping: time.seconds), time.boot, Int64(clamping: time.uptime)])
            return .success(())
        }
    }
}
