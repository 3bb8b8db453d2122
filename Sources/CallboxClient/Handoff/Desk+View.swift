internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// A handoff as this person may see it.
extension Desk {
    /// What a conversation shows of its handoff; nil when it is about none.
    func view(of conversation: Int, in records: Records) throws -> HandoffView? {
        guard let record = try handoff(of: conversation, in: records) else { return nil }
        let handoff = try record.handoff
        let sentences = sentences(record, in: records)
        let state = record.stopped == nil ? sentences.standing(handoff.state) : (record.stopped ?? "")
        return HandoffView(
            state: handoff.state.name, sentence: state,
            clinician: Participant(role: .clinician, name: sentences.clinician, memberID: record.clinician.crockford),
            peer: Participant(role: .peer, name: sentences.peer, memberID: record.peer.crockford),
            lastDay: Int(handoff.through.number), possible: try possible(record, handoff, in: conversation))
    }

    /// What this person can do now, in this conversation.
    private func possible(
        _ record: HandoffRecord, _ handoff: Handoff, in conversation: Int
    ) throws -> [HandoffAction] {
        switch record.person {
        case .officer: officerActions(record, handoff, in: conversation)
        case .peer:
            handoff.state == .consented && record.stopped == nil && conversation == record.pair ? [.introduce] : []
        case .clinician: record.stopped == nil ? clinicianActions(record, handoff) : []
        }
    }

    private func officerActions(
        _ record: HandoffRecord, _ handoff: Handoff, in conversation: Int
    ) -> [HandoffAction] {
        var actions: [HandoffAction] = []
        if conversation == record.pair, handoff.state == .proposed { actions += [.signConsent, .declineConsent] }
        if conversation == record.care, record.closing.proposal != nil, record.closing.half == nil {
            actions += [.signClosing, .declineClosing]
        }
        let isSigned = [record.introduction, record.closing].contains { $0.half != nil && $0.revocations.isEmpty }
        if isSigned { actions.append(.revoke) }
        return actions
    }

    private func clinicianActions(_ record: HandoffRecord, _ handoff: Handoff) -> [HandoffAction] {
        var actions: [HandoffAction] = []
        switch handoff.state {
        case .introduced: actions += [.accept, .decline]
        case .accepted: actions += [.recordFirstContact, .decline]
        case .firstContact: actions.append(.recordOutcome)
        default: break
        }
        let mayAsk = handoff.state == .accepted || handoff.state == .firstContact || handoff.outcome != nil
        if mayAsk, record.care != nil, record.closing.proposal == nil { actions.append(.askToTellPeer) }
        if handoff.outcome != nil, handoff.closing != nil, record.closing.half != nil, !record.closing.isTold {
            actions.append(.tellPeer)
        }
        return actions
    }

    /// Whether a session that was ordered may begin now: what it rests on must hold now. An officer who took the consent back goes all the same, to say so.
    func mayBegin(_ order: SessionOrder, in records: inout Records) throws -> Bool {
        guard let record = try records.value(.handoff(order.handoff)) else { return false }
        guard let whole = record.introduction.whole else { return false }
        if record.person == .officer, !record.revoked.isEmpty { return true }
        guard record.revoked.isEmpty, record.stopped == nil, let pair = record.pair else { return false }
        do {
            let session = try session(of: pair, in: records)
            let reader: ConsentReader =
                record.person == .officer
                ? .officer(session: try hands.sessionID(of: session.number, in: records), key: record.officer)
                : try presenter(session, officer: record.officer, in: records)
            _ = try verified(SignedConsent(whole), by: reader, revoked: record.revoked, in: records)
            return true
        } catch is ConsentError {
            return false
        } catch let early as TooEarly {
            try want(early.version, in: &records)
            return false
        }
    }
}

extension HandoffState {
    /// As views name it.
    var name: String { self == .firstContact ? "firstContact" : rawValue }
}
