internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore {
    /// How many rows one round of sweeping takes: a commit stays short, and deposits go on in between.
    private static let roundLimit = 128

    package func sweep(today: Day, firstEpoch: UInt32) async throws(Problem) -> SweepResult {
        let report = report
        let result = try await relieve { db -> Result<SweepResult, Problem> in
            var result = SweepResult()
            try Self.sweepCells(before: today, &result, db, report)
            try Self.sweepMailboxes(before: today, &result, db, report)
            try Self.sweepMemory("seen", "expires", before: today.number, &result, db)
            try Self.sweepMemory("spent", "epoch", before: firstEpoch, &result, db)
            return .success(result)
        }
        if result.cells + result.mailboxes > 0 {
            report(.expired(cells: result.cells, mailboxes: result.mailboxes))
        }
        return result
    }

    private static func sweepCells(
        before today: Day, _ result: inout SweepResult, _ db: Database, _ report: (StoreEvent) -> Void
    ) throws {
        var place = (expires: Int64(-1), id: Int64(0))
        var rows: [Row]
        repeat {
            rows = try db.all(
                """
                SELECT \(CellRow.columns) FROM cell WHERE (expires, id) > (?, ?) AND expires < ?
                ORDER BY expires, id LIMIT \(roundLimit)
                """, [place.expires, place.id, today.number])
            for row in rows {
                place = (row[4], row[0])
                if let cell = CellRow(row) {
                    try cell.erase(db)
                    result.cells += 1
                } else {
                    report(.damage)
                }
            }
            // A round that found only damaged rows goes on behind them, or it would find them again for ever.
        } while rows.count == roundLimit && result.cells == 0
        result.isPartial = rows.count == roundLimit
    }

    private static func sweepMailboxes(
        before today: Day, _ result: inout SweepResult, _ db: Database, _ report: (StoreEvent) -> Void
    ) throws {
        // The cells that wait in one go first, by their own days.
        let rows = try db.all(
            """
            SELECT id, address, kind, expires, guard FROM mailbox WHERE expires < ?
            AND NOT EXISTS (SELECT 1 FROM cell WHERE cell.mailbox = mailbox.id) LIMIT \(roundLimit)
            """, [today.number])
        var gone = 0
        for row in rows {
            guard let address = try? MailboxAddress([UInt8](row[1] as Data)),
                let expires = UInt32(exactly: row[3] as Int64),
                row[4] as Int64 == RowCheck.mailbox(address, kind: row[2], expires: Day(expires))
            else {
                report(.damage)
                continue
            }
            try db.run("DELETE FROM mailbox WHERE id = ?", [row[0] as Int64])
            gone += 1
        }
        result.mailboxes += gone
        if gone == roundLimit { result.isPartial = true }
    }

    private static func sweepMemory(
        _ table: String, _ column: String, before limit: UInt32, _ result: inout SweepResult, _ db: Database
    ) throws {
        let key = table == "seen" ? "name" : "nonce"
        try db.run(
            """
            DELETE FROM \(table) WHERE (\(column), \(key)) IN
                (SELECT \(column), \(key) FROM \(table) WHERE \(column) < ? LIMIT \(roundLimit * 8))
            """, [limit])
        if db.changesCount == roundLimit * 8 { result.isPartial = true }
    }
}
