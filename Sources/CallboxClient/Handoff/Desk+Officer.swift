internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What the officer does: reads, changes, signs, declines, takes back.
extension Desk {
    /// Which of the two consents a conversation is about: of two with the peer the introduction, of two with the clinician the closing word.
    private func papers(
        _ record: HandoffRecord, in conversation: Int
    ) throws -> WritableKeyPath<HandoffRecord, HandoffRecord.Papers> {
        switch conversation {
        case record.pair: \.introduction
        case record.care: \.closing
        default: throw Trouble.notNow("Consents are signed in the conversation of two in which they were suggested.")
        }
    }

    /// What was suggested here and is not signed, and what a person may change of it.
    func choices(in conversation: Int, records: Records) throws -> ConsentChoices {
        let record = try existing(in: conversation, as: .officer, records: records)
        let proposal = try openProposal(record, in: conversation).content
        return ConsentChoices(
            pseudonym: record.pseudonym, realName: nil,
            items: proposal.items.all.map { DisclosedItem(kind: $0.kind.rawValue, text: $0.text.text) }, excluded: [],
            includesSubstanceUse: false, days: max(1, Int(proposal.expires.number) - Int(today.number)), endEvent: nil,
            followUp: FollowUp.once.rawValue)
    }

    private func openProposal(_ record: HandoffRecord, in conversation: Int) throws -> HandoffRecord.Proposal {
        let papers = record[keyPath: try papers(record, in: conversation)]
        let state = try record.handoff.state
        guard let proposal = papers.proposal, papers.half == nil else {
            throw Trouble.notNow("There is nothing here to be signed.")
        }
        if papers.proposal == record.introduction.proposal, state != .proposed { throw Trouble.handoff(.outOfTurn) }
        guard today <= proposal.content.expires else { throw Trouble.handoff(.expired) }
        return proposal
    }

    /// Makes the consent of what a person chose, with its whole text. What it is made of is kept, so that exactly this can be signed.
    func draft(_ choices: ConsentChoices, in conversation: Int, records: inout Records) throws -> ConsentDraft {
        var record = try existing(in: conversation, as: .officer, records: records)
        let path = try papers(record, in: conversation)
        _ = try openProposal(record, in: conversation)
        var random = SystemRandom()
        let isIntroduction = conversation == record.pair
        let introductionKey =
            isIntroduction
            ? try record[keyPath: path].draft?.introductionKey
                ?? freshIntroductionKey(record.name, random: &random, in: &records) : nil
        let clinician = try member(record.clinician, in: records)
        var sealedName: SealedName?
        if let name = choices.realName, !name.isEmpty {
            guard let introductionKey else {
                throw Trouble.unfit("A closing word goes to somebody who does not learn your name. Leave the name out.")
            }
            sealedName = try SealedName.seal(
                fit(name, "the name"), to: clinician.agreementKey, introductionKey: introductionKey)
        }
        let id = record[keyPath: path].draft?.id ?? ConsentID.random(from: &random)
        let parts = HandoffRecord.Draft(
            id: id, payload: Blob([]), introductionKey: introductionKey, sealedName: sealedName)
        let made = try consent(of: choices, parts, record, in: conversation, records: records)
        record[keyPath: path].draft = HandoffRecord.Draft(
            id: id, payload: Blob(BLAKE2b256.hash(made.payload.span)), introductionKey: introductionKey,
            sealedName: sealedName)
        put(record, in: &records)
        return ConsentDraft(
            conversation: conversation, choices: choices, text: try ConsentWords.english().text(of: made.terms),
            payload: made.payload)
    }

    private func freshIntroductionKey(
        _ handoff: String, random: inout some RandomSource, in records: inout Records
    ) throws -> AgreementPublicKey {
        let fresh = AgreementKey.random(from: &random)
        var writer = SecretWriter(capacity: 64)
        writer.put(fresh.privateKey)
        writer.put(fresh.publicKey.bytes)
        let name = Record.introductionKey(handoff)
        records.put(key.seal(writer, for: name.name, random: &random), in: name)
        return fresh.publicKey
    }

