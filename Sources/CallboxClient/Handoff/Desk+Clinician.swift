internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What the clinician does: takes it or not, notes that they have spoken and how it ended, and tells the peer if the officer signs for that.
extension Desk {
    /// The consent, if it counts now; and the handoff for an act of the clinician.
    private func standing(
        in conversation: Int, records: Records
    ) throws -> (record: HandoffRecord, consent: VerifiedConsent, room: Int) {
        let record = try existing(in: conversation, as: .clinician, records: records)
        guard let whole = record.introduction.whole, let room = record.room else {
            throw Trouble.notNow("The introduction by the peer has not come yet.")
        }
        if let stopped = record.stopped { throw Trouble.notNow(stopped) }
        do {
            let consent = try verified(
                SignedConsent(whole), by: recipient(in: records), revoked: record.revoked, in: records)
            return (record, consent, room)
        } catch let error as ConsentError {
            throw Trouble.consent(error)
        }
    }

    /// How a recipient looks at a consent.
    func recipient(in records: Records) throws -> ConsentReader {
        .recipient(key: try key.memberKeys(in: records).signing.verificationKey)
    }

    private func step(
        _ event: HandoffEvent, _ step: HandoffStep, _ content: (ConsentHash) -> Content, text: String? = nil,
        adding more: String? = nil, in conversation: Int, records: inout Records
    ) throws {
        var (record, consent, room) = try standing(in: conversation, records: records)
        do { _ = try apply(event, to: &record, in: &records) } catch let error as HandoffError {
            throw Trouble.handoff(error)
        }
        let sentence = [sentences(record, in: records).of(step), more].compactMap(\.self).joined(separator: " ")
        _ = try hands.say(
            content(consent.hash), shownAs: .step(step, sentence, text: text), in: room, records: &records)
        put(record, in: &records)
    }

    /// Takes it from here.
    func accept(in conversation: Int, text: String?, records: inout Records) throws {
        let words = try text.map { text throws in try fit(text, "the word to them") as Words<8_192> }
        try step(
            .accepted, .accepted, { .handoffAcceptance(HandoffAcceptance(consent: $0, text: words)) }, text: text,
            in: conversation, records: &records)
    }

    /// Cannot take it.
    func refuse(in conversation: Int, reason: String, text: String?, records: inout Records) throws {
        guard let reason = HandoffRefusal.Reason(rawValue: reason) else {
            throw Trouble.unfit("The reason is “full”, “not-my-field”, “conflict”, “licence” or “other”.")
        }
        let words = try text.map { text throws in try fit(text, "the word to them") as Words<8_192> }
        // It leaves the room as the last word in it, so it is said before the room is closed.
        var (record, consent, room) = try standing(in: conversation, records: records)
        let state = try record.handoff.state
        guard state == .introduced || state == .accepted else { throw Trouble.handoff(.outOfTurn) }
        let sentence = sentences(record, in: records).of(.refused) + " " + HandoffSentence.ofReason(reason.rawValue)
        _ = try hands.say(
            .handoffRefusal(HandoffRefusal(consent: consent.hash, reason: .known(reason), text: words)),
            shownAs: .step(.refused, sentence, text: text), in: room, records: &records)
        do { _ = try record.apply(.refused, on: today) } catch let error as HandoffError {
            throw Trouble.handoff(error)
        }
        put(record, in: &records)
    }

    /// Notes that they have spoken.
    func recordFirstContact(in conversation: Int, records: inout Records) throws {
        try step(
            .firstContact, .firstContact, { .firstContact(FirstContact(consent: $0)) }, in: conversation,
            records: &records)
    }

    /// Notes how it ended, for the officer; with `items` tells the peer, if the officer has signed for that.
    func recordOutcome(
        _ outcome: String, in conversation: Int, items: [String]?, records: inout Records
    ) throws {
        guard let outcome = Outcome(rawValue: outcome) else {
            throw Trouble.unfit("It ended as “engaged”, “declined”, “redirected” or “escalated”.")
        }
        var (record, consent, _) = try standing(in: conversation, records: records)
        guard let care = record.care else {
            throw Trouble.notNow("\(record.pseudonym) has not come to you yet, so there is nobody to tell.")
        }
        do { _ = try apply(.ended(outcome), to: &record, in: &records) } catch let error as HandoffError {
            throw Trouble.handoff(error)
        }
        let sentence = sentences(record, in: records).of(.ended) + " " + HandoffSentence.of(outcome.rawValue)
        _ = try hands.say(
            .outcome(HandoffOutcome(consent: consent.hash, outcome: .known(outcome))),
            shownAs: .step(.ended, sentence, text: nil), in: care, records: &records)
        put(record, in: &records)
        if let items { try tellPeer(items, in: conversation, records: &records) }
    }

