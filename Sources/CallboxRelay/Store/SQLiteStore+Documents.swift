internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore: ProgramStore {
    package func allows(_ root: RootDigest) async throws(Problem) -> Bool {
        let digest = HumanDigest(of: root).text
        return try await read { db in
            .success(try db.first("SELECT 1 FROM allowed_root WHERE digest = ?", [digest]) != nil)
        }
    }

    package func head(of program: ProgramID) async throws(Problem) -> ProgramHead {
        try await read { db in .success(try ProgramHead.find(program, db)) }
    }

    package func root(of program: ProgramID, version: UInt64?) async throws(Problem) -> StoredDocument {
        try await one("SELECT tag, envelope FROM root", of: program, version: version)
    }

    package func document(of program: ProgramID, version: UInt64?) async throws(Problem) -> StoredDocument {
        try await one("SELECT tag, envelope FROM program_document", of: program, version: version)
    }

    package func roots(of program: ProgramID) async throws(Problem) -> [StoredDocument] {
        let report = report
        return try await read { db in
            let sizes = try db.all(
                "SELECT length(envelope) FROM root WHERE program = ? ORDER BY version DESC LIMIT ?",
                [program.blob, RootChain.limit])
            let rows = try db.all(
                "SELECT tag, envelope FROM root WHERE program = ? ORDER BY version DESC LIMIT ?",
                [program.blob, ProgramRules.chainCount(sizes.map { $0[0] })])
            // A chain with a hole in it is none: better no answer than one that looks like a fork.
            let documents = rows.compactMap { StoredDocument($0, report) }
            return documents.count == rows.count ? .success(documents.reversed()) : .failure(.uncertain)
        }
    }

    package func keeps(root: RootDigest, of program: ProgramID) async throws(Problem) -> Bool {
        try await read { db in
            let row = try db.first("SELECT 1 FROM root WHERE program = ? AND digest = ?", [program.blob, root.blob])
            return .success(row != nil)
        }
    }

    package func keeps(document: RosterHash, of program: ProgramID) async throws(Problem) -> Bool {
        try await read { db in
            let row = try db.first(
                "SELECT 1 FROM program_document WHERE program = ? AND hash = ?", [program.blob, document.blob])
            return .success(row != nil)
        }
    }

    package func store(
        root: VerifiedRoot, _ document: StoredDocument, forgetsFreshness: Bool, over head: ProgramHead
    ) async throws(Problem) -> Bool {
        try await write { db -> Result<Bool, Problem> in
            let program = root.document.programID
            guard try ProgramHead.find(program, db) == head else { return .success(false) }
            try db.run(
                "INSERT INTO root (program, version, digest, tag, envelope) VALUES (?, ?, ?, ?, ?)",
                [
                    program.blob, Int64(root.document.version), root.digest.blob, document.tag.blob,
                    Data(document.bytes),
                ])
            if forgetsFreshness { try db.run("DELETE FROM freshness WHERE program = ?", [program.blob]) }
            return .success(true)
        }
    }

    package func store(
        program: VerifiedProgram, _ document: StoredDocument, over head: ProgramHead
    ) async throws(Problem) -> Bool {
        let keptUntil = ProgramRules.keptUntil(program.document, retentionDays: Int(limits.retentionDays))
        return try await write { db -> Result<Bool, Problem> in
            guard try ProgramHead.find(program.id, db) == head else { return .success(false) }
            try db.run(
                """
                INSERT OR REPLACE INTO program_document (program, version, hash, tag, kept_until, envelope)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    program.id.blob, Int64(program.version), program.hash.blob, document.tag.blob,
                    Int64(clamping: keptUntil.seconds), Data(document.bytes),
                ])
            try db.run(
                "DELETE FROM program_document WHERE program = ? AND version <= ?",
                [program.id.blob, Int64(program.version) - Int64(ProgramRules.versionSpan)])
            return .success(true)
        }
    }

    /// Erases the program documents that are kept no longer. The newest of each program stays, whatever its dates.
    static func sweepDocuments(today: Day, _ db: Database) throws {
        try db.run(
            """
            DELETE FROM program_document WHERE kept_until < ? AND version <
                (SELECT max(version) FROM program_document AS other WHERE other.program = program_document.program)
            """, [Int64(clamping: today.start.seconds)])
    }

    private func one(
        _ select: String, of program: ProgramID, version: UInt64?
    ) async throws(Problem) -> StoredDocument {
        let report = report
        return try await read { db in
            let row: Row?
            if let version {
                row = try db.first(
                    select + " WHERE program = ? AND version = ?", [program.blob, Int64(clamping: version)])
            } else {
                row = try db.first(select + " WHERE program = ? ORDER BY version DESC LIMIT 1", [program.blob])
            }
            guard let row else { return .failure(.noSuchDocument) }
            return StoredDocument(row, report).map { .success($0) } ?? .failure(.uncertain)
        }
    }
}

extension ProgramHead {
    /// The head as it stands.
    static func find(_ program: ProgramID, _ db: Database) throws -> ProgramHead {
        let root = try db.first(
            "SELECT tag FROM root WHERE program = ? ORDER BY version DESC LIMIT 1", [program.blob])
        let document = try db.first(
            "SELECT tag FROM program_document WHERE program = ? ORDER BY version DESC LIMIT 1", [program.blob])
        return ProgramHead(
            root: root.map { DocumentTag(unchecked: [UInt8]($0[0] as Data)) },
            document: document.map { DocumentTag(unchecked: [UInt8]($0[0] as Data)) })
    }
}

extension StoredDocument {
    /// The document of a row of tag and envelope; nil, with a report, when they do not match.
    init?(_ row: Row, _ report: (StoreEvent) -> Void) {
        self.init([UInt8](row[1] as Data))
        guard tag.bytes == [UInt8](row[0] as Data) else {
            report(.damage)
            return nil
        }
    }
}
