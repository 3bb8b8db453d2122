internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import FoundationEssentials
internal import GRDB

extension SQLiteStore {
    package func store(codes: CodeHashes, of program: ProgramID) async throws(Problem) {
        try await write { db -> Result<Void, Problem> in
            let count = try db.first("SELECT count(*) FROM code WHERE program = ?", [program.blob])?[0] as Int? ?? 0
            var fresh: Set<EnrolmentCodeHash> = []
            for hash in codes.hashes where try !Self.keeps(hash, of: program, db) { fresh.insert(hash) }
            guard count + fresh.count <= CodeHashes.programLimit else { return .failure(.diskFull) }
            for hash in fresh {
                try db.run("INSERT INTO code (program, hash) VALUES (?, ?)", [program.blob, hash.blob])
            }
            return .success(())
        }
    }

    package func keeps(code: EnrolmentCodeHash, of program: ProgramID) async throws(Problem) -> Bool {
        try await read { db in .success(try Self.keeps(code, of: program, db)) }
    }

    package func sell(
        to buyer: TokenBuyer, of program: ProgramID, for request: PaidRequestHash, among epochs: [TokenEpoch]
    ) async throws(Problem) -> TokenEpoch {
        let name = Data(buyer.bytes)
        return try await write { db -> Result<TokenEpoch, Problem> in
            var paid: [UInt32: PaidRequestHash] = [:]
            for epoch in epochs {
                let row = try db.first(
                    "SELECT paid FROM batch WHERE epoch = ? AND program = ? AND buyer = ?",
                    [epoch.number, program.blob, name])
                paid[epoch.number] = row.map { PaidRequestHash(unchecked: [UInt8]($0[0] as Data)) }
            }
            let sale: (epoch: TokenEpoch, isNew: Bool)
            do throws(Problem) {
                sale = try TokenRules.epoch(among: epochs, for: request, paid: paid)
            } catch {
                return .failure(error)
            }
            if sale.isNew {
                try db.run(
                    "INSERT INTO batch (epoch, program, buyer, paid) VALUES (?, ?, ?, ?)",
                    [sale.epoch.number, program.blob, name, request.blob])
            }
            return .success(sale.epoch)
        }
    }

    package func sweepPrograms(today: Day, firstEpoch: UInt32) async throws(Problem) -> Bool {
        try await relieve { db -> Result<Bool, Problem> in
            var isPartial = try Self.sweepBatches(before: firstEpoch, db)
            if try Self.sweepSheets(today: today, db) { isPartial = true }
            try Self.sweepDocuments(today: today, db)
            return .success(isPartial)
        }
    }

    private static func sweepBatches(before epoch: UInt32, _ db: Database) throws -> Bool {
        try db.run(
            """
            DELETE FROM batch WHERE (epoch, program, buyer) IN
                (SELECT epoch, program, buyer FROM batch WHERE epoch < ? LIMIT \(sweepLimit))
            """, [epoch])
        return db.changesCount == sweepLimit
    }

    /// How many rows one round of sweeping takes.
    static let sweepLimit = 512

    private static func keeps(_ hash: EnrolmentCodeHash, of program: ProgramID, _ db: Database) throws -> Bool {
        try db.first("SELECT 1 FROM code WHERE program = ? AND hash = ?", [program.blob, hash.blob]) != nil
    }
}
