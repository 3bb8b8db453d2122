internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What came into a conversation of a handoff, from somebody in it. What does not hold changes nothing and is not shown; what comes too early waits.
extension Desk {
    /// Takes in what somebody in a conversation said, if it is about a handoff. - Returns: whether it was.
    func receive(
        _ entry: CallboxSealing.Entry, line: [UInt8], from sender: Sender, in conversation: Int, records: inout Records
    ) throws -> Bool {
        guard entry.content.isAboutHandoff else { return false }
        if case .handoffProposal(let proposal) = entry.content, proposal.direction == .toClinician {
            try receive(proposal, entry, from: sender, in: conversation, records: &records)
            return true
        }
        guard var record = try handoff(of: conversation, in: records) else {
            try refuse(.wrongConsent, in: conversation, records: &records)
            return true
        }
        let early = HandoffRecord.Early(
            from: sender.key, session: sender.session.number, conversation: conversation, body: entry.id,
            line: Blob(line))
        if try take(entry, early, &record, in: &records) {
            try retry(&record, in: &records)
        } else {
            record.early = record.early.suffix(HandoffRecord.earlyLimit - 1) + [early]
        }
        put(record, in: &records)
        return true
    }

    /// Tries again what came too early.
    func retry(_ record: inout HandoffRecord, in records: inout Records) throws {
        var isMoving = true
        while isMoving {
            isMoving = false
            for early in record.early {
                let complete = PartCollector.Complete(id: early.body, bytes: early.line.bytes)
                guard let body = try? Body(reading: complete) else { continue }
                guard try take(body.entry, early, &record, in: &records) else { continue }
                record.early.removeAll { $0 == early }
                isMoving = true
                break
            }
        }
    }

    /// Takes one body in. - Returns: false when it came too early.
    private func take(
        _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early, _ record: inout HandoffRecord,
        in records: inout Records
    ) throws -> Bool {
        let before = (record, records)
        do {
            try takeNow(entry, came, &record, in: &records)
            return true
        } catch let error as ConsentError {
            (record, records) = before
            try refuse(error, in: came.conversation, records: &records)
            return true
        } catch let early as TooEarly {
            (record, records) = before
            try want(early.version, in: &records)
            return false
        } catch let error as HandoffError {
            (record, records) = before
            // What is out of turn may have overtaken what goes before it; of what has ended nothing more comes.
            if error == .outOfTurn, try record.handoff.state.isOpen { return false }
            if error == .expired { try refuse(.expired, in: came.conversation, records: &records) }
            return true
        }
    }

    private func takeNow(
        _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early, _ record: inout HandoffRecord,
        in records: inout Records
    ) throws {
        switch entry.content {
        case .handoffProposal(let proposal): try takeClosingProposal(proposal, entry, came, &record, in: &records)
        case .handoffConsent(let delivery):
            try takeConsent(SignedConsent(delivery.envelope), entry, came, &record, in: &records)
        case .handoffDecline(let decline): try takeDecline(decline, entry, came, &record, in: &records)
        case .introduction(let introduction): try takeIntroduction(introduction, entry, came, &record, in: &records)
        case .handoffAcceptance(let said):
            try takeStep(.accepted, .accepted, said.consent, said.text?.text, nil, entry, came, &record, in: &records)
        case .handoffRefusal(let said):
            let reason = if case .known(let reason) = said.reason { reason.rawValue } else { "" }
            try takeStep(
                .refused, .refused, said.consent, said.text?.text, HandoffSentence.ofReason(reason), entry, came,
                &record, in: &records)
        case .firstContact(let said):
            try takeStep(.firstContact, .firstContact, said.consent, nil, nil, entry, came, &record, in: &records)
        case .outcome(let outcome): try takeOutcome(outcome, entry, came, &record, in: &records)
        case .revocation(let delivery): try takeRevocation(delivery.envelope, entry, came, &record, in: &records)
        default: break
        }
    }

