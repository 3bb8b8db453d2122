internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Beginning a session with a member of the program.
extension Talk {
    /// Who begins.
    struct Beginner: ~Copyable {
        /// An officer by the notice that they read, or a member by id.
        let initiator: Initiator
        /// IK: an officer's for this session, a member's IKX.
        let identity: AgreementKey
        /// Our participant key: an officer's SIG, a member's SIGK.
        let own: VerificationKey
    }

    /// Begins a session, with the first things that are to be said by it. Our session mailbox, the cells and the session are stored together; the mailbox
    /// is made before anybody hears of it.
    /// - Returns: the session's number.
    func begin(
        by beginner: consuming Beginner, with sheet: VerifiedSheet, in program: VerifiedProgram,
        consent: ConsentHash = .none, saying first: Unsent.Line, in conversation: Int, records: inout Records
    ) throws -> Int {
        var random = SystemRandom()
        let number = try records.takeNext(\.session)
        var mailbox = MailboxRecord.fresh(.session, session: number, under: key, random: &random)
        mailbox.isMade = false
        records.put(mailbox, in: .mailbox(mailbox.address))
        let making = try enqueue(.make(mailbox.address), payment: .due, session: number, in: &records)

        let parts = try split(body(first, slip: nil), first.body, first: Part.initialCapacity)
        guard let opening = parts.first else { throw Trouble.textEmpty }
        let own = beginner.own
        let identityKey = beginner.identity.publicKey
        let keys = InitiatorKeys(beginner.initiator, identity: beginner.identity, signingKey: own)
        var begun = try Self.begin(
            by: keys, with: sheet, in: program,
            reply: ReplyMailbox(address: mailbox.address, sealingKey: mailbox.sealingKey), consent: consent,
            content: opening.bytes)
        let cell: Cell
        do { cell = try begun.frame.sealed(to: sheet.sealingKey) } catch { throw Trouble.program(.unusableKey) }
        var session = SessionRecord(
            number: number, isInitiator: true, tag: ConsentSessionTag(begun.session.id),
            other: .member(sheet.member.id),
            otherKey: sheet.member.verificationKey, identityKey: identityKey, ownKey: own, consent: consent,
            begun: today, firstMailbox: mailbox.address, ownMailbox: mailbox.address,
            destination: SessionRecord.Destination(
                address: sheet.intakeAddress, sealingKey: sheet.sealingKey, isIntake: true,
                channel: .random(from: &random)),
            slipIsDue: false)
        session.making = making
        session.conversations = [conversation]
        let carrying = (conversation: conversation, entry: first.entry)
        session.opening = try enqueue(
            .deposit(
                OutboxItem.Deposit(
                    cell: cell, address: session.destination.address, channel: session.destination.channel)),
            payment: .due, after: [making], session: number, carrying: carrying, in: &records)
        for part in parts.dropFirst() {
            try seal(part, by: &begun.session, to: session, carrying: carrying, in: &records)
        }
        put(begun.session, of: number, in: &records)
        records.put(session, in: .session(number))
        var room = try OpenRoom(conversation, in: records)
        if let place = room.place(of: session.otherKey) { room.record.others[place].session = number }
        room.count(parts.count - 1, for: first.entry)
        room.close(in: &records)
        return number
    }

    private static func begin(
        by keys: consuming InitiatorKeys, with sheet: VerifiedSheet, in program: VerifiedProgram, reply: ReplyMailbox,
        consent: ConsentHash, content: [UInt8]
    ) throws -> BegunSession {
        var random = SystemRandom()
        do {
            return try BegunSession.begin(
                by: keys, with: sheet, in: program, reply: reply, consent: consent, content: content, random: &random)
        } catch {
            throw Trouble.program(.unusableKey)
        }
    }

    // MARK: Conversations

    /// A new conversation, empty.
    func open(
        _ room: RoomID, own: VerificationKey, others: [ConversationRecord.Member], in records: inout Records
    ) throws -> Int {
        let id = try records.takeNext(\.conversation)
        let record = ConversationRecord(id: id, room: room, own: own, others: others, begun: today)
        let view: RoomView
        do {
            view = try RoomView(room, own: own, others: others.map(\.key))
        } catch {
            throw StateError.damaged(RawRecord.room(id))
        }
        OpenRoom(record, view).close(in: &records)
        for session in Set(others.compactMap(\.session)) {
            try records.update(.session(session)) { $0.conversations.append(id) }
        }
        return id
    }

    /// An officer's new conversation with a member, and the session for it: fresh keys, known to nobody.
    /// - Returns: the conversation's number.
    func reachOut(
        to sheet: VerifiedSheet, in program: VerifiedProgram, notice: NoticeHash,
        saying content: CallboxSealing.Content,
        records: inout Records
    ) throws -> Int {
        var random = SystemRandom()
        let signing = SigningKey.random(from: &random)
        let own = signing.verificationKey
        key.store(officerKey: signing, in: &records, random: &random)
        let member = sheet.member
        let conversation = try open(
            .random(from: &random), own: own,
            others: [
                ConversationRecord.Member(
                    key: member.verificationKey, role: Role(member.role), name: member.profile.name.text,
                    memberID: member.id, session: nil)
            ], in: &records)
        if case .concern = content {
            try records.update(.conversation(conversation)) { $0.isConcern = true }
        }
        _ = try say(content, in: conversation, records: &records)
        let waiting = Record.unsent(conversation, to: member.verificationKey)
        guard let first = try records.value(waiting)?.lines.first else { throw StateError.missing(waiting.name) }
        records.put(nil, in: waiting)
        _ = try begin(
            by: Beginner(
                initiator: .officer(notice: notice), identity: .random(from: &random), own: own),
            with: sheet, in: program, saying: first, in: conversation, records: &records)
        return conversation
    }
}

extension OpenRoom {
    /// An entry of ours has so many cells more to leave, or fewer.
    mutating func count(_ cells: Int, for entry: Int?) {
        guard let place = record.waiting.firstIndex(where: { $0.entry == entry }) else { return }
        record.waiting[place].cells += cells
    }
}
