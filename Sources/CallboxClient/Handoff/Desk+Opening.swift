internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What opens a conversation of a handoff: an introduction opens the room of three, an officer's consent their conversation with the clinician. Until one of
/// these holds, nothing that came for such a room is shown: it is held.
extension Desk {
    /// Somebody at the other end of a session.
    struct Sender {
        /// Their session with us.
        let session: SessionRecord
        /// Their participant key.
        var key: VerificationKey { session.otherKey }
    }

    /// What came of something for a room that is not open here.
    enum Opening: Equatable {
        /// The conversation that it opened; the body is now to be taken in there.
        case opened(Int)
        /// Not for this desk, or not yet: hold it.
        case hold
        /// It does not hold: let it go. The person was told, if there is a conversation to tell them in.
        case refused
    }

    /// Takes a body for a room that is not open here.
    func opening(
        _ content: Content, for room: RoomID, from sender: Sender, records: inout Records
    ) throws -> Opening {
        do {
            switch content {
            case .introduction(let introduction):
                return try opening(introduction, for: room, from: sender, records: &records)
            case .handoffConsent(let delivery) where sender.session.consent != .none:
                return try opening(delivery, for: room, from: sender, records: &records)
            default: return .hold
            }
        } catch let error as ConsentError {
            try refuse(error, from: sender, records: &records)
            return .refused
        } catch let error as HandoffError {
            try refuse(error == .expired ? .expired : .wrongConsent, from: sender, records: &records)
            return .refused
        } catch let early as TooEarly {
            try want(early.version, in: &records)
            return .hold
        }
    }

    /// Where there is a conversation with the sender, the person is told there that something came that does not hold. A stranger has none, and is not shown
    /// at all.
    private func refuse(_ error: ConsentError, from sender: Sender, records: inout Records) throws {
        guard let conversation = sender.session.conversations.first,
            try records.value(.conversation(conversation)) != nil
        else { return }
        try refuse(error, in: conversation, records: &records)
    }

    func want(_ version: UInt64?, in records: inout Records) throws {
        guard let version else { return }
        var log = try records.value(.upkeep) ?? UpkeepRecord()
        guard !log.wanted.contains(version) else { return }
        log.wanted = log.wanted.suffix(15) + [version]
        records.put(log, in: .upkeep)
    }

    // MARK: The room of three

    private func opening(
        _ introduction: Introduction, for room: RoomID, from sender: Sender, records: inout Records
    ) throws -> Opening {
        let consent = try SignedConsent(introduction.envelope)
        guard consent.unverifiedRecord.terms.kind == .introduction else { throw ConsentError.bothDirections }
        switch try records.existing(.person).role {
        case .officer: return try openForOfficer(consent, introduction, room, sender, records: &records)
        case .clinician: return try openForClinician(consent, introduction, room, sender, records: &records)
        case .peer, .coordinator: throw ConsentError.wrongRecipient
        }
    }

    /// The officer's own consent comes back with both signatures. Their client begins their session with the clinician.
    private func openForOfficer(
        _ consent: SignedConsent, _ introduction: Introduction, _ room: RoomID, _ sender: Sender,
        records: inout Records
    ) throws -> Opening {
        let signed = try HandoffRecord.all(in: records).first { record in
            record.person == .officer
                && record.introduction.half.flatMap { try? SignedConsent($0) }?.unverifiedRecord
                    == consent.unverifiedRecord
        }
        guard var record = signed, let pair = record.pair else { throw ConsentError.wrongConsent }
        let session = try session(of: pair, in: records)
        guard session.number == sender.session.number else { throw ConsentError.wrongPresenter }
        let reader = ConsentReader.officer(
            session: try hands.sessionID(of: session.number, in: records), key: record.officer)
        if !record.revoked.isEmpty {
            return try introducedAfterRevocation(consent, &record, records: &records)
        }
        let verified = try verified(consent, by: reader, revoked: record.revoked, in: records)
        guard verified.room == room else { throw ConsentError.wrongConsent }
        try verified.permits(introduction.packet)
        _ = try apply(.introduced, to: &record, in: &records)
        record.introduction.whole = consent.text
        record.introduction.isTold = true
        try openCare(
            &record, consent, saying: { "You go to \($0) by yourself, with your consent as your first word." },
            records: &records)
        let (peer, clinician) = (verified.terms.discloser, verified.terms.recipient)
        let opened = try hands.open(
            room, own: record.officer,
            others: [
                ConversationRecord.Member(
                    key: peer.key, role: .peer, name: peer.name.text, memberID: peer.id, session: session.number),
                ConversationRecord.Member(
                    key: clinician.key, role: .clinician, name: clinician.name.text, memberID: clinician.id,
                    session: nil),
            ], handoff: record.name, in: &records)
        record.room = opened
        try begin(record, consent, records: &records)
        put(record, in: &records)
        return .opened(opened)
    }

    /// The officer's conversation with the clinician, whose first body is the consent.
    private func openCare(
        _ record: inout HandoffRecord, _ consent: SignedConsent, saying sentence: (String) -> String,
        records: inout Records
    ) throws {
        let clinician = consent.unverifiedRecord.terms.recipient
        var random = SystemRandom()
        let care = try hands.open(
            .random(from: &random), own: record.officer,
            others: [
                ConversationRecord.Member(
                    key: clinician.key, role: .clinician, name: clinician.name.text, memberID: clinician.id,
                    session: nil)
            ], handoff: record.name, in: &records)
        record.care = care
        _ = try hands.say(
            .handoffConsent(ConsentDelivery(consent.text)),
            shownAs: .noticed(.information, sentence(clinician.name.text)), in: care, records: &records)
    }

