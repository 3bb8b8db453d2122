internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// What a client does by itself: answers a new session to heal it, begins sessions that were ordered, forgets what is too old.
extension Talk {
    // MARK: Healing

    /// The sessions that are to be answered now without a person, and when the next one is.
    func healing(in records: Records) throws -> (now: [Int], next: Instant?) {
        var due: [Int] = []
        var next: Instant?
        for name in records.names(beginning: Record<SessionRecord>.sessions) {
            let session = try records.existing(Record<SessionRecord>(name))
            guard let heal = session.healDue, !session.isGone, !session.hasEnded, !session.conversations.isEmpty else {
                continue
            }
            if heal <= now { due.append(session.number) } else { next = min(next ?? heal, heal) }
        }
        return (due, next)
    }

    /// Says `here` by a session that nobody has answered yet.
    /// - Returns: the conversation.
    func heal(_ number: Int, records: inout Records) throws -> Int? {
        var session = try records.existing(.session(number))
        guard let due = session.healDue, due <= now else { return nil }
        session.healDue = nil
        records.put(session, in: .session(number))
        for conversation in session.conversations {
            guard let record = try records.value(.conversation(conversation)), !record.hasEnded else { continue }
            _ = try say(.state(Presence(.known(.here))), shown: .hidden, in: conversation, records: &records)
            return conversation
        }
        return nil
    }

    // MARK: Sessions that were ordered

    /// The sessions that are to be begun.
    func orders(in records: Records) throws -> [SessionOrder] {
        try records.names(beginning: Record<SessionOrder>.orders).map { try records.existing(Record<SessionOrder>($0)) }
    }

    /// Begins a session that was ordered, if something still waits to be said by it.
    func begin(_ order: SessionOrder, with sheet: VerifiedSheet, records: inout Records) throws {
        let record = Record.begin(order)
        guard records[record.name] != nil else { return }
        // What it rests on must hold now, and not only when it was ordered.
        guard try desk.mayBegin(order, in: &records) else { return }
        records.put(nil, in: record)
        guard let program = try programs.program(in: records)?.program else { throw Trouble.program(.noDocument) }
        let other = sheet.member.verificationKey
        var first: (line: Unsent.Line, conversation: Int)?
        for conversation in order.conversations {
            let waiting = Record.unsent(conversation, to: other)
            guard var unsent = try records.value(waiting), !unsent.lines.isEmpty else { continue }
            first = (unsent.lines.removeFirst(), conversation)
            records.put(unsent.lines.isEmpty ? nil : unsent, in: waiting)
            break
        }
        guard let first else { return }
        let session = try begin(
            by: beginner(for: order, in: records), with: sheet, in: program, consent: order.consent,
            saying: first.line, in: first.conversation, records: &records)
        for conversation in order.conversations where try records.value(.conversation(conversation)) != nil {
            try connect(session, to: conversation, in: &records)
        }
        if let introduction = order.introduction {
            records.put(nil, in: Record<Sealed>.introductionKey(introduction))
        }
    }

    private func beginner(for order: SessionOrder, in records: Records) throws -> Beginner {
        guard let introduction = order.introduction else {
            guard let id = try records.existing(.person).memberID else { throw StateError.missing("member id") }
            let keys = try key.memberKeys(in: records)
            return Beginner(initiator: .member(id), identity: keys.agreement, own: order.own)
        }
        let record = Record<Sealed>.introductionKey(introduction)
        var reader = try key.open(records.existing(record), for: record.name)
        let identity: AgreementKey
        do {
            let scalar = try reader.secret(32)
            identity = try AgreementKey(
                scalar, storedPublicKey: AgreementPublicKey(reader.take(AgreementPublicKey.byteCount)))
        } catch {
            throw StateError.damaged(record.name)
        }
        let program = try programs.program(in: records)?.program
        let read = try records.existing(.person).acknowledged
        guard let notice = read.last(where: { program?.hasNotice($0.notice) ?? false })?.notice else {
            throw Trouble.noticeUnread
        }
        return Beginner(initiator: .officer(notice: notice), identity: identity, own: order.own)
    }

    // MARK: Forgetting

    /// For how many days conversations are kept, unless one of them is kept for fewer.
    struct Keeping {
        /// As the program says, and as this person wants it.
        let most: Int