    /// Asks the officer whether the peer may be told how it went.
    func proposeClosing(_ draft: ProposalDraft, in conversation: Int, records: inout Records) throws {
        var record = try existing(in: conversation, as: .clinician, records: records)
        guard let care = record.care else {
            throw Trouble.notNow("\(record.pseudonym) has not come to you yet, so there is nobody to ask.")
        }
        let handoff = try record.handoff
        guard handoff.state == .accepted || handoff.state == .firstContact || handoff.outcome != nil else {
            throw Trouble.handoff(.outOfTurn)
        }
        guard record.closing.proposal == nil || !record.closing.revocations.isEmpty else {
            throw Trouble.notNow("You have asked already.")
        }
        guard draft.items.contains(where: { $0.kind == ConsentItem.Kind.outcome.rawValue }) else {
            throw Trouble.unfit("A closing word says how it ended: “outcome” must be among what is told.")
        }
        let proposal = try proposal(of: draft, direction: .backToPeer, to: record.peer)
        let said = try hands.say(
            .handoffProposal(proposal),
            shownAs: .step(.closingProposed, sentences(record, in: records).of(.closingProposed), text: draft.text),
            in: care, records: &records)
        let revoked = record.closing.revoked
        record.closing = HandoffRecord.Papers(
            proposal: HandoffRecord.Proposal(body: said.body, content: proposal), revoked: revoked)
        put(record, in: &records)
    }

    /// Tells the peer what the officer signed for, in the room of three: the consent first, and then how it ended. `items` are the kinds that are told.
    func tellPeer(_ items: [String], in conversation: Int, records: inout Records) throws {
        var (record, introduction, room) = try told(in: conversation, records: records)
        guard let outcome = try record.handoff.outcome else {
            throw Trouble.notNow("Note first how it ended.")
        }
        guard let half = record.closing.half, let care = record.care, try record.handoff.closing != nil else {
            throw Trouble.notNow("\(record.pseudonym) has not signed that the peer may be told.")
        }
        guard !record.closing.isTold else { throw Trouble.notNow("The peer was told already.") }
        do {
            let session = try session(of: care, in: records)
            let whole = try countersigned(SignedConsent(half), session, officer: record.officer, record, in: records)
            let closing = try verified(
                whole, by: presenter(session, officer: record.officer, in: records), revoked: record.revoked,
                in: records)
            try whole.checkClosing(of: introduction)
            let chosen = closing.terms.items.all.filter { items.contains($0.kind.rawValue) }
            guard chosen.contains(where: { $0.kind == .outcome }), chosen.count == Set(items).count else {
                throw Trouble.unfit("What is told must be among what was signed for, and “outcome” with it.")
            }
            let packet = IntroductionPacket(consent: whole.hash, items: try Few(chosen))
            try closing.permits(packet)
            record.closing.whole = whole.text
            record.closing.isTold = true
            let consent = try hands.say(
                .handoffConsent(ConsentDelivery(whole.text)),
                shownAs: .noticed(
                    .information, "What \(record.pseudonym) signed goes first, so that it can be checked."),
                in: room, records: &records)
            let word = try hands.say(
                .outcome(
                    HandoffOutcome(
                        consent: introduction.hash, outcome: .known(outcome), closing: whole.hash, packet: packet)),
                shownAs: .step(.closingTold, sentences(record, in: records).of(.closingTold), text: nil), in: room,
                records: &records)
            record.resting += [consent, word].compactMap(\.entry).map {
                HandoffRecord.Resting(conversation: room, entry: $0, isClosing: true)
            }
            try showTold(packet, in: room, records: &records)
            put(record, in: &records)
        } catch let error as ConsentError {
            throw Trouble.consent(error)
        }
    }

    /// The introduction that a closing word is of. It need not hold any more: the closing word has a consent of its own.
    private func told(
        in conversation: Int, records: Records
    ) throws -> (record: HandoffRecord, introduction: SignedConsent, room: Int) {
        let record = try existing(in: conversation, as: .clinician, records: records)
        guard let whole = record.introduction.whole, let room = record.room else {
            throw Trouble.notNow("The introduction by the peer has not come yet.")
        }
        return (record, try SignedConsent(whole), room)
    }
}
