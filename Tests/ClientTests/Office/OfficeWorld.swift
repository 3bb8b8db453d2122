import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Testing

/// Three coordinators with an office each, of whom two must sign, and one relay.
struct OfficeWorld {
    let clock = GivenClock()
    let relay: StrictRelay
    let connector: OneRelay
    let stores = (1...3).map { MemoryStore(seed: UInt64($0)) }
    let offices: [Office]
    let identity: SampleKey
    var random = SeededRandom(seed: 7)

    static let address = "https://relay.example:8443"

    init() throws {
        let identity = SampleKey(from: &random)
        let relay = StrictRelay(identity: identity.publicKey, clock: clock)
        let connector = OneRelay(relay)
        let clock = self.clock
        self.identity = identity
        self.relay = relay
        self.connector = connector
        offices = stores.map { Office(store: $0, connector: connector, clock: clock) }
        relay.issue([try Self.epoch(744, seed: 1), try Self.epoch(745, seed: 2)])
    }

    static func epoch(_ number: UInt32, seed: UInt64) throws -> TokenEpoch {
        var random = SeededRandom(seed: seed)
        return try TokenEpoch(
            number: number, first: Day(number * 28), last: Day(number * 28 + 27), key: .random(from: &random))
    }

    static var pin: String { CrockfordBase32.encode([UInt8](repeating: 7, count: 32)) }

    func plan(quorum: Int = 2, online: Bool = true) throws -> ProgramPlan {
        var plan = ProgramPlan(name: "Sample County Peer Support", timeZone: "America/Chicago", relay: Self.address)
        plan.pin = Self.pin
        plan.quorum = quorum
        plan.coordinators = [try offices[1].makeKey(), try offices[2].makeKey()]
        plan.makesOnlineKey = online
        return plan
    }

    /// A program whose first root and document two coordinators have signed and published.
    func published() async throws -> (root: Paper, document: Paper) {
        let begun = try await offices[0].begin(plan())
        relay.allow(RootDocument.digest(of: begun.root.envelope.unverifiedPayload))
        var draft = begun.draft
        try draft.setNotice("What you say here stays here, except …", language: "en")
        let root = try offices[1].sign(begun.root)
        let document = try offices[1].sign(offices[0].sign(draft), beside: root)
        _ = try await offices[0].publish([root, document])
        try offices[1].take([root, document])
        return (root, document)
    }

    /// Somebody who asks to be a member.
    mutating func request(_ role: MemberRole = .peer, name: String = "Jo Doe") throws -> MembershipRequest {
        let program = try #require(try stores[0].read { try $0.value(Record.program) }?.root.document.programID)
        let keys = SampleMember(role, from: &random)
        return MembershipRequest(
            program: program, member: keys.id, role: role, name: try Line(name),
            verificationKey: keys.signing.publicKey,
            agreementKey: keys.agreementKey().publicKey)
    }

    static var entry: MemberEntry {
        var entry = MemberEntry()
        entry.credential = "Peer support certificate 4711"
        entry.credentialExpires = "2028-01-31"
        entry.trainingExpires = "2027-12-31"
        return entry
    }
}

/// The kind of trouble that something throws; nil when it throws none.
func trouble(_ body: () throws -> Void) -> Trouble? {
    do {
        try body()
        return nil
    } catch {
        return error as? Trouble
    }
}

/// The same, for what goes to the relay.
func trouble(_ body: () async throws -> Void) async -> Trouble? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Trouble
    }
}