    // MARK: From the peer

    private func receive(
        _ proposal: HandoffProposal, _ entry: CallboxSealing.Entry, from sender: Sender, in conversation: Int,
        records: inout Records
    ) throws {
        let program = try program(in: records)
        let person = try records.existing(.person)
        let room = try records.existing(.conversation(conversation))
        guard person.role == .officer, room.others.count == 1, case .member(let id) = sender.session.other,
            let peer = program.member(id), peer.role == .peer, let clinician = program.member(proposal.recipient),
            clinician.role == .clinician, !proposal.items.all.isEmpty,
            proposal.items.all.allSatisfy({ $0.kind.direction == .toClinician }), today <= proposal.expires
        else { return try refuse(.wrongRecipient, in: conversation, records: &records) }
        if let running = try handoff(of: conversation, in: records), try running.handoff.state.isOpen {
            guard try running.handoff.state == .proposed else {
                return try hands.show(
                    .noticed(
                        .information,
                        "\(peer.profile.name.text) made another suggestion while this handoff runs. It was not taken up."
                    ),
                    from: nil, at: nil, in: conversation, records: &records)
            }
            records[Record.handoff(running.name).name] = nil
        }
        var record = HandoffRecord(
            name: entry.id.hexadecimal, person: .officer, officer: room.own, pseudonym: "Officer", peer: id,
            clinician: clinician.id, machine: Handoff(proposedThrough: proposal.expires))
        record.introduction.proposal = HandoffRecord.Proposal(body: entry.id, content: proposal)
        record.pair = conversation
        put(record, in: &records)
        try records.update(.conversation(conversation)) { $0.handoff = record.name }
        try show(
            .proposed, of: record, from: sender.key, at: entry.at, text: proposal.text?.text, in: conversation,
            records: &records)
    }

    /// The introduction itself: checked when it opened the room; here it is shown.
    private func takeIntroduction(
        _ introduction: Introduction, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard came.conversation == record.room, let whole = record.introduction.whole, introduction.envelope == whole
        else { throw ConsentError.wrongConsent }
        let consent = try SignedConsent(whole)
        var reader: ConsentReader
        if record.person == .officer {
            let session = try session(of: record.pair, in: records)
            reader = .officer(session: try hands.sessionID(of: session.number, in: records), key: record.officer)
        } else {
            reader = try recipient(in: records)
        }
        let verified = try verified(consent, by: reader, revoked: record.revoked, in: records)
        guard came.from == verified.terms.discloser.key else { throw ConsentError.wrongPresenter }
        try verified.permits(introduction.packet)
        var name: String?
        if record.person == .clinician, let real = try realName(verified, in: records) {
            name = "Their real name, sealed for you alone: \(real)."
        }
        try show(
            .introduced, of: record, from: came.from, at: entry.at, adding: name, in: came.conversation,
            records: &records)
        try showTold(introduction.packet, from: came.from, in: came.conversation, records: &records)
    }

    // MARK: From the officer

