internal import GRDB

/// A file lock that ends with the process, however that ends: two relays on one folder would each count for itself.
enum StoreLock {
    /// Takes the lock of a folder; it is held until the connection is closed.
    /// - Throws: `SQLITE_BUSY` when somebody has it, and still has it after so many seconds.
    static func take(_ folder: String, patience: Double) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        let lock = try DatabaseQueue(path: folder + "/relay.lock", configuration: configuration)
        try lock.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try db.inTransaction(.exclusive) {
                try db.execute(sql: "CREATE TABLE IF NOT EXISTS held (one INTEGER)")
                return .commit
            }
        }
        return lock
    }
}
