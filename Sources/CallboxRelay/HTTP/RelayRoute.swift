internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import FoundationEssentials
internal import Hummingbird

/// What the relay says of itself.
func addRelayRoute(_ core: RelayCore, to routes: inout RouteTable) {
    routes.add(
        "/v1/relay",
        [
            .get: { request, context in
                _ = try await Inbound(request, context, mediaType: nil, accepts: MediaType.json)
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return Reply.content([UInt8](try encoder.encode(RelayAnswer(core))), MediaType.json)
            }
        ])
}

/// The answer. Clients believe the keys only when the program document names them.
private struct RelayAnswer: Encodable {
    let version = 1
    let software = Software.name
    let identity: String
    let cellBytes = Cell.byteCount
    let retentionDays: UInt32
    let sessionCells: Int
    let intakeTokenCells: Int
    let intakeWorkCells: Int
    let batchTokens: Int
    let slots = SlotCount.limit
    let waitSeconds = CollectQuery.waitLimit
    let workDifficulty: UInt8
    let epochs: [TokenEpoch]

    init(_ core: RelayCore) {
        identity = core.keys.identity.base64URL
        retentionDays = core.limits.retentionDays
        sessionCells = core.limits.sessionCells
        intakeTokenCells = core.limits.intakeTokenCells
        intakeWorkCells = core.limits.intakeWorkCells
        batchTokens = core.limits.batchLimit
        workDifficulty = core.limits.difficulty.bits
        epochs = core.keys.epochs(on: core.time.calendarDay)
    }

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
}

/// What this program calls itself.
package enum Software {
    /// Name and version.
    package static let name = "callbox/0.1.0"
}
