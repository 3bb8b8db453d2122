import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import Testing
import CallboxWire

@testable import CallboxClient
@testable import CallboxSealing

/// An officer, a peer and a clinician, each at a desk of their own, with paper between them.
final class DeskWorld {
    /// One of the three.
    final class Person {
        let hands: PaperHands
        let store: MemoryStore
        let programs = ProgramCache()
        let participant: VerificationKey
        var now = SampleProgram.now

        init(seed: UInt64, participant: VerificationKey) {
            hands = PaperHands(seed: seed, now: SampleProgram.now)
            store = MemoryStore(seed: seed)
            self.participant = participant
        }

        var desk: Desk<PaperHands> { Desk(key: store.key, programs: programs, now: now, hands: hands) }

        /// Does something in one change; nothing is said when it throws.
        func act<Result>(_ body: (Desk<PaperHands>, inout Records) throws -> Result) throws -> Result {
            let before = hands.kept
            var records = store.records
            do {
                let result = try body(desk, &records)
                store.restore(records)
                return result
            } catch {
                hands.kept = before
                throw error
            }
        }

        func look<Result>(_ body: (Desk<PaperHands>, Records) throws -> Result) throws -> Result {
            try body(desk, store.records)
        }

        /// The only handoff here.
        var handoff: HandoffRecord? { try? look { _, records in try HandoffRecord.all(in: records).first } }
        var state: HandoffState? { try? handoff?.handoff.state }

        /// The steps that are shown, in all conversations.
        var steps: [HandoffStep] {
            shown.compactMap { if case .step(let step, _, _) = $0 { step } else { nil } }
        }
        var shown: [EntryRecord.Content] {
            hands.entries.sorted { $0.key < $1.key }.flatMap { $0.value.map(\.content) }
        }
        /// The words that were told, wherever.
        var told: [String] {
            shown.flatMap { if case .told(let items) = $0 { items.map(\.text) } else { [String]() } }
        }
        /// What was refused.
        var refusals: Int {
            shown.count { if case .noticed(.unreadable, _) = $0 { true } else { false } }
        }
    }

    let sample: SampleProgram
    let officer, peer, clinician: Person
    let officerKey: SampleKey
    var random: SeededRandom
    static let secret = "Not sleeping since the call on Elm Street."

    init(seed: UInt64 = 1) throws {
        random = SeededRandom(seed: seed &+ 100)
        sample = try SampleProgram(seed: seed)
        officerKey = SampleKey(from: &random)
        officer = Person(seed: seed + 1, participant: officerKey.publicKey)
        peer = Person(seed: seed + 2, participant: sample.peers[0].signing.publicKey)
        clinician = Person(seed: seed + 3, participant: sample.clinician.signing.publicKey)
        try settle(officer, .officer, nil)
        try settle(peer, .peer, sample.peers[0])
        try settle(clinician, .clinician, sample.clinician)
        let (mine, theirs) = try meet(
            officer, peer, identity: AgreementKey.random(from: &random).publicKey, consent: .none)
        let room = RoomID.random(from: &random)
        for (person, session, other, role) in [
            (officer, mine, peer, CallboxClient.Role.peer), (peer, theirs, officer, .officer),
        ] {
            try person.act { desk, records in
                _ = try desk.hands.open(
                    room, own: person.participant,
                    others: [
                        ConversationRecord.Member(
                            key: other.participant, role: role, name: role == .peer ? "Sam Sample" : "Officer 1",
                            memberID: role == .peer ? self.sample.peers[0].id : nil, session: session)
                    ], handoff: "", in: &records)
                try records.update(.conversation(1)) { $0.handoff = nil }
            }
        }
    }

    private func settle(_ person: Person, _ role: CallboxClient.Role, _ member: SampleMember?) throws {
        let relay = try Invite.Relay(RelayURL("https://relay.example"), trust: .webPKI)
        let invite = try Invite(program: sample.program.id, relays: [relay], root: HumanDigest(of: sample.root.digest))
        try person.act { desk, records in
            var record = PersonRecord(role: role, created: SampleProgram.today, invite: invite, memberID: member?.id)
            record.acknowledged = [
                AcknowledgedNotice(
                    notice: self.sample.program.document.content.notices[0].hash, language: try LanguageTag("en-US"),
                    day: SampleProgram.today)
            ]
            records.put(record, in: .person)
            records.put(try self.sample.state(), in: .program)
            var random = SystemRandom()
            if let member {
                records.put(
                    desk.key.seal(signing: member.signing.key(), agreement: member.agreementKey(), random: &random),
                    in: .keys)
            } else {
                desk.key.store(officerKey: self.officerKey.key(), in: &records, random: &random)
            }
        }
    }

