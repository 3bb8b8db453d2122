internal import CallboxClient
internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// `GET /v1/relay` as it stands in `Protocol/openapi.yaml`. A relay with other sizes or waits than those of version 1 speaks another protocol.
struct StatementDocument: Decodable {
    /// The longest answer that is read.
    static let byteLimit = 8_192
    /// What it says.
    let statement: RelayStatement

    private enum CodingKeys: String, CodingKey {
        case version, software, identity, slots, epochs
        case cellBytes = "cell_bytes"
        case retentionDays = "retention_days"
        case sessionCells = "session_cells"
        case intakeTokenCells = "intake_token_cells"
        case intakeWorkCells = "intake_work_cells"
        case batchTokens = "batch_tokens"
        case waitSeconds = "wait_seconds"
        case workDifficulty = "work_difficulty"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys, _ range: ClosedRange<Int>) throws -> Int {
            let number = try values.decode(Int.self, forKey: key)
            guard range.contains(number) else { throw ProgramError.field }
            return number
        }
        _ = try number(.version, 1...1)
        _ = try number(.cellBytes, Cell.byteCount...Cell.byteCount)
        _ = try number(.slots, SlotCount.limit...SlotCount.limit)
        _ = try number(.waitSeconds, CollectQuery.waitLimit...CollectQuery.waitLimit)
        _ = try number(.sessionCells, 1...Int.max)
        _ = try number(.intakeTokenCells, 1...Int.max)
        _ = try number(.intakeWorkCells, 0...Int.max)
        guard try values.decode(String.self, forKey: .software).hasPrefix("callbox/") else { throw ProgramError.field }
        let epochs = try values.decode([TokenEpoch].self, forKey: .epochs)
        guard (1...3).contains(epochs.count) else { throw ProgramError.field }
        statement = RelayStatement(
            identity: try VerificationKey(base64URL: values.decode(String.self, forKey: .identity)),
            retentionDays: try number(.retentionDays, 1...90), batchTokens: try number(.batchTokens, 1...64),
            difficulty: try WorkDifficulty(bits: UInt8(try number(.workDifficulty, 0...Int(WorkDifficulty.limit)))),
            epochs: epochs)
    }

    /// Reads an answer.
    /// - Throws: `tooLarge`, `malformed`, `field`.
    static func parse(_ bytes: [UInt8]) throws(ProgramError) -> RelayStatement {
        try DocumentCoding.decode(StatementDocument.self, from: bytes, limit: byteLimit).statement
    }
}
