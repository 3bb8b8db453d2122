internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore {
    package func bookRevision(of program: ProgramID, on day: Day) async throws(Problem) -> Int64 {
        try await read { db in
            let row = try db.first(
                "SELECT revision FROM book WHERE program = ? AND day = ?", [program.blob, day.number])
            return .success(row?[0] ?? 0)
        }
    }

    package func sheets(of program: VerifiedProgram, on day: Day) async throws(Problem) -> [PrekeySheet] {
        let report = report
        return try await read { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: "SELECT member, key, guard, bytes FROM sheet WHERE program = ? AND day = ?"),
                arguments: [program.id.blob, day.number])
            var sheets: [PrekeySheet] = []
            while let row = try rows.next() {
                let member = MemberID(unchecked: [UInt8](row[0] as Data))
                let key = VerificationKey(unchecked: [UInt8](row[1] as Data))
                guard let sheet = PrekeySheet(stored: row[3], key: key, guard: row[2]), sheet.content.day == day,
                    sheet.content.memberID == member
                else {
                    report(.damage)
                    continue
                }
                guard ProgramRules.isInBook(memberID: member, key: key, program: program) else { continue }
                sheets.append(sheet)
            }
            return .success(sheets)
        }
    }

    package func store(
        sheets: PublishedSheets, over head: ProgramHead
    ) async throws(Problem) -> Bool {
        guard let program = sheets.sheets.first?.content.programID else { return true }
        let key = sheets.member.verificationKey
        return try await write { db -> Result<Bool, Problem> in
            guard try ProgramHead.find(program, db) == head else { return .success(false) }
            // All are judged before the first is written.
            var changed: [PrekeySheet] = []
            for sheet in sheets.sheets {
                let row = try db.first(
                    "SELECT key, guard, bytes FROM sheet WHERE program = ? AND day = ? AND member = ?",
                    [program.blob, sheet.content.day.number, sheet.content.memberID.blob])
                // A sheet under a key that the member had before is nobody's now.
                let kept = row.flatMap { row in
                    [UInt8](row[0] as Data) == key.bytes ? PrekeySheet(stored: row[2], key: key, guard: row[1]) : nil
                }
                do throws(ProgramError) {
                    if let sheet = try ProgramRules.admit(sheet: sheet, kept: kept).value { changed.append(sheet) }
                } catch {
                    return .failure(error.problem)
                }
            }
            for sheet in changed { try Self.put(sheet, key: key, db) }
            return .success(true)
        }
    }

    /// Erases some of the sheets of days before yesterday; returns whether there may be more.
    static func sweepSheets(today: Day, _ db: Database) throws -> Bool {
        let first = Int64(today.number) - 1
        try db.run("DELETE FROM book WHERE day < ?", [first])
        try db.run(
            "DELETE FROM sheet WHERE rowid IN (SELECT rowid FROM sheet WHERE day < ? LIMIT \(sweepLimit))", [first])
        return db.changesCount == sweepLimit
    }

    private static func put(_ sheet: PrekeySheet, key: VerificationKey, _ db: Database) throws {
        let content = sheet.content
        let bytes = sheet.encoded
        try db.run(
            "INSERT OR REPLACE INTO sheet (program, day, member, key, guard, bytes) VALUES (?, ?, ?, ?, ?, ?)",
            [
                content.programID.blob, content.day.number, content.memberID.blob, key.blob,
                RowCheck.sheet(bytes, key: key), Data(bytes),
            ])
        // No number comes twice, also not when a day was erased and came back.
        try db.run(
            "INSERT OR REPLACE INTO book (program, day, revision) VALUES (?, ?, random())",
            [content.programID.blob, content.day.number])
    }
}

extension RowCheck {
    /// The check of a sheet's row.
    fileprivate static func sheet(_ bytes: [UInt8], key: VerificationKey) -> Int64 {
        BLAKE2b256.hash("callbox/v1/row-sheet", key.bytes + bytes).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}

extension PrekeySheet {
    /// The sheet of a row; nil when it does not match its check.
    fileprivate init?(stored bytes: Data, key: VerificationKey, guard check: Int64) {
        let bytes = [UInt8](bytes)
        guard check == RowCheck.sheet(bytes, key: key), let sheet = try? PrekeySheet(parsing: bytes) else { return nil }
        self = sheet
    }
}
