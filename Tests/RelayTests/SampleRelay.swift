import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import Synchronization

/// A clock that stands still until it is told.
final class GivenClock: RelayClock {
    private let state: Mutex<ClockReading>

    init(wall: UInt64 = SampleProgram.now.seconds, boot: String = "one", uptime: UInt64 = 1_000) {
        state = Mutex(ClockReading(wall: wall, boot: boot, uptime: uptime))
    }

    func wall() -> UInt64 { reading().wall }
    func running() -> Double { Double(reading().uptime) }
    func reading() -> ClockReading { state.withLock { $0 } }
    func set(_ reading: ClockReading) { state.withLock { $0 = reading } }

    /// Both clocks go on, as they do.
    func pass(_ seconds: UInt64) {
        state.withLock {
            $0 = ClockReading(wall: $0.wall + seconds, boot: $0.boot, uptime: $0.uptime + seconds)
        }
    }
}

/// A folder for one test, gone with it.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/callbox-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Whether these bytes stand in any file of the folder.
    func holds(_ marker: [UInt8]) throws -> Bool {
        let needle = Data(marker)
        return try FileManager.default.contentsOfDirectory(atPath: path).contains { name in
            FileManager.default.contents(atPath: path + "/" + name)?.range(of: needle) != nil
        }
    }
}

/// A relay with its store in a folder of its own.
struct SampleRelay {
    let folder: ScratchFolder
    let clock: GivenClock
    let core: RelayCore

    init(limits: RelayLimits = SampleRelay.limits, folder: ScratchFolder? = nil, clock: GivenClock? = nil) async throws
    {
        self.folder = try folder ?? ScratchFolder()
        self.clock = clock ?? GivenClock()
        core = try await RelayCore.open(
            folder: self.folder.path, keys: try Self.keys(), limits: limits, clock: self.clock)
    }

    /// The usual limits, with work that a test can do at once.
    static var limits: RelayLimits {
        var limits = RelayLimits()
        if let easy = try? WorkDifficulty(bits: 6) { limits.difficulty = easy }
        return limits
    }

    static func keys(_ byte: UInt8 = 7) throws -> RelayKeys {
        try RelayKeys(seed: Secret(copying: [UInt8](repeating: byte, count: 32).span))
    }

    var today: Day { core.time.today }

    /// A cell that nobody else has.
    static func cell() -> Cell {
        var random = SystemRandom()
        return Cell(unchecked: random.bytes(Cell.byteCount))
    }

    static func address() -> MailboxAddress {
        var random = SystemRandom()
        return MailboxAddress(unchecked: random.bytes(32))
    }

    static func token(epoch: UInt32 = 100) -> SpentToken {
        var random = SystemRandom()
        return SpentToken(
            epoch: epoch, nonce: TokenNonce(unchecked: random.bytes(32)),
            request: PaidRequestHash(unchecked: random.bytes(32)))
    }

    /// A key that nobody else has.
    static func signer() -> SampleKey {
        var random = SystemRandom()
        return SampleKey(from: &random)
    }

    /// Tokens of the epoch of a day, fetched as a client does.
    static func issue(_ count: Int, by keys: RelayKeys, on day: Day) throws -> [Token] {
        var random = SystemRandom()
        let publicKey = keys.publicKey(of: RelayKeys.epoch(of: day))
        let keyID = TokenKeyID(of: publicKey)
        let inputs = (0..<count).map { _ in
            TokenInput(
                nonce: TokenNonce(unchecked: random.bytes(32)), challenge: TokenChallenge(of: keys.identity).digest,
                keyID: keyID)
        }
        let blinding = try Blinding(inputs.map(\.bytes), random: &random)
        let request = try TokenRequest(to: keyID, blinded: blinding.elements)
        let evaluation = try keys.evaluate(request, on: day, random: &random).evaluation
        let outputs = try blinding.finalize(evaluation, under: publicKey)
        return zip(inputs, outputs).map { Token(input: $0, authenticator: $1) }
    }

    /// A stamp that is worth as little as the tests ask.
    static func work(_ task: WorkTask, at relay: VerificationKey, day: UInt32) throws -> WorkStamp {
        var search = WorkSearch(task, at: relay, day: day, difficulty: limits.difficulty)
        while true {
            if let stamp = search.next(tries: 1_000) { return stamp }
        }
    }
}
