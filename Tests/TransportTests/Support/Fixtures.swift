import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire

@testable import CallboxTransport

/// A client's clock that stands still.
struct StillClock: ClientClock {
    let now = SampleProgram.now
    func sleep(seconds: Double) async throws { throw CancellationError() }
}

/// What tests send and by whom.
enum Fixture {
    static let identity = key(1).publicKey

    static func key(_ seed: UInt64) -> SampleKey {
        var random = SeededRandom(seed: seed)
        return SampleKey(from: &random)
    }

    static func signer(_ seed: UInt64 = 2) -> RequestSigner { RequestSigner(key(seed).key()) }

    static func channel(_ byte: UInt8) -> Channel { Channel(unchecked: [UInt8](repeating: byte, count: 16)) }

    static func cell(_ byte: UInt8 = 7) -> Cell { Cell(unchecked: [UInt8](repeating: byte, count: Cell.byteCount)) }

    static let address = MailboxAddress(unchecked: [UInt8](repeating: 2, count: 32))

    static let program = ProgramID(unchecked: [UInt8](repeating: 9, count: 16))

    /// A place on this machine.
    static func place(_ port: Int, pin: TLSPin? = nil) throws -> Invite.Relay {
        guard let pin else { return try Invite.Relay(RelayURL("http://127.0.0.1:\(port)"), trust: .none) }
        return try Invite.Relay(RelayURL("https://127.0.0.1:\(port)"), trust: .pin(pin))
    }

    /// The relay at these places, as a client gets it.
    static func relay(
        _ places: [Invite.Relay], proxy: SOCKSProxy? = nil, deadlines: Deadlines = Deadlines()
    ) -> any Relay {
        HTTPSConnector(proxy: proxy, deadlines: deadlines, clock: StillClock())
            .relay(at: RelayPlaces(places, identity: identity)).relay
    }

    /// The failure of what fails as it must, or nil when it does not fail.
    static func failure(_ body: () async throws(RelayFailure) -> Void) async -> RelayFailure? {
        do throws(RelayFailure) {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}

extension Relay {
    /// Drops a cell through a channel.
    func drop(_ channel: UInt8 = 1) async throws(RelayFailure) {
        try await deposit(Fixture.cell(), in: Fixture.address, paidBy: nil, through: Fixture.channel(channel))
    }
}
