internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore: MailboxStore {
    package func make(
        _ address: MailboxAddress, _ kind: MailboxOrder.Kind, paidBy payment: Payment?, today: Day
    ) async throws(Problem) {
        let expires = Expiry.day(from: today, days: limits.mailboxDays + Expiry.renewalDays, chance: Self.chance())
        try await write { db -> Result<Void, Problem> in
            if let there = try MailboxRow.find(address, db) {
                return there.kind == kind ? .success(()) : .failure(.mailboxDiffers)
            }
            guard let payment else { return .failure(.paymentMissing) }
            if let refusal = try Self.spend(payment, db) { return .failure(refusal) }
            let check = RowCheck.mailbox(address, kind: Int(kind.rawValue), expires: expires)
            try db.run(
                """
                INSERT INTO mailbox (id, address, kind, next, waiting, worked, expires, guard)
                VALUES (?, ?, ?, 1, 0, 0, ?, ?)
                """, [Int64.random(in: 1...Int64.max), address.blob, kind.rawValue, expires.number, check])
            return .success(())
        }
    }

    package func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Payment?, today: Day
    ) async throws(Problem) {
        let id = cell.id
        let seenName = id.seenName(in: address)
        let expires = Expiry.day(from: today, days: limits.retentionDays, chance: Self.chance())
        let limits = limits
        try await write { db -> Result<Void, Problem> in
            guard let mailbox = try MailboxRow.find(address, db) else { return .failure(.noSuchAddress) }
            if try !Plant.storesTwice && Self.knows(id, seenName, in: mailbox, today: today, db) {
                return .success(())
            }
            let lane: Lane
            do throws(Problem) {
                lane = try DepositRule.lane(for: mailbox.facts, paidBy: payment, limits: limits)
            } catch {
                return .failure(error)
            }
            if mailbox.kind == .intake, let payment, let refusal = try Self.spend(payment, db) {
                return .failure(refusal)
            }
            let check = RowCheck.cell(
                id, mailbox: mailbox.id, sequence: mailbox.next, lane: lane, expires: expires)
            try db.run(
                """
                INSERT INTO cell (mailbox, sequence, tag, lane, expires, guard, name, bytes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    mailbox.id, mailbox.next, id.tag, lane.rawValue, expires.number, check, id.blob, cell.blob,
                ])
            return .success(())
        }
    }

    package func waiting(
        in address: MailboxAddress, slots: SlotCount, today: Day
    ) async throws(Problem) -> [WaitingCell] {
        let report = report
        let (cells, isOld) = try await read { db -> Result<([WaitingCell], Bool), Problem> in
            guard let mailbox = try MailboxRow.find(address, db) else { return .failure(.noSuchMailbox) }
            var cells: [WaitingCell] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: "SELECT \(CellRow.columns), bytes FROM cell WHERE mailbox = ? ORDER BY sequence"),
                arguments: [mailbox.id])
            while cells.count < slots.number, let row = try rows.next() {
                // What is damaged stays where it is, and what comes after it is served.
                guard let place = CellRow(row), let cell = try? Cell([UInt8](row[7] as Data)),
                    cell.id == place.name || Plant.checksNoRow, let sequence = try? CellSequence(place.sequence)
                else {
                    report(.damage)
                    continue
                }
                cells.append(WaitingCell(sequence, cell))
            }
            let isOld = mailbox.expires < today.later(by: self.limits.mailboxDays)
            return .success((cells, isOld))
        }
        // What cannot be written down now is written down next time: collecting goes on without it.
        if isOld { try? await renew(address, today: today) }
        return cells
    }

    package func acknowledge(
        _ entries: [Acknowledgements.Entry], in address: MailboxAddress, today: Day
    ) async throws(Problem) {
        let until = today.later(by: Expiry.recognitionDays)
        let names = entries.map { $0.cell.seenName(in: address) }
        try await relieve { db -> Result<Void, Problem> in
            guard let mailbox = try MailboxRow.find(address, db) else { return .failure(.noSuchMailbox) }
            for (entry, name) in zip(entries, names) {
                let row = try db.first(
                    "SELECT \(CellRow.columns) FROM cell WHERE mailbox = ? AND sequence = ?",
                    [mailbox.id, entry.sequence.number])
                guard let row, let cell = CellRow(row), cell.name == entry.cell else { continue }
                try cell.erase(db)
                try db.run("INSERT OR IGNORE INTO seen (expires, name) VALUES (?, ?)", [until.number, name])
            }
            return .success(())
        }
    }

    package func delete(_ address: MailboxAddress) async throws(Problem) {
        try await relieve { db -> Result<Void, Problem> in
            guard let mailbox = try MailboxRow.find(address, db) else { return .success(()) }
            try db.run("DELETE FROM cell WHERE mailbox = ?", [mailbox.id])
            try db.run("DELETE FROM mailbox WHERE id = ?", [mailbox.id])
            return .success(())
        }
    }

    private func renew(_ address: MailboxAddress, today: Day) async throws(Problem) {
        let expires = Expiry.day(from: today, days: limits.mailboxDays + Expiry.renewalDays, chance: Self.chance())
        try await relieve { db -> Result<Void, Problem> in
            guard let mailbox = try MailboxRow.find(address, db) else { return .failure(.noSuchMailbox) }
            let check = RowCheck.mailbox(address, kind: Int(mailbox.kind.rawValue), expires: expires)
            try db.run("UPDATE mailbox SET expires = ?, guard = ? WHERE id = ?", [expires.number, check, mailbox.id])
            return .success(())
        }
    }

    /// Whether a cell waits in the mailbox, or was acknowledged in the last days.
    private static func knows(
        _ id: CellID, _ seenName: Data, in mailbox: MailboxRow, today: Day, _ db: Database
    ) throws -> Bool {
        // One statement for both, and as many days in it as a cell is known again.
        let days = (0...Expiry.recognitionDays).map { today.later(by: $0).number }
        let rows = try db.all(
            """
            SELECT name FROM cell WHERE id IN (SELECT id FROM cell WHERE mailbox = ? AND tag = ?)
            UNION ALL SELECT NULL FROM seen WHERE expires IN (?, ?, ?, ?) AND name = ?
            """, [mailbox.id, id.tag, days[0], days[1], days[2], days[3], seenName])
        return rows.contains { row in (row[0] as Data?).map { [UInt8]($0) == id.bytes } ?? true }
    }

    /// Notes a token as spent, in one step with what it pays for. Returns why it cannot be.
    private static func spend(_ payment: Payment, _ db: Database) throws -> Problem? {
        guard case .token(let token) = payment, !Plant.spendsTwice else { return nil }
        let earlier = try db.first(
            "SELECT request FROM spent WHERE epoch = ? AND nonce = ?", [token.epoch, token.nonce.blob])
        let request = try earlier.map { try PaidRequestHash([UInt8]($0[0] as Data)) }
        do throws(Problem) {
            try SpentToken.check(spentOn: request, now: token.request)
        } catch {
            return error
        }
        guard earlier == nil else { return nil }
        try db.run(
            "INSERT INTO spent (epoch, nonce, request) VALUES (?, ?, ?)",
            [token.epoch, token.nonce.blob, token.request.blob])
        return nil
    }

    private static func chance() -> UInt8 {
        var random = SystemRandom()
        return random.bytes(1)[0]
    }
}
