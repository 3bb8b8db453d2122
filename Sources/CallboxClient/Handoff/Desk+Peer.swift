internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What the peer does: suggests, and introduces.
extension Desk {
    /// Suggests to the officer of this conversation to meet a clinician.
    func propose(_ draft: ProposalDraft, in conversation: Int, records: inout Records) throws {
        let room = try records.existing(.conversation(conversation))
        let me = try self.me(in: records)
        guard me.role == .peer, room.others.count == 1, let officer = room.others.first, officer.role == .officer else {
            throw Trouble.notNow("A peer suggests a clinician to an officer, in their conversation of two.")
        }
        guard !room.hasEnded else { throw Trouble.notNow("This conversation has ended.") }
        if let running = try handoff(of: conversation, in: records), try running.handoff.state.isOpen {
            throw Trouble.notNow("A handoff runs in this conversation already.")
        }
        let program = try program(in: records)
        guard let clinician = program.document.content.members.first(where: { $0.id.crockford == draft.recipient }),
            clinician.role == .clinician
        else { throw Trouble.unfit("There is no clinician of this name in the program.") }
        guard clinician.isChoosable(on: today) else { throw Trouble.program(.notChoosable) }
        let proposal = try proposal(of: draft, direction: .toClinician, to: clinician.id)
        let sentence = HandoffSentence(
            reader: .peer, officer: officer.name, peer: me.profile.name.text, clinician: clinician.profile.name.text)
        let said = try hands.say(
            .handoffProposal(proposal), shownAs: .step(.proposed, sentence.of(.proposed), text: draft.text),
            in: conversation, records: &records)
        var record = HandoffRecord(
            name: said.body.hexadecimal, person: .peer, officer: officer.key, pseudonym: officer.name, peer: me.id,
            clinician: clinician.id, machine: Handoff(proposedThrough: proposal.expires))
        record.introduction.proposal = HandoffRecord.Proposal(body: said.body, content: proposal)
        record.pair = conversation
        put(record, in: &records)
        try records.update(.conversation(conversation)) { $0.handoff = record.name }
    }

    /// The proposal of a draft. - Throws: `Trouble` of kind `usage`.
    func proposal(
        of draft: ProposalDraft, direction: ConsentDirection, to recipient: MemberID
    ) throws -> HandoffProposal {
        guard (1...365).contains(draft.days) else { throw Trouble.unfit("It may be taken up for 1 to 365 days.") }
        return HandoffProposal(
            direction: direction, recipient: recipient, purpose: try fit(draft.purpose, "what it is for"),
            items: try fit(draft.items, direction), expires: today.later(by: UInt32(draft.days)),
            text: try draft.text.map { text throws in try fit(text, "the word to them") as Words<8_192> })
    }

    /// Signs beside the officer, opens the room of three and tells what the consent lets be told. Nothing leaves without a consent that holds now.
    func introduce(in conversation: Int, records: inout Records) throws {
        var record = try existing(in: conversation, as: .peer, records: records)
        if let stopped = record.stopped { throw Trouble.notNow(stopped) }
        guard let half = record.introduction.half, let pair = record.pair else {
            throw Trouble.notNow(sentences(record, in: records).standing(try record.handoff.state))
        }
        let session = try session(of: pair, in: records)
        let whole: SignedConsent
        let verified: VerifiedConsent
        do {
            whole = try countersigned(SignedConsent(half), session, officer: record.officer, record, in: records)
            verified = try self.verified(
                whole, by: presenter(session, officer: record.officer, in: records), revoked: record.revoked,
                in: records)
        } catch let error as ConsentError {
            throw Trouble.consent(error)
        }
        do { try checkNewSession(in: records) } catch let error as ProgramError { throw Trouble.program(error) }
        do { _ = try apply(.introduced, to: &record, in: &records) } catch let error as HandoffError {
            throw Trouble.handoff(error)
        }
        record.introduction.whole = whole.text
        let clinician = try member(record.clinician, in: records)
        let me = try self.me(in: records)
        let room = try hands.open(
            verified.room, own: me.verificationKey,
            others: [
                ConversationRecord.Member(
                    key: record.officer, role: .officer, name: record.pseudonym, memberID: nil, session: session.number),
                ConversationRecord.Member(
                    key: clinician.verificationKey, role: .clinician, name: clinician.profile.name.text,
                    memberID: clinician.id, session: nil),
            ], handoff: record.name, in: &records)
        record.room = room
        let said = try hands.say(
            .introduction(Introduction(whole.text, packet: verified.wholePacket)),
            shownAs: .step(.introduced, sentences(record, in: records).of(.introduced), text: nil), in: room,
            records: &records)
        if let entry = said.entry {
            record.resting.append(HandoffRecord.Resting(conversation: room, entry: entry, isClosing: false))
        }
        record.introduction.isTold = true
        try showTold(verified.wholePacket, in: room, records: &records)
        try hands.begin(
            SessionOrder(
                member: clinician.id, own: me.verificationKey, introduction: nil, consent: .none, handoff: record.name,
                conversations: [room]), in: &records)
        put(record, in: &records)
    }

    /// The roster's entry of this member. - Throws: `Trouble` when the program does not have them.
    func me(in records: Records) throws -> Member {
        guard let id = try records.existing(.person).memberID else { throw Trouble.handoff(.notTheirs) }
        return try member(id, in: records)
    }

    /// Whether a new session may be opened today.
    func checkNewSession(in records: Records) throws {
        guard let state = try programs.program(in: records) else { throw ProgramError.noDocument }
        _ = try state.checkNewSession(at: now)
    }

    /// A consent with this member's signature beside the officer's. - Throws: `ConsentError`, `TooEarly`.
    func countersigned(
        _ half: SignedConsent, _ session: SessionRecord, officer: VerificationKey, _ record: HandoffRecord,
        in records: Records
    ) throws -> SignedConsent {
        guard !record.revoked.contains(half.hash) else { throw ConsentError.revoked }
        let context = try context(for: half.unverifiedRecord, revoked: record.revoked, in: records)
        return try half.countersigned(
            by: key.memberKeys(in: records).signing, session: hands.sessionID(of: session.number, in: records),
            officer: officer, context: context)
    }

    /// How a presenter looks at a consent of a session.
    func presenter(
        _ session: SessionRecord, officer: VerificationKey, in records: Records
    ) throws -> ConsentReader {
        .presenter(
            session: try hands.sessionID(of: session.number, in: records), officer: officer,
            key: try key.memberKeys(in: records).signing.verificationKey)
    }

    /// Shows what was told, word for word.
    func showTold(
        _ packet: IntroductionPacket, from sender: VerificationKey? = nil, in conversation: Int, records: inout Records
    ) throws {
        let items = packet.items.all.map { EntryRecord.Item(kind: $0.kind.rawValue, text: $0.text.text) }
        try hands.show(.told(items), from: sender, at: nil, in: conversation, records: &records)
    }
}