    /// Puts a session between two; the first has begun it.
    @discardableResult
    func meet(
        _ first: Person, _ second: Person, identity: AgreementPublicKey, consent: ConsentHash,
        signing: VerificationKey? = nil
    ) throws -> (Int, Int) {
        let id = SessionID.random(from: &random)
        func put(_ person: Person, _ other: Person, isInitiator: Bool) throws -> Int {
            try person.act { desk, records in
                let number = try records.takeNext(\.session)
                let address = MailboxAddress.random(from: &self.random)
                records.put(
                    SessionRecord(
                        number: number, isInitiator: isInitiator, tag: ConsentSessionTag(id), other: self.other(other),
                        otherKey: isInitiator ? other.participant : signing ?? other.participant, identityKey: identity,
                        ownKey: person.participant, consent: consent, begun: SampleProgram.today, firstMailbox: address,
                        ownMailbox: address,
                        destination: SessionRecord.Destination(
                            address: address, sealingKey: identity, isIntake: false,
                            channel: .random(from: &self.random)), slipIsDue: false), in: .session(number))
                desk.hands.sessions[number] = id
                return number
            }
        }
        return (try put(first, second, isInitiator: true), try put(second, first, isInitiator: false))
    }

    private func other(_ person: Person) -> SessionRecord.Other {
        if person === officer { return .officer(1) }
        return .member(person === peer ? sample.peers[0].id : sample.clinician.id)
    }

    // MARK: Carrying

