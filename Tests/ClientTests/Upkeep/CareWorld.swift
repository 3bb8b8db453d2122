import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire

@testable import CallboxClient

/// One client and its program, before a relay on paper that can be told to misbehave.
struct CareWorld {
    let sample: SampleProgram
    let clock = GivenClock()
    let paper: PaperRelay
    let relay: MisbehavingRelay
    let store: MemoryStore
    let callbox: Callbox
    let invite: Invite
    let code: EnrolmentCode

    /// An officer with a code, or a member. The program document names the relay's token keys of two epochs.
    init(seed: UInt64 = 1, member: SampleMember? = nil, isFreshMember: Bool = false) async throws {
        var random = SeededRandom(seed: seed)
        sample = try SampleProgram(from: &random)
        let entry = sample.program.document.content.relays[0]
        paper = PaperRelay(identity: entry.identityKey, clock: clock, epochs: [1, 2], seed: seed)
        relay = MisbehavingRelay(paper)
        store = MemoryStore(seed: seed)
        callbox = Callbox(store: store, relay: relay, clock: clock)
        code = .random(from: &random)
        invite = try Invite(
            program: sample.program.id, relays: [Invite.Relay(entry.url, trust: .webPKI)],
            root: HumanDigest(of: sample.root.digest))
        paper.host(sample)
        var state = try sample.state()
        let second = try sample.sign(content(following: sample.program) { _ in })
        paper.host([], [second], of: sample.program.id)
        _ = try state.accept(program: second)
        var records = Records()
        if isFreshMember {
            records = try Callbox.records(
                ofMember: "Kim Fresh", as: .peer, by: invite, in: state, under: store.key, at: clock.now)
        } else {
            records.put(
                PersonRecord(
                    role: member.map { Role($0.role) } ?? .officer, created: SampleProgram.today, invite: invite,
                    memberID: member?.id), in: .person)
            records.put(state, in: .program)
            if let member {
                records.put(
                    store.key.seal(signing: member.signing.key(), agreement: member.agreementKey(), random: &random),
                    in: .keys)
                let intake = MailboxRecord.fresh(.intake, session: nil, under: store.key, random: &random)
                records.put(intake, in: .mailbox(intake.address))
            } else {
                Callbox.keep(code, under: store.key, in: &records)
            }
        }
        store.restore(records)
    }

    /// The content that follows on a document, with the relay's token keys.
    func content(
        following program: VerifiedProgram, _ change: (inout ProgramContent) throws -> Void
    ) throws -> ProgramContent {
        var content = program.document.content
        content.version += 1
        content.previous = program.hash
        content.tokenEpochs = try [UInt32(1), 2].map { number in
            let first = SampleProgram.today.later(by: (number - 1) * 28)
            return try TokenEpoch(
                number: number, first: first, last: first.later(by: 27),
                key: paper.issuingKey(of: number) ?? .random(number))
        }
        try change(&content)
        return content
    }

    /// The state that is stored.
    var state: ProgramState {
        get throws { try store.records.existing(.program) }
    }

    /// A document that follows on the stored one, signed by these coordinators.
    func next(
        by signers: [Int] = [0, 1], _ change: (inout ProgramContent) throws -> Void = { _ in }
    ) throws -> SignedEnvelope {
        guard let program = try state.program else { throw ProgramError.noDocument }
        return try sample.sign(content(following: program, change), by: signers)
    }

    /// The online key's word.
    func statement(
        _ version: UInt64, _ hash: RosterHash, at time: Instant? = nil, bulletin: BulletinHead? = nil,
        by key: SampleKey? = nil
    ) -> SignedEnvelope {
        let statement = FreshnessStatement(
            programID: sample.program.id, version: version, hash: hash, time: time ?? clock.now, bulletin: bulletin)
        return [key ?? sample.online].sign(statement.payload, as: .freshness)
    }

    func announce(_ envelope: SignedEnvelope, bulletin: BulletinHead? = nil) throws {
        let document = try ProgramDocument(parsing: envelope.unverifiedPayload)
        paper.host(
            freshness: statement(
                document.content.version, ProgramDocument.hash(of: envelope.unverifiedPayload), bulletin: bulletin),
            of: sample.program.id)
    }

    /// One round of upkeep, however soon after the last.
    func keepUp() async throws -> [Trouble] { try await callbox.upkeep.run() }

    /// Has the relay know the code.
    func enrol() async throws {
        var random = SystemRandom()
        try await paper.enrol(
            [code.hash(in: sample.program.id)], in: sample.program.id, by: RequestSigner(.random(from: &random)))
    }
}

extension TokenIssuingKey {
    fileprivate static func random(_ number: UInt32) -> TokenIssuingKey {
        TokenIssuingKey(unchecked: [UInt8](repeating: UInt8(number), count: 32))
    }
}
