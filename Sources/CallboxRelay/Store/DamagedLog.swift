internal import FoundationEssentials

/// A log that is not whole is kept as it is before SQLite opens it and leaves out what it cannot read: it may be wanted.
package enum DamagedLog {
    /// How many are kept beside each other.
    private static let limit = 8

    /// Where the damaged logs of a database are kept, those that are there.
    package static func paths(of database: String) -> [String] {
        names(database).filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Sets the log of a database aside when it is damaged. Nobody may have the database open. Returns whether there is one now.
    static func setAside(_ database: String) throws -> Bool {
        let there = paths(of: database)
        guard LogScan.verdict(at: database + "-wal") == .damaged,
            let aside = names(database).first(where: { !there.contains($0) })
        else { return !there.isEmpty }
        // Whole under its name, or not there.
        let begun = aside + ".begun"
        try? FileManager.default.removeItem(atPath: begun)
        try FileManager.default.copyItem(atPath: database + "-wal", toPath: begun)
        try FileManager.default.moveItem(atPath: begun, toPath: aside)
        return true
    }

    private static func names(_ database: String) -> [String] {
        (1...limit).map { database + "-wal.damaged" + ($0 == 1 ? "" : ".\($0)") }
    }
}