    private func begin(_ record: HandoffRecord, _ consent: SignedConsent, records: inout Records) throws {
        try hands.begin(
            SessionOrder(
                member: record.clinician, own: record.officer, introduction: record.name, consent: consent.hash,
                handoff: record.name, conversations: [record.care, record.room].compactMap(\.self)), in: &records)
    }

    /// The peer introduced before the revocation was there. The clinician knows the consent by another name than the one that was revoked, and nobody but
    /// the officer can tell them.
    private func introducedAfterRevocation(
        _ consent: SignedConsent, _ record: inout HandoffRecord, records: inout Records
    ) throws -> Opening {
        guard record.introduction.whole == nil, let pair = record.pair else { return .refused }
        record.introduction.whole = consent.text
        let terms = consent.unverifiedRecord.terms
        let (peer, clinician) = (terms.discloser.name.text, terms.recipient.name.text)
        try hands.show(
            .noticed(
                .information,
                "\(peer) introduced you to \(clinician) before they knew that you had taken it back. \(clinician) has been told what you "
                    + "had signed for. They are told now that you took it back, and nothing more is told."),
            from: nil, at: nil, in: pair, records: &records)
        try openCare(
            &record, consent, saying: { "\($0) is told by this that you took your consent back, and which one." },
            records: &records)
        try revokeIntroduction(&record, in: &records)
        try begin(record, consent, records: &records)
        put(record, in: &records)
        return .refused
    }

    private func openForClinician(
        _ consent: SignedConsent, _ introduction: Introduction, _ room: RoomID, _ sender: Sender,
        records: inout Records
    ) throws -> Opening {
        var record = try record(of: consent, in: records)
        let verified = try verified(consent, by: recipient(in: records), revoked: record?.revoked ?? [], in: records)
        guard sender.key == verified.terms.discloser.key else { throw ConsentError.wrongPresenter }
        guard verified.room == room else { throw ConsentError.wrongConsent }
        try verified.permits(introduction.packet)
        // A name that does not open is none: then nothing is shown.
        _ = try realName(verified, in: records)
        if record == nil { record = try fresh(verified) }
        guard var record, record.room == nil else { throw ConsentError.wrongConsent }
        _ = try apply(.introduced, to: &record, in: &records)
        let peer = verified.terms.discloser
        let opened = try hands.open(
            room, own: verified.terms.recipient.key,
            others: [
                ConversationRecord.Member(
                    key: record.officer, role: .officer, name: record.pseudonym, memberID: nil, session: nil),
                ConversationRecord.Member(
                    key: peer.key, role: .peer, name: peer.name.text, memberID: peer.id,
                    session: sender.session.number),
            ], handoff: record.name, in: &records)
        record.room = opened
        record.introduction.isTold = true
        if let care = record.care {
            try hands.connect(session(of: care, in: records).number, to: opened, in: &records)
        }
        put(record, in: &records)
        return .opened(opened)
    }

    // MARK: Officer and clinician

    /// An officer whose session was begun on a consent: it is theirs only if the consent, its hash and both keys of the session say so.
    private func opening(
        _ delivery: ConsentDelivery, for room: RoomID, from sender: Sender, records: inout Records
    ) throws -> Opening {
        guard try records.existing(.person).role == .clinician, case .officer = sender.session.other else {
            throw ConsentError.wrongRecipient
        }
        let consent = try SignedConsent(delivery.envelope)
        var record = try record(of: consent, in: records)
        let verified = try verified(consent, by: recipient(in: records), revoked: record?.revoked ?? [], in: records)
        guard verified.terms.kind == .introduction else { throw ConsentError.bothDirections }
        try verified.checkSession(identityKey: sender.session.identityKey, consent: sender.session.consent)
        guard verified.terms.subject.key == sender.key else { throw ConsentError.wrongSession }
        _ = try realName(verified, in: records)
        if record == nil { record = try fresh(verified) }
        guard var record, record.care == nil else { throw ConsentError.wrongConsent }
        let care = try hands.open(
            room, own: verified.terms.recipient.key,
            others: [
                ConversationRecord.Member(
                    key: record.officer, role: .officer, name: record.pseudonym, memberID: nil,
                    session: sender.session.number)
            ], handoff: record.name, in: &records)
        record.care = care
        if let opened = record.room { try hands.connect(sender.session.number, to: opened, in: &records) }
        put(record, in: &records)
        return .opened(care)
    }

    // MARK: A clinician's handoff

    private func record(of consent: SignedConsent, in records: Records) throws -> HandoffRecord? {
        try HandoffRecord.all(in: records).first { $0.person == .clinician && $0.introduction.whole == consent.text }
    }

    private func fresh(_ consent: VerifiedConsent) throws -> HandoffRecord {
        let terms = consent.terms
        var record = HandoffRecord(
            name: consent.room.hexadecimal, person: .clinician, officer: terms.subject.key,
            pseudonym: terms.subject.pseudonym.text, peer: terms.discloser.id, clinician: terms.recipient.id,
            machine: Handoff(proposedThrough: terms.end.day))
        _ = try record.apply(.consented(consent.hash, through: terms.end.day), on: today)
        record.introduction.whole = consent.text
        return record
    }

    /// The officer's real name, in tier B and for the clinician alone. - Throws: `forged` when it does not open.
    func realName(_ consent: VerifiedConsent, in records: Records) throws -> String? {
        guard let sealed = consent.terms.subject.sealedName, let introduction = consent.terms.binding.introductionKey
        else { return nil }
        return try sealed.open(with: key.memberKeys(in: records).agreement, introductionKey: introduction).text
    }
}
