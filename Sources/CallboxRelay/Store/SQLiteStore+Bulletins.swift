internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore {
    package func freshness(of program: ProgramID) async throws(Problem) -> StoredDocument {
        let report = report
        return try await read { db in
            let row = try db.first("SELECT tag, envelope FROM freshness WHERE program = ?", [program.blob])
            guard let row else { return .failure(.noSuchDocument) }
            return StoredDocument(row, report).map { .success($0) } ?? .failure(.uncertain)
        }
    }

    package func store(
        freshness: FreshnessStatement, _ document: StoredDocument, newest program: VerifiedProgram?, at now: Instant,
        over head: ProgramHead
    ) async throws(Problem) -> Bool {
        let report = report
        return try await write { db -> Result<Bool, Problem> in
            guard try ProgramHead.find(freshness.programID, db) == head else { return .success(false) }
            let row = try db.first("SELECT tag, envelope FROM freshness WHERE program = ?", [freshness.programID.blob])
            // One that is damaged is as good as none: the next takes its place.
            let kept = row.flatMap { StoredDocument($0, report) }.flatMap { FreshnessStatement(stored: $0) }
            let named = try freshness.bulletin.flatMap {
                try Self.hash(ofBulletin: $0.index, of: freshness.programID, db)
            }
            let admission: ProgramAdmission<FreshnessStatement>
            do throws(ProgramError) {
                admission = try ProgramRules.admit(
                    freshness: freshness, newest: kept, document: program.map { ($0.version, $0.hash) }, kept: named,
                    at: now)
            } catch {
                return .failure(error.problem)
            }
            guard admission.value != nil else { return .success(true) }
            try db.run(
                "INSERT OR REPLACE INTO freshness (program, tag, envelope) VALUES (?, ?, ?)",
                [freshness.programID.blob, document.tag.blob, Data(document.bytes)])
            return .success(true)
        }
    }

    package func bulletins(of program: ProgramID, after index: UInt64) async throws(Problem) -> [StoredDocument] {
        let report = report
        return try await read { db in
            let sizes = try db.all(
                "SELECT length(envelope) FROM bulletin WHERE program = ? AND place > ? ORDER BY place DESC LIMIT ?",
                [program.blob, Int64(clamping: index), BulletinPage.limit])
            let rows = try db.all(
                "SELECT tag, envelope FROM bulletin WHERE program = ? AND place > ? ORDER BY place DESC LIMIT ?",
                [program.blob, Int64(clamping: index), ProgramRules.pageCount(sizes.map { $0[0] })])
            let documents = rows.compactMap { StoredDocument($0, report) }
            return documents.count == rows.count ? .success(documents.reversed()) : .failure(.uncertain)
        }
    }

    package func store(
        bulletin: VerifiedBulletin, _ document: StoredDocument, under root: VerifiedRoot, over head: ProgramHead
    ) async throws(Problem) -> Bool {
        let program = root.document.programID
        return try await write { db -> Result<Bool, Problem> in
            guard try ProgramHead.find(program, db) == head else { return .success(false) }
            let newest = try NewestBulletin.find(program, db)
            let kept = try Self.hash(ofBulletin: bulletin.head.index, of: program, db)
            let admission: ProgramAdmission<VerifiedBulletin>
            do throws(ProgramError) {
                admission = try ProgramRules.admit(
                    bulletin: bulletin, newest: newest?.head, isSignedByRoot: newest?.isSigned(under: root) ?? false,
                    kept: kept)
            } catch {
                return .failure(error.problem)
            }
            guard admission.value != nil else { return .success(true) }
            let place = Int64(bulletin.head.index)
            try db.run(
                "INSERT OR REPLACE INTO bulletin (program, place, hash, tag, envelope) VALUES (?, ?, ?, ?, ?)",
                [program.blob, place, bulletin.head.hash.blob, document.tag.blob, Data(document.bytes)])
            try db.run(
                "DELETE FROM bulletin WHERE program = ? AND place <= ?",
                [program.blob, place - Int64(BulletinPage.limit)])
            return .success(true)
        }
    }

    private static func hash(
        ofBulletin index: UInt64, of program: ProgramID, _ db: Database
    ) throws -> BulletinHash? {
        let row = try db.first(
            "SELECT hash FROM bulletin WHERE program = ? AND place = ?", [program.blob, Int64(clamping: index)])
        return row.map { BulletinHash(unchecked: [UInt8]($0[0] as Data)) }
    }
}

/// The end of a feed.
private struct NewestBulletin {
    let head: BulletinHead
    private let envelope: [UInt8]

    static func find(_ program: ProgramID, _ db: Database) throws -> NewestBulletin? {
        let row = try db.first(
            "SELECT place, hash, envelope FROM bulletin WHERE program = ? ORDER BY place DESC LIMIT 1", [program.blob])
        return row.map { row in
            NewestBulletin(
                head: BulletinHead(
                    index: UInt64(clamping: row[0] as Int64), hash: BulletinHash(unchecked: [UInt8](row[1] as Data))),
                envelope: [UInt8](row[2] as Data))
        }
    }

    func isSigned(under root: VerifiedRoot) -> Bool {
        guard let envelope = try? SignedEnvelope(parsing: envelope, as: .bulletin) else { return false }
        // It was counted when it came in, maybe under the root before.
        return (try? VerifiedBulletin(envelope, under: root, signatureLimit: SignedEnvelope.signatureLimit)) != nil
    }
}

extension FreshnessStatement {
    /// The statement in an envelope that was verified before it was stored.
    fileprivate init?(stored document: StoredDocument) {
        guard let envelope = try? SignedEnvelope(parsing: document.bytes, as: .freshness),
            let statement = try? FreshnessStatement(parsing: envelope.unverifiedPayload)
        else { return nil }
        self = statement
    }
}
