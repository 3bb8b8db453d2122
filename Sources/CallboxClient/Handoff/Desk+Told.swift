internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What comes from the clinician: the steps after an introduction, and the closing word.
extension Desk {
    func takeStep(
        _ event: HandoffEvent, _ step: HandoffStep, _ consent: ConsentHash, _ text: String?, _ more: String?,
        _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early, _ record: inout HandoffRecord,
        in records: inout Records
    ) throws {
        guard came.conversation == record.room, came.from == clinicianKey(record, in: records) else {
            throw HandoffError.notTheirs
        }
        guard let whole = record.introduction.whole, try SignedConsent(whole).hash == consent else {
            throw ConsentError.wrongConsent
        }
        let effects = try apply(event, to: &record, in: &records)
        guard isShown(effects, to: record) else { return }
        try show(
            step, of: record, from: came.from, at: entry.at, text: text, adding: more, in: came.conversation,
            records: &records)
    }

    func takeClosingProposal(
        _ proposal: HandoffProposal, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard record.person == .officer, came.conversation == record.care,
            came.from == clinicianKey(record, in: records)
        else { throw HandoffError.notTheirs }
        guard proposal.recipient == record.peer, today <= proposal.expires,
            proposal.items.all.allSatisfy({ $0.kind.direction == .backToPeer }),
            proposal.items.all.contains(where: { $0.kind == .outcome })
        else { throw ConsentError.field }
        let handoff = try record.handoff
        guard handoff.state == .accepted || handoff.state == .firstContact || handoff.outcome != nil else {
            throw HandoffError.outOfTurn
        }
        guard record.closing.half == nil || !record.closing.revocations.isEmpty else { throw ConsentError.wrongConsent }
        let revoked = record.closing.revoked
        record.closing = HandoffRecord.Papers(
            proposal: HandoffRecord.Proposal(body: entry.id, content: proposal), revoked: revoked)
        try show(
            .closingProposed, of: record, from: came.from, at: entry.at, text: proposal.text?.text,
            in: came.conversation, records: &records)
    }

    /// The consent to a closing word, with both signatures, before the word itself.
    func takeClosing(
        _ consent: SignedConsent, _ came: HandoffRecord.Early, _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard came.from == clinicianKey(record, in: records) else { throw ConsentError.wrongPresenter }
        _ = try closing(consent, of: record, in: records)
        record.closing.whole = consent.text
    }

    /// A closing word's consent that counts here and now, of this introduction.
    private func closing(
        _ consent: SignedConsent, of record: HandoffRecord, in records: Records
    ) throws -> VerifiedConsent {
        guard let introduction = record.introduction.whole else { throw TooEarly() }
        let reader: ConsentReader
        if record.person == .officer {
            let session = try session(of: record.care, in: records)
            reader = .officer(session: try hands.sessionID(of: session.number, in: records), key: record.officer)
        } else {
            reader = try recipient(in: records)
        }
        let verified = try verified(consent, by: reader, revoked: record.revoked, in: records)
        try consent.checkClosing(of: SignedConsent(introduction))
        return verified
    }

    func takeOutcome(
        _ outcome: HandoffOutcome, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard came.from == clinicianKey(record, in: records) else { throw HandoffError.notTheirs }
        guard let whole = record.introduction.whole, try SignedConsent(whole).hash == outcome.consent else {
            throw ConsentError.wrongConsent
        }
        switch came.conversation {
        case record.care where record.person == .officer && outcome.closing == nil:
            let how: String
            if case .known(let known) = outcome.outcome {
                _ = try apply(.ended(known), to: &record, in: &records)
                how = HandoffSentence.of(known.rawValue)
            } else {
                how = HandoffSentence.of("")
            }
            try show(
                .ended, of: record, from: came.from, at: entry.at, adding: how, in: came.conversation,
                records: &records)
        case record.room: try takeClosingWord(outcome, entry, came, &record, in: &records)
        // To the peer without a consent: not for their eyes.
        default: throw ConsentError.wrongConsent
        }
    }

    private func takeClosingWord(
        _ outcome: HandoffOutcome, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard let hash = outcome.closing, let packet = outcome.packet else { throw ConsentError.wrongConsent }
        guard let text = record.closing.whole else { throw TooEarly() }
        let consent = try SignedConsent(text)
        guard consent.hash == hash else { throw ConsentError.wrongConsent }
        let verified = try closing(consent, of: record, in: records)
        try verified.permits(packet)
        // The word on how it ended stands outside of the packet, so the packet must have it too.
        guard packet.items.all.contains(where: { $0.kind == .outcome }) else { throw ConsentError.exceedsItems }
        if case .known(let known) = outcome.outcome, record.person == .peer {
            // The peer may not have heard of the first contact: how it ended is told all the same.
            _ = try? apply(.ended(known), to: &record, in: &records)
        }
        record.closing.isTold = true
        try show(.closingTold, of: record, from: came.from, at: entry.at, in: came.conversation, records: &records)
        try showTold(packet, from: came.from, in: came.conversation, records: &records)
    }

    private func clinicianKey(_ record: HandoffRecord, in records: Records) -> VerificationKey? {
        record.introduction.whole.flatMap { try? SignedConsent($0) }?.unverifiedRecord.terms.recipient.key
    }
}
