internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// Where handoffs are kept: turns what people do and what comes into changes of state, entries, things to say and sessions to begin. Pure but for
/// randomness; every call is inside one change of the records.
struct Desk<Helper: Hands> {
    let key: StateKey
    let programs: ProgramCache
    let now: Instant
    let hands: Helper

    var today: Day { Day(of: now) }

    /// Something is missing that may still come: a document, an earlier step.
    struct TooEarly: Error {
        /// The version of the program document that is wanted.
        var version: UInt64?
    }

    // MARK: What is believed

    /// The program document of today.
    func program(in records: Records) throws -> VerifiedProgram {
        guard let program = try programs.program(in: records)?.program else { throw Trouble.program(.noDocument) }
        return program
    }

    /// What a consent is held against. - Throws: `TooEarly` when the document that it names is not here.
    func context(
        for record: ConsentRecord, revoked: Set<ConsentHash> = [], in records: Records
    ) throws -> ConsentContext {
        let version = record.terms.binding.version
        guard let named = try programs.document(version, in: records) else { throw TooEarly(version: version) }
        return ConsentContext(
            named: named, current: try program(in: records), revoked: revoked, words: try ConsentWords.english(),
            today: today)
    }

    /// A consent that counts here and now, for this reader. - Throws: `ConsentError`, `TooEarly`.
    func verified(
        _ consent: SignedConsent, by reader: ConsentReader, revoked: Set<ConsentHash>, in records: Records
    ) throws -> VerifiedConsent {
        let context = try context(for: consent.unverifiedRecord, revoked: revoked, in: records)
        return try consent.verify(by: reader, context: context)
    }

    // MARK: Where it is

    /// The handoff that a conversation is about.
    func handoff(of conversation: Int, in records: Records) throws -> HandoffRecord? {
        guard let name = try records.existing(.conversation(conversation)).handoff else { return nil }
        return try records.value(.handoff(name))
    }

    /// The handoff that a conversation is about, for an act of this person.
    func existing(in conversation: Int, as person: HandoffPerson, records: Records) throws -> HandoffRecord {
        guard let record = try handoff(of: conversation, in: records) else {
            throw Trouble.notNow("No handoff has been suggested in this conversation.")
        }
        guard record.person == person else { throw Trouble.handoff(.notTheirs) }
        return record
    }

    func put(_ record: HandoffRecord, in records: inout Records) { records.put(record, in: .handoff(record.name)) }

    /// The session of a conversation of two.
    func session(of conversation: Int?, in records: Records) throws -> SessionRecord {
        guard let conversation, let member = try records.existing(.conversation(conversation)).others.first,
            let number = member.session
        else { throw TooEarly() }
        return try records.existing(.session(number))
    }

    /// What the three are called, for whoever this is.
    func sentences(_ record: HandoffRecord, in records: Records) -> HandoffSentence {
        let program = try? program(in: records)
        let name = { (id: MemberID) in program?.member(id)?.profile.name.text ?? "a member who left the program" }
        return HandoffSentence(
            reader: record.person, officer: record.pseudonym, peer: name(record.peer), clinician: name(record.clinician)
        )
    }

    /// The conversation in which a step is shown when nobody said it there.
    func home(of record: HandoffRecord) -> Int? { record.room ?? record.pair ?? record.care }

    /// Shows a step that somebody else did, or that time did.
    func show(
        _ step: HandoffStep, of record: HandoffRecord, from sender: VerificationKey?, at hour: Hour?,
        text: String? = nil,
        adding more: String? = nil, in conversation: Int?, records: inout Records
    ) throws {
        guard let conversation = conversation ?? home(of: record) else { return }
        let sentence = [sentences(record, in: records).of(step), more].compactMap(\.self).joined(separator: " ")
        try hands.show(
            .step(step, sentence, text: text), from: sender, at: hour, in: conversation, records: &records)
    }

    /// Says that something came that does not hold. Nothing else of it is shown.
    func refuse(_ error: ConsentError, in conversation: Int, records: inout Records) throws {
        let trouble = Trouble.consent(error)
        try hands.show(
            .noticed(.unreadable, "Something came that was not taken. \(trouble.happened) \(trouble.remedy)"),
            from: nil,
            at: nil, in: conversation, records: &records)
    }

