internal import CallboxCrypto
internal import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

/// An operator's way into a relay's database, also while the relay serves: to count, check, copy, and allow programs.
package struct OperatorDesk {
    private let queue: DatabaseQueue
    private let path: String

    /// Opens the database of a state folder.
    /// - Throws: `SettingsError.noState` without one, `file` when it cannot be opened.
    package init(_ state: StateFolder) throws(SettingsError) {
        // Only while no relay has the folder: what one writes at this moment is not whole either.
        if let lock = try? StoreLock.take(state.path, patience: 0) {
            _ = try? DamagedLog.setAside(state.database)
            try? lock.close()
        }
        try self.init(database: state.database, orElse: .noState(state.path))
    }

    /// Opens a copy that `backup` made.
    /// - Throws: `SettingsError.file`.
    package init(copy path: String) throws(SettingsError) { try self.init(database: path, orElse: .file(path)) }

    private init(database path: String, orElse missing: SettingsError) throws(SettingsError) {
        guard FileManager.default.fileExists(atPath: path) else { throw missing }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA secure_delete = ON")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        self.path = path
        do { queue = try DatabaseQueue(path: path, configuration: configuration) } catch { throw .file(path) }
    }

    /// What the relay holds, in numbers.
    package func counts() throws -> StoreCounts {
        try queue.read { db in try SQLiteStore.counts(db, path: path) }
    }

    /// The relay's own reckoning of time in seconds since 1970, as last stored; nil before the first start.
    package func reckonedSeconds() throws -> Int64? {
        try queue.read { db in try Int64.fetchOne(db, sql: "SELECT seconds FROM reckoning") }
    }

    /// What is wrong in the database, in plain words; empty when everything is as it should be.
    package func damage() throws -> [String] {
        try queue.read { db in
            let structure = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
            return structure.map { "The database file is damaged: SQLite says \($0)." }
                + (try Self.damagedRows(db))
        }
    }

    /// Copies the database into a new file, as it is at this moment.
    package func copy(to path: String) throws {
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        }
    }

    private static func damagedRows(_ db: Database) throws -> [String] {
        var mailboxes = 0
        for row in try Row.fetchAll(db, sql: "SELECT address, kind, expires, guard FROM mailbox") {
            guard let address = try? MailboxAddress([UInt8](row[0] as Data)),
                let expires = UInt32(exactly: row[2] as Int64),
                row[3] as Int64 == RowCheck.mailbox(address, kind: row[1], expires: Day(expires))
            else {
                mailboxes += 1
                continue
            }
        }
        var cells = 0
        let rows = try Row.fetchCursor(db, sql: "SELECT \(CellRow.columns), bytes FROM cell")
        while let row = try rows.next() {
            guard let cell = CellRow(row), let bytes = try? Cell([UInt8](row[7] as Data)), bytes.id == cell.name else {
                cells += 1
                continue
            }
        }
        let miscounted = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM mailbox
                WHERE waiting <> (SELECT count(*) FROM cell WHERE cell.mailbox = mailbox.id AND lane = 0)
                OR worked <> (SELECT count(*) FROM cell WHERE cell.mailbox = mailbox.id AND lane = 1)
                """)
        return [
            (miscounted ?? 0) > 0 ? "\(miscounted ?? 0) mailboxes have another count than cells." : nil,
            mailboxes > 0 ? "\(mailboxes) mailboxes do not match their check: they are kept, and not served." : nil,
            cells > 0 ? "\(cells) cells do not match their check: they are kept, and not served." : nil,
        ].compactMap { $0 }
    }
}

// MARK: - Allowed programs

extension OperatorDesk {
    /// Allows a program by the digest of its root. Returns whether it was not allowed before.
    package func allow(_ root: HumanDigest) throws -> Bool {
        try queue.write { db in try AllowedRoots.allow(root, db) }
    }

    /// Takes that back; a program that is here stays. Returns whether it was allowed.
    package func disallow(_ root: HumanDigest) throws -> Bool {
        try queue.write { db in try AllowedRoots.disallow(root, db) }
    }

    /// What is allowed.
    package func allowed() throws -> [HumanDigest] {
        try queue.read { db in try AllowedRoots.all(db) }
    }
}