    /// Begins the sessions that a desk ordered, unless what they rest on was taken back.
    func beginSessions(of person: Person) throws {
        for order in person.hands.takeOrders() {
            let identity: AgreementPublicKey
            if let name = order.introduction {
                let draft = try #require(
                    person.look { _, records in try records.value(.handoff(name)) }?.introduction.draft)
                identity = try #require(draft.introductionKey)
            } else {
                identity = sample.peers[0].agreementKey().publicKey
            }
            let (mine, _) = try meet(person, clinician, identity: identity, consent: order.consent)
            try person.act { desk, records in
                for conversation in order.conversations {
                    try desk.hands.connect(mine, to: conversation, in: &records)
                }
            }
        }
    }

    /// Hands one letter over.
    func deliver(_ letter: PaperHands.Letter, line: [UInt8]? = nil) throws {
        let all = [officer, peer, clinician]
        let reader = try #require(all.first { $0.participant == letter.to })
        let sender = try #require(all.first { $0.participant == letter.from })
        let name = try #require(sender.hands.sessions[letter.session])
        let number = try #require(reader.hands.sessions.first { $0.value == name }?.key)
        try reader.act { desk, records in
            let session = try records.existing(.session(number))
            let body = try Body(
                reading: PartCollector.Complete(id: letter.body, bytes: line ?? letter.line))
            try self.take(body, letter.room, Desk.Sender(session: session), desk, &records)
        }
    }

    private func take(
        _ body: Body, _ room: RoomID, _ sender: Desk<PaperHands>.Sender, _ desk: Desk<PaperHands>,
        _ records: inout Records
    ) throws {
        var conversation = try conversation(of: room, in: records)
        var held: [HeldBody] = []
        if conversation == nil {
            switch try desk.opening(body.entry.content, for: room, from: sender, records: &records) {
            case .opened(let id):
                conversation = id
                held = try records.names(beginning: Record.held(for: room)).compactMap { name in
                    defer { records[name] = nil }
                    return try records.value(Record<HeldBody>(name))
                }
            case .hold:
                records.put(
                    HeldBody(
                        session: sender.session.number, body: body.entry.id, line: Blob(body.line),
                        day: SampleProgram.today), in: .held(body.entry.id, for: room))
                return
            case .refused: return
            }
        }
        guard let conversation else { return }
        var view = try RoomView(stored: records[RawRecord.room(conversation)] ?? [])
        guard let entry = body.roomEntry(from: sender.key) else { return }
        let findings = view.receive(entry)
        records[RawRecord.room(conversation)] = view.stored
        switch findings.first {
        case .inOrder, .gap, .filled:
            _ = try desk.receive(body.entry, line: body.line, from: sender, in: conversation, records: &records)
        default: break
        }
        for held in held {
            let body = try Body(reading: PartCollector.Complete(id: held.body, bytes: held.line.bytes))
            let session = try records.existing(.session(held.session))
            try take(body, room, Desk.Sender(session: session), desk, &records)
        }
    }

    private func conversation(of room: RoomID, in records: Records) throws -> Int? {
        try records.names(beginning: Record.conversations).compactMap {
            try records.value(Record<ConversationRecord>($0))
        }
        .first { $0.room == room }?.id
    }

    /// Hands everything over, in this order or shuffled, until nothing moves.
    func carry(shuffledBy seed: UInt64? = nil) throws {
        var shuffle = seed.map { SeededRandom(seed: $0) }
        var waiting: [PaperHands.Letter] = []
        while true {
            for person in [officer, peer, clinician] {
                try beginSessions(of: person)
                waiting += person.hands.take()
            }
            guard !waiting.isEmpty else { return }
            var place = 0
            if shuffle != nil { place = Int(shuffle?.bytes(1)[0] ?? 0) % waiting.count }
            try deliver(waiting.remove(at: place))
        }
    }

    // MARK: The story

    var clinicianID: String { sample.clinician.id.crockford }

    func draft() -> ProposalDraft {
        ProposalDraft(
            recipient: clinicianID, purpose: "Care.",
            items: [
                DisclosedItem(kind: "reason", text: Self.secret),
                DisclosedItem(kind: "wishes", text: "Somebody who knows shift work."),
            ], days: 20, text: "What do you think?")
    }

    func propose() throws { try peer.act { try $0.propose(draft(), in: 1, records: &$1) } }

    func sign(realName: String? = nil, days: Int = 30) throws {
        try officer.act { desk, records in
            var choices = try desk.choices(in: 1, records: records)
            choices.pseudonym = "Heron"
            choices.realName = realName
            choices.days = days
            let draft = try desk.draft(choices, in: 1, records: &records)
            try desk.sign(draft, records: &records)
        }
    }

    func introduce() throws { try peer.act { try $0.introduce(in: 1, records: &$1) } }

    /// To the room of three, with the clinician asked.
    func toIntroduction(shuffledBy seed: UInt64? = nil, realName: String? = nil) throws {
        try propose()
        try carry(shuffledBy: seed)
        try sign(realName: realName)
        try carry(shuffledBy: seed)
        try introduce()
        try carry(shuffledBy: seed)
    }

    /// As far as the officer's client having ordered its session.
    func toIntroductionWithoutOfficer() throws {
        try propose()
        try carry()
        try sign()
        try carry()
        try introduce()
        try beginSessions(of: peer)
        for letter in peer.hands.take() { try deliver(letter) }
    }

    /// A new program document, to all three.
    func publish(_ change: (inout ProgramContent) throws -> Void) throws {
        let envelope = try sample.sign(sample.next(change))
        for person in [officer, peer, clinician] {
            try person.act { desk, records in
                guard var state = try desk.programs.program(in: records), let before = state.program else { return }
                _ = try state.accept(program: envelope)
                records.put(state, in: .program)
                records.put(DocumentRecord(before), in: .document(before.version))
            }
        }
    }

    var room: Int { clinician.handoff?.room ?? 0 }
    var care: Int { clinician.handoff?.care ?? 0 }

    func accept() throws { try clinician.act { try $0.accept(in: self.room, text: "Glad to.", records: &$1) } }
    func firstContact() throws { try clinician.act { try $0.recordFirstContact(in: self.room, records: &$1) } }
    func outcome(items: [String]? = nil) throws {
        try clinician.act { try $0.recordOutcome("engaged", in: self.care, items: items, records: &$1) }
    }

    /// The clinician asks, the officer signs.
    func allowClosing() throws {
        try clinician.act { desk, records in
            try desk.proposeClosing(
                ProposalDraft(
                    recipient: "", purpose: "So that they know.",
                    items: [
                        DisclosedItem(kind: "outcome", text: "We go on together."),
                        DisclosedItem(kind: "advice", text: "Ask now and then."),
                    ]), in: self.care, records: &records)
        }
        try carry()
        try officer.act { desk, records in
            let care = try #require(self.officer.handoff?.care)
            let draft = try desk.draft(desk.choices(in: care, records: records), in: care, records: &records)
            try desk.sign(draft, records: &records)
        }
        try carry()
    }
}
