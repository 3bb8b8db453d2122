internal import GRDB

/// What the relay writes down: all of it.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("cells") { db in try db.execute(sql: cells) }
        ProgramSchema.register(in: &migrator)
        return migrator
    }

    /// A mailbox is its address: the key that collects from it is nowhere. Its number is drawn by chance, for one that rises would tell
    /// which mailboxes were made together. A cell has no time of arrival, only the day it goes.
    /// A mailbox's counts are kept by the database itself. `tag` is the first eight bytes of a cell's id. `seen` knows acknowledged cells again, without their mailbox.
    private static let cells = """
        CREATE TABLE mailbox (
            id INTEGER PRIMARY KEY,
            address BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            next INTEGER NOT NULL,
            waiting INTEGER NOT NULL,
            worked INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            guard INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX mailbox_expires ON mailbox (expires);
        CREATE TABLE cell (
            id INTEGER PRIMARY KEY,
            mailbox INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            tag INTEGER NOT NULL,
            lane INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            guard INTEGER NOT NULL,
            name BLOB NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX cell_place ON cell (mailbox, sequence, tag);
        CREATE INDEX cell_expires ON cell (expires);
        CREATE TRIGGER cell_came AFTER INSERT ON cell BEGIN
            UPDATE mailbox SET next = next + 1, waiting = waiting + (NEW.lane = 0), worked = worked + (NEW.lane = 1)
            WHERE id = NEW.mailbox;
        END;
        CREATE TRIGGER cell_went AFTER DELETE ON cell BEGIN
            UPDATE mailbox SET waiting = waiting - (OLD.lane = 0), worked = worked - (OLD.lane = 1)
            WHERE id = OLD.mailbox;
        END;
        CREATE TABLE seen (
            expires INTEGER NOT NULL,
            name BLOB NOT NULL,
            PRIMARY KEY (expires, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE spent (
            epoch INTEGER NOT NULL,
            nonce BLOB NOT NULL,
            request BLOB NOT NULL,
            PRIMARY KEY (epoch, nonce)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reckoning (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            seconds INTEGER NOT NULL,
            boot TEXT NOT NULL,
            uptime INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE touch (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT;
        """
}