    /// The consent as it would be made now.
    private func consent(
        of choices: ConsentChoices, _ parts: HandoffRecord.Draft, _ record: HandoffRecord, in conversation: Int,
        records: Records
    ) throws -> ConsentRecord {
        let program = try program(in: records)
        let proposal = try openProposal(record, in: conversation).content
        let isIntroduction = conversation == record.pair
        let sessionID = try hands.sessionID(of: session(of: conversation, in: records).number, in: records)
        let (peer, clinician) = (try member(record.peer, in: records), try member(record.clinician, in: records))
        let binding: ConsentBinding
        if let introductionKey = parts.introductionKey, isIntroduction {
            binding = ConsentBinding(program: program, session: sessionID, introductionKey: introductionKey)
        } else if let whole = record.introduction.whole {
            binding = ConsentBinding(program: program, session: sessionID, introduction: try SignedConsent(whole).hash)
        } else {
            throw Trouble.handoff(.outOfTurn)
        }
        let form = ConsentForm(choices: choices, today: today)
        let terms = try form.terms(
            id: parts.id, kind: isIntroduction ? .introduction : .closingWord, purpose: proposal.purpose,
            officer: record.officer, sealedName: parts.sealedName, discloser: isIntroduction ? peer : clinician,
            recipient: isIntroduction ? clinician : peer, notice: notice(in: program, records), binding: binding)
        let words = try ConsentWords.english()
        do { return try ConsentRecord(terms, in: words) } catch { throw Trouble.consent(error) }
    }

    /// The notice that this officer has read, if it is one of today's.
    private func notice(in program: VerifiedProgram, _ records: Records) throws -> NoticeHash {
        let read = try records.existing(.person).acknowledged
        guard let notice = read.last(where: { program.hasNotice($0.notice) })?.notice else {
            throw Trouble(
                .notNow, "The program's notice on the limits of confidentiality has changed since you read it.",
                meaning: "Nothing was signed.", remedy: "Read the notice and acknowledge it, then come back.")
        }
        return notice
    }

    /// Signs exactly what was read.
    func sign(_ draft: ConsentDraft, records: inout Records) throws {
        let conversation = draft.conversation
        var record = try existing(in: conversation, as: .officer, records: records)
        let path = try papers(record, in: conversation)
        guard let parts = record[keyPath: path].draft,
            parts.payload == Blob(BLAKE2b256.hash(draft.payload.span)),
            case let made = try consent(of: draft.choices, parts, record, in: conversation, records: records),
            made.payload == draft.payload
        else {
            throw Trouble(
                .notNow, "Something has changed since you read this consent.", meaning: "Nothing was signed.",
                remedy: "Read it again as it is now.")
        }
        if let error = record.stopped { throw Trouble.notNow(error) }
        let session = try session(of: conversation, in: records)
        let signed: SignedConsent
        do {
            signed = try SignedConsent.sign(
                made, shown: draft.text, by: key.officerKey(record.officer, in: records),
                in: hands.sessionID(of: session.number, in: records),
                context: context(for: made, revoked: record.revoked, in: records))
        } catch let error as ConsentError {
            throw Trouble.consent(error)
        }
        let isIntroduction = conversation == record.pair
        let event: HandoffEvent =
            isIntroduction
            ? .consented(signed.hash, through: made.terms.end.day)
            : .closingConsented(signed.hash, through: made.terms.end.day)
        do { _ = try apply(event, to: &record, in: &records) } catch let error as HandoffError {
            throw Trouble.handoff(error)
        }
        record[keyPath: path].half = signed.text
        if isIntroduction { record.pseudonym = made.terms.subject.pseudonym.text }
        let step: HandoffStep = isIntroduction ? .consented : .closingConsented
        let said = try hands.say(
            .handoffConsent(ConsentDelivery(signed.text)),
            shownAs: .step(step, sentences(record, in: records).of(step), text: nil), in: conversation,
            records: &records)
        if let entry = said.entry {
            record.resting.append(
                HandoffRecord.Resting(conversation: conversation, entry: entry, isClosing: !isIntroduction))
        }
        put(record, in: &records)
    }