    private func takeConsent(
        _ consent: SignedConsent, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        let terms = consent.unverifiedRecord.terms
        switch (record.person, came.conversation) {
        case (.peer, record.pair):
            guard let proposal = record.introduction.proposal?.content, record.introduction.half == nil else {
                throw ConsentError.wrongConsent
            }
            guard terms.kind == .introduction else { throw ConsentError.bothDirections }
            guard terms.recipient.id == proposal.recipient else { throw ConsentError.wrongRecipient }
            let session = try session(of: record.pair, in: records)
            _ = try countersigned(consent, session, officer: record.officer, record, in: records)
            _ = try apply(.consented(consent.hash, through: terms.end.day), to: &record, in: &records)
            record.introduction.half = consent.text
            record.pseudonym = terms.subject.pseudonym.text
            try show(.consented, of: record, from: came.from, at: entry.at, in: came.conversation, records: &records)
        case (.clinician, record.care) where consent.text == record.introduction.whole:
            // The officer's first word, which opened this conversation.
            let sentence = sentences(record, in: records)
            if record.room == nil {
                try show(
                    .consented, of: record, from: came.from, at: entry.at, in: came.conversation, records: &records)
            } else {
                try hands.show(
                    .noticed(.information, "\(sentence.officer) has come to you."), from: nil, at: entry.at,
                    in: came.conversation, records: &records)
            }
        case (.clinician, record.care):
            guard record.closing.proposal != nil, let introduction = record.introduction.whole else {
                throw ConsentError.wrongConsent
            }
            guard terms.items.all.contains(where: { $0.kind == .outcome }) else { throw ConsentError.field }
            let session = try session(of: record.care, in: records)
            let whole = try countersigned(consent, session, officer: record.officer, record, in: records)
            try whole.checkClosing(of: SignedConsent(introduction))
            _ = try apply(.closingConsented(consent.hash, through: terms.end.day), to: &record, in: &records)
            record.closing.half = consent.text
            try show(
                .closingConsented, of: record, from: came.from, at: entry.at, in: came.conversation, records: &records)
        case (.peer, record.room), (.officer, record.room): try takeClosing(consent, came, &record, in: &records)
        default: throw ConsentError.wrongConsent
        }
    }

    private func takeDecline(
        _ decline: ProposalDecline, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard came.from == record.officer else { throw HandoffError.notTheirs }
        if record.person == .peer, decline.proposal == record.introduction.proposal?.body {
            _ = try apply(.declined, to: &record, in: &records)
            try show(
                .declined, of: record, from: came.from, at: entry.at, text: decline.text?.text, in: came.conversation,
                records: &records)
        } else if record.person == .clinician, decline.proposal == record.closing.proposal?.body {
            record.closing.proposal = nil
            try hands.show(
                .step(.declined, sentences(record, in: records).closingDeclined, text: decline.text?.text),
                from: came.from, at: entry.at, in: came.conversation, records: &records)
        }
    }

    private func takeRevocation(
        _ envelope: ConsentEnvelope, _ entry: CallboxSealing.Entry, _ came: HandoffRecord.Early,
        _ record: inout HandoffRecord, in records: inout Records
    ) throws {
        guard came.from == record.officer else { throw HandoffError.notTheirs }
        var isKnown = false
        for path in [\HandoffRecord.introduction, \HandoffRecord.closing] {
            let papers = record[keyPath: path]
            let consents = try [papers.half, papers.whole].compactMap { $0 }.map { try SignedConsent($0) }
            isKnown = isKnown || !consents.isEmpty
            guard consents.contains(where: { (try? Revocation(envelope, of: $0.hash, by: record.officer)) != nil })
            else { continue }
            guard !papers.revocations.contains(envelope) else { return }
            let isFirst = papers.revoked.isEmpty
            record[keyPath: path].revocations.append(envelope)
            record[keyPath: path].revoked = consents.map(\.hash)
            guard isFirst else { return }
            let name = path == \.introduction ? try record.handoff.consent : try record.handoff.closing?.consent
            if let name { _ = try apply(.revoked(name), to: &record, in: &records) }
            // Also what the machine does not know of: a closing word that came to the peer.
            try stop(
                &record, closing: path == \.closing,
                closingRoom: path == \.introduction, in: &records)
            try show(.revoked, of: record, from: came.from, at: entry.at, in: came.conversation, records: &records)
            return
        }
        guard isKnown else { throw TooEarly() }
        throw ConsentError.wrongConsent
    }
}

extension Content {
    /// Whether the desk of handoffs takes it.
    var isAboutHandoff: Bool {
        switch self {
        case .handoffProposal, .handoffConsent, .handoffDecline, .introduction, .handoffAcceptance, .handoffRefusal,
            .firstContact, .outcome, .revocation:
            true
        default: false
        }
    }
}