        /// For how many days this one is.
        func days(of record: ConversationRecord) -> Int { min(most, record.retentionDays ?? most) }

        /// The first day of which something is kept.
        func firstDay(of record: ConversationRecord, on today: Day) -> Day {
            let days = UInt32(clamping: days(of: record))
            return Day(today.number - min(days, today.number))
        }
    }

    /// What the program and this person say.
    func keeping(in records: Records) throws -> Keeping {
        let policy = try programs.program(in: records)?.program?.document.content.policy.retentionDays ?? 14
        return Keeping(most: min(policy, try records.value(.person)?.retentionDays ?? policy))
    }

    /// Erases what is older than its conversation keeps, and conversations that ended and are empty.
    func expire(records: inout Records) throws {
        let keeping = try keeping(in: records)
        for name in records.names(beginning: Record<ConversationRecord>.conversations) {
            let record = try records.existing(Record<ConversationRecord>(name))
            try eraseEntries(of: record.id, before: keeping.firstDay(of: record, on: today), records: &records)
            if record.hasEnded, record.waiting.isEmpty, record.handoff == nil,
                records.names(beginning: Record<[EntryRecord]>.chunks(of: record.id)).isEmpty
            {
                try forget(record, records: &records)
            }
        }
        var random = SystemRandom()
        for name in records.names(beginning: Record<SessionRecord>.sessions) {
            let number = try records.existing(Record<SessionRecord>(name)).number
            guard records[RawRecord.ratchet(number)] != nil else { continue }
            var ratchet = try ratchet(number, in: records)
            ratchet.forgetOldKeys(today: today)
            records[RawRecord.ratchet(number)] = ratchet.sealed(under: key.secret, random: &random)
        }
    }

    private func eraseEntries(of conversation: Int, before day: Day, records: inout Records) throws {
        let prefix = Record<[EntryRecord]>.chunks(of: conversation)
        var isChanged = false
        for name in records.names(beginning: prefix) {
            let chunk = Record<[EntryRecord]>(name)
            let entries = try records.existing(chunk)
            let rest = entries.filter { $0.keptFrom >= day }
            guard rest.count < entries.count else { continue }
            records.put(rest.isEmpty ? nil : rest, in: chunk)
            isChanged = true
        }
        guard isChanged else { return }
        let left = try records.entries(of: conversation, last: nil)
        try records.update(.conversation(conversation)) { record in
            record.unread = min(record.unread, left.count { $0.id > record.readThrough && !$0.isOwn })
            if left.isEmpty {
                record.lastLine = nil
                record.lastHour = nil
            }
        }
    }

    /// A conversation that has ended and of which nothing is left. Its session goes with it when it carries no other.
    private func forget(_ record: ConversationRecord, records: inout Records) throws {
        records.put(nil, in: .conversation(record.id))
        records[RawRecord.room(record.id)] = nil
        for number in Set(record.others.compactMap(\.session)) {
            guard var session = try records.value(.session(number)) else { continue }
            session.conversations.removeAll { $0 == record.id }
            records.put(session, in: .session(number))
            if session.conversations.isEmpty { try end(number, records: &records) }
        }
        let isOwnKeyNeeded = try records.names(beginning: Record<ConversationRecord>.conversations).contains {
            try records.existing(Record<ConversationRecord>($0)).own == record.own
        }
        if !isOwnKeyNeeded { records.put(nil, in: .officerKey(record.own)) }
    }

    /// Ends a session: its mailbox is deleted when everything of ours has left, and its keys are forgotten.
    func end(_ number: Int, records: inout Records) throws {
        guard var session = try records.value(.session(number)), !session.hasEnded else { return }
        session.hasEnded = true
        session.healDue = nil
        records.put(session, in: .session(number))
        guard var mailbox = try records.value(.mailbox(session.ownMailbox)), !mailbox.isLeaving else { return }
        mailbox.isLeaving = true
        records.put(mailbox, in: .mailbox(mailbox.address))
        let before = try lanes(in: records).flatMap(\.self).filter { $0.session == number }.map(\.number)
        try enqueue(.delete(mailbox.address), payment: .free, after: before, session: number, in: &records)
    }
}