    /// Says no to what was suggested.
    func declineProposal(in conversation: Int, text: String?, records: inout Records) throws {
        var record = try existing(in: conversation, as: .officer, records: records)
        let path = try papers(record, in: conversation)
        guard let proposal = record[keyPath: path].proposal, record[keyPath: path].half == nil else {
            throw Trouble.notNow("There is nothing here to be declined.")
        }
        if conversation == record.pair {
            do { _ = try apply(.declined, to: &record, in: &records) } catch let error as HandoffError {
                throw Trouble.handoff(error)
            }
        } else {
            record.closing.proposal = nil
            record.closing.draft = nil
        }
        let words = try text.map { text throws in try fit(text, "the word to them") as Words<8_192> }
        let sentence =
            conversation == record.pair
            ? sentences(record, in: records).of(.declined) : sentences(record, in: records).closingDeclined
        _ = try hands.say(
            .handoffDecline(ProposalDecline(of: proposal.body, text: words)),
            shownAs: .step(.declined, sentence, text: text), in: conversation, records: &records)
        put(record, in: &records)
    }

    /// Takes back everything that was signed in this handoff.
    func revoke(in conversation: Int, records: inout Records) throws {
        var record = try existing(in: conversation, as: .officer, records: records)
        let open = [record.introduction, record.closing].contains { $0.half != nil && $0.revocations.isEmpty }
        guard open else { throw Trouble.notNow("There is nothing signed here that could be taken back.") }
        try revokeIntroduction(&record, in: &records)
        try revokeClosing(&record, in: &records)
        put(record, in: &records)
    }

    /// The consent of the introduction: whoever could rest on it is told, by whichever name they know it.
    func revokeIntroduction(_ record: inout HandoffRecord, in records: inout Records) throws {
        guard let half = record.introduction.half else { return }
        let isFirst = record.introduction.revoked.isEmpty
        let newest = try SignedConsent(record.introduction.whole ?? half)
        guard !record.introduction.revoked.contains(newest.hash) else { return }
        let revocation = try Revocation.sign(
            newest, at: Hour(of: now), by: key.officerKey(record.officer, in: records))
        record.introduction.revocations.append(revocation.text)
        record.introduction.revoked = try [half, record.introduction.whole].compactMap { $0 }.map {
            try SignedConsent($0).hash
        }
        if isFirst, let name = try record.handoff.consent {
            _ = try apply(.revoked(name), to: &record, in: &records)
        }
        let delivery = RevocationDelivery(revocation.text)
        let shown = EntryRecord.Content.step(.revoked, sentences(record, in: records).of(.revoked), text: nil)
        // Also when the consent was withdrawn before it left: a part of it may be there.
        if let pair = record.pair {
            _ = try hands.say(.revocation(delivery), shownAs: isFirst ? shown : nil, in: pair, records: &records)
        }
        if let care = record.care {
            _ = try hands.say(.revocation(delivery), shownAs: shown, in: care, records: &records)
        }
    }

    private func revokeClosing(_ record: inout HandoffRecord, in records: inout Records) throws {
        guard let half = record.closing.half, record.closing.revocations.isEmpty, let care = record.care else { return }
        let consents = try [half, record.closing.whole].compactMap { $0 }.map { try SignedConsent($0) }
        guard let newest = consents.last else { return }
        let revocation = try Revocation.sign(
            newest, at: Hour(of: now), by: key.officerKey(record.officer, in: records))
        record.closing.revocations.append(revocation.text)
        record.closing.revoked += consents.map(\.hash)
        if try record.handoff.closing?.consent == consents[0].hash {
            _ = try apply(.revoked(consents[0].hash), to: &record, in: &records)
        }
        let shown = EntryRecord.Content.step(.revoked, sentences(record, in: records).of(.revoked), text: nil)
        _ = try hands.say(
            .revocation(RevocationDelivery(revocation.text)), shownAs: shown, in: care, records: &records)
        // The peer hears of it only if they have heard of the consent.
        if record.closing.isTold, let pair = record.pair {
            _ = try hands.say(
                .revocation(RevocationDelivery(revocation.text)), shownAs: nil, in: pair, records: &records)
        }
    }

    /// The whole text of what was signed here.
    func consentText(in conversation: Int, records: Records) throws -> String? {
        guard let record = try handoff(of: conversation, in: records) else { return nil }
        let papers = conversation == record.care && record.closing.half != nil ? record.closing : record.introduction
        guard let envelope = papers.whole ?? papers.half else { return nil }
        return try ConsentWords.english().text(of: SignedConsent(envelope).unverifiedRecord.terms)
    }

    /// A member of today's program.
    func member(_ id: MemberID, in records: Records) throws -> Member {
        guard let member = try program(in: records).member(id) else { throw Trouble.program(.unknownMember) }
        return member
    }
}
