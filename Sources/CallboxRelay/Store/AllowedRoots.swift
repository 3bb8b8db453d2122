package import CallboxWire
package import GRDB

/// The roots that the operator allows, by what people see of their digests. The operator's command writes them while
/// the relay runs: each new program is looked up in them, and what is here already does not depend on them.
package enum AllowedRoots {
    /// Allows a root. Returns whether it was not allowed before.
    package static func allow(_ root: HumanDigest, _ db: Database) throws -> Bool {
        try db.execute(sql: "INSERT OR IGNORE INTO allowed_root (digest) VALUES (?)", arguments: [root.text])
        return db.changesCount == 1
    }

    /// Takes that back; a program that is here stays. Returns whether it was allowed.
    package static func disallow(_ root: HumanDigest, _ db: Database) throws -> Bool {
        try db.execute(sql: "DELETE FROM allowed_root WHERE digest = ?", arguments: [root.text])
        return db.changesCount == 1
    }

    /// What is allowed, in the order of its text.
    package static func all(_ db: Database) throws -> [HumanDigest] {
        try String.fetchAll(db, sql: "SELECT digest FROM allowed_root ORDER BY digest").compactMap {
            try? HumanDigest($0)
        }
    }
}