    // MARK: Stopping

    /// Stops everything on a consent, also what waits to leave.
    func stop(
        _ record: inout HandoffRecord, closing: Bool, closingRoom: Bool, in records: inout Records
    ) throws {
        for resting in record.resting where resting.isClosing == closing {
            try hands.withdraw(resting.entry, of: resting.conversation, in: &records)
        }
        record.resting.removeAll { $0.isClosing == closing }
        if closingRoom, record.person != .officer, let room = record.room { try hands.close(room, in: &records) }
    }

    /// Lets an event happen, and does what follows from it for this person.
    func apply(
        _ event: HandoffEvent, to record: inout HandoffRecord, in records: inout Records
    ) throws -> [HandoffEffect] {
        let effects = try record.apply(event, on: today)
        let state = try record.handoff.state
        for case .stopSharing(let hash) in effects {
            let closing = hash != (try record.handoff.consent)
            // How it ended is not for the peer: their room stays as it is. What was revoked, has expired or was refused ends it for all.
            let ends = try !closing && record.handoff.outcome == nil && [.revoked, .expired, .declined].contains(state)
            try stop(&record, closing: closing, closingRoom: ends, in: &records)
        }
        return effects
    }

    /// Whether this person is to see where it stands.
    func isShown(_ effects: [HandoffEffect], to record: HandoffRecord) -> Bool {
        effects.contains { if case .show(_, to: record.person) = $0 { true } else { false } }
    }

    /// Whether something that rests on a consent has not left yet. Whoever sends collects first then: a revocation may be there.
    func waitsOnConsent(in records: Records) throws -> Bool {
        try HandoffRecord.all(in: records).contains { record in
            try record.resting.contains { resting in
                let conversation = try records.value(.conversation(resting.conversation))
                return conversation?.waiting.contains { $0.entry == resting.entry } ?? false
            }
        }
    }

    // MARK: Time

    /// What the passing of days does: expiry, members who left the roster.
    func beginDay(in records: inout Records) throws {
        for var record in try HandoffRecord.all(in: records) {
            let before = record
            let effects = try apply(.dayBegan, to: &record, in: &records)
            if isShown(effects, to: record) {
                try show(.expired, of: record, from: nil, at: nil, in: nil, records: &records)
            }
            try checkMembers(&record, in: &records)
            try retry(&record, in: &records)
            if record != before { put(record, in: &records) }
            if try !record.handoff.state.isOpen, record.person != .officer {
                // Nothing begins on it any more, so no sheet is fetched for it.
                for name in records.names(beginning: Record<SessionOrder>.orders)
                where try records.existing(Record<SessionOrder>(name)).handoff == record.name { records[name] = nil }
            }
            // After a revocation the key is still needed: if the peer has introduced meanwhile, only the officer can tell the clinician.
            if try today > record.handoff.through { records[Record.introductionKey(record.name).name] = nil }
            if record.isForgotten(on: today) { records[Record.handoff(record.name).name] = nil }
        }
    }

    /// A peer or clinician who left the roster neither tells nor is told.
    private func checkMembers(_ record: inout HandoffRecord, in records: inout Records) throws {
        guard try record.handoff.state.isOpen, let program = try? program(in: records) else { return }
        let gone = [record.peer, record.clinician].first { program.member($0)?.isChoosable(on: today) != true }
        let reason = gone.map { id in
            let name = program.member(id)?.profile.name.text ?? "Somebody"
            return
                "\(name) cannot be chosen now, by the program's list. Nothing more is told on this handoff meanwhile."
        }
        guard reason != record.stopped else { return }
        record.stopped = reason
        guard let reason else { return }
        try stop(&record, closing: false, closingRoom: false, in: &records)
        if let home = home(of: record) {
            try hands.show(.noticed(.information, reason), from: nil, at: nil, in: home, records: &records)
        }
    }
}

extension Trouble {
    /// It is not for now.
    static func notNow(_ what: String) -> Trouble {
        Trouble(
            .notNow, what, meaning: "Nothing was told to anybody.",
            remedy: "Look at the conversation: its head says where a handoff stands.")
    }
}
