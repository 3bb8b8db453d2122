internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension FixedBytes {
    /// The value as it stands in a row.
    var blob: Data { Data(bytes) }
}

extension Database {
    /// Runs a statement that is prepared once.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The first row of a statement that is prepared once.
    func first(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// All rows of a statement that is prepared once.
    func all(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }
}

/// A row does not match its check. It is left as it is, and nothing is done by what it says.
struct RowDamage: Error {}

/// A mailbox's row.
struct MailboxRow {
    let id: Int64
    let kind: MailboxOrder.Kind
    let next: Int64
    let waiting: [Lane: Int]
    let expires: Day

    /// The mailbox of an address; nil when there is none.
    /// - Throws: `RowDamage`, or what SQLite says.
    static func find(_ address: MailboxAddress, _ db: Database) throws -> MailboxRow? {
        let row = try db.first(
            "SELECT id, kind, next, waiting, worked, expires, guard FROM mailbox WHERE address = ?", [address.blob])
        guard let row else { return nil }
        guard let kind = MailboxOrder.Kind(rawValue: row[1]), let expires = UInt32(exactly: row[5] as Int64),
            row[6] as Int64 == RowCheck.mailbox(address, kind: Int(kind.rawValue), expires: Day(expires))
        else { throw RowDamage() }
        return MailboxRow(
            id: row[0], kind: kind, next: row[2], waiting: [.paid: row[3], .worked: row[4]], expires: Day(expires))
    }

    var facts: MailboxFacts { MailboxFacts(kind: kind, waiting: waiting) }
}

/// A cell's row, without the cell.
struct CellRow {
    let id: Int64
    let mailbox: Int64
    let sequence: Int64
    let lane: Lane
    let expires: Day
    let name: CellID

    static let columns = "id, mailbox, sequence, lane, expires, guard, name"

    /// The row of these columns; nil when it does not match its check.
    init?(_ row: Row) {
        guard let lane = Lane(rawValue: row[3]), let expires = UInt32(exactly: row[4] as Int64),
            let name = try? CellID([UInt8](row[6] as Data))
        else { return nil }
        self.id = row[0]
        self.mailbox = row[1]
        self.sequence = row[2]
        self.lane = lane
        self.expires = Day(expires)
        self.name = name
        let check = RowCheck.cell(name, mailbox: mailbox, sequence: sequence, lane: lane, expires: self.expires)
        guard row[5] as Int64 == check || Plant.checksNoRow else { return nil }
    }

    /// Erases the row.
    func erase(_ db: Database) throws { try db.run("DELETE FROM cell WHERE id = ?", [id]) }
}

extension CellID {
    /// The first eight bytes, by which a cell is looked for in its mailbox.
    var tag: Int64 { bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) } }

    /// What an acknowledged cell is known by: its id and address in one, so that the row leads to no mailbox.
    func seenName(in address: MailboxAddress) -> Data {
        Data(BLAKE2b256.hash("callbox/v1/seen", address.bytes + bytes).prefix(16))
    }
}
