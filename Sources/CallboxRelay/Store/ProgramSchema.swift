internal import GRDB

/// The tables of programs.
enum ProgramSchema {
    /// Registers the migration that makes them.
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("programs") { db in try db.execute(sql: tables) }
    }

    /// `tag` is a digest of the envelope. `kept_until` and the days are what the documents themselves say: nothing
    /// here tells when something came in. A batch is the buyer's, and no token can be told from it. `guard` is a
    /// check against bits that the disk turned.
    private static let tables = """
        CREATE TABLE allowed_root (digest TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE root (
            program BLOB NOT NULL,
            version INTEGER NOT NULL,
            digest BLOB NOT NULL,
            tag BLOB NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY (program, version)
        ) STRICT;
        CREATE TABLE program_document (
            program BLOB NOT NULL,
            version INTEGER NOT NULL,
            hash BLOB NOT NULL,
            tag BLOB NOT NULL,
            kept_until INTEGER NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY (program, version)
        ) STRICT;
        CREATE TABLE freshness (
            program BLOB NOT NULL PRIMARY KEY,
            tag BLOB NOT NULL,
            envelope BLOB NOT NULL
        ) STRICT;
        CREATE TABLE bulletin (
            program BLOB NOT NULL,
            place INTEGER NOT NULL,
            hash BLOB NOT NULL,
            tag BLOB NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY (program, place)
        ) STRICT;
        CREATE TABLE sheet (
            program BLOB NOT NULL,
            day INTEGER NOT NULL,
            member BLOB NOT NULL,
            key BLOB NOT NULL,
            guard INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (program, day, member)
        ) STRICT;
        CREATE INDEX sheet_day ON sheet (day);
        CREATE TABLE book (
            program BLOB NOT NULL,
            day INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (program, day)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE code (
            program BLOB NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (program, hash)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE batch (
            epoch INTEGER NOT NULL,
            program BLOB NOT NULL,
            buyer BLOB NOT NULL,
            paid BLOB NOT NULL,
            PRIMARY KEY (epoch, program, buyer)
        ) STRICT, WITHOUT ROWID;
        """
}
