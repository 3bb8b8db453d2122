internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Conversations as people read them.
extension Callbox {
    /// All conversations, the one in which something was said last first.
    public func conversations() throws -> [Conversation] {
        try Trouble.telling {
            try store.read { records in
                let keeping = try talk.keeping(in: records)
                let names = records.names(beginning: Record<ConversationRecord>.conversations)
                let all = try names.map { try records.existing(Record<ConversationRecord>($0)) }
                return try all.sorted { ($0.lastHour?.number ?? 0, $0.id) > ($1.lastHour?.number ?? 0, $1.id) }
                    .map { try view($0, keeping, in: records) }
            }
        }
    }

    /// One conversation.
    public func conversation(_ id: Int) throws -> Conversation {
        try Trouble.telling {
            try store.read { records in
                guard let record = try records.value(.conversation(id)) else { throw Trouble.noConversation(id) }
                return try view(record, talk.keeping(in: records), in: records)
            }
        }
    }

    private func view(
        _ record: ConversationRecord, _ keeping: Talk.Keeping, in records: Records
    ) throws -> Conversation {
        let due = record.due(at: Hour(of: clock.now))
        return Conversation(
            id: record.id, others: record.others.map(\.participant), unread: record.unread + due.count,
            lastLine: due.last?.line ?? record.lastLine,
            lastHour: (due.last?.from ?? record.lastHour).map { Int($0.number) },
            waitingToLeave: record.waiting.count, isConcern: record.isConcern, hasEnded: record.hasEnded,
            retentionDays: keeping.days(of: record), handoff: try handoff(of: record, in: records))
    }

    /// The handoff that a conversation is about.
    private func handoff(of record: ConversationRecord, in records: Records) throws -> HandoffView? {
        record.handoff == nil ? nil : try talk.desk.view(of: record.id, in: records)
    }

    /// What was said, and what this client noticed, oldest first; the last so many, or all. What is older than the conversation keeps is not in it.
    public func entries(of id: Int, last: Int?) throws -> [Entry] {
        try Trouble.telling {
            try store.read { records in
                guard let record = try records.value(.conversation(id)) else { throw Trouble.noConversation(id) }
                let first = try talk.keeping(in: records).firstDay(of: record, on: Day(of: clock.now))
                let hour = Hour(of: clock.now)
                let entries = try records.entries(of: id, last: last) { entry in
                    entry.keptFrom >= first && (entry.isOwn || entry.isInSeason(at: hour))
                }
                let names = EntryNames(program: try programs.program(in: records)?.program)
                return entries.compactMap { names.view(of: $0, in: record) }
            }
        }
    }

    /// Says that all of a conversation was read. Nobody else is told.
    public func markRead(_ id: Int) throws {
        try Trouble.telling {
            try store.change { records in
                guard var record = try records.value(.conversation(id)) else { throw Trouble.noConversation(id) }
                let hour = Hour(of: clock.now)
                record.unread = 0
                record.checkIns.removeAll { $0.from <= hour }
                record.readThrough = record.nextEntry - 1
                records.put(record, in: .conversation(id))
            }
        }
    }
}

extension ConversationRecord.Member {
    /// As people see them.
    var participant: Participant { Participant(role: role, name: name, memberID: memberID?.crockford) }
}

extension EntryRecord {
    /// Whether it is time to show it: a check-in is shown from when it is due until it is too late.
    func isInSeason(at hour: Hour) -> Bool { (notBefore ?? hour) <= hour && hour <= (notAfter ?? hour) }
}

/// What stands in an entry, as people read it.
struct EntryNames {
    /// Where the names of members are from.
    let program: VerifiedProgram?

    /// An entry as it is shown; nil for what is not shown.
    func view(of entry: EntryRecord, in record: ConversationRecord) -> Entry? {
        content(of: entry.content).map { content in
            Entry(
                id: entry.id,
                from: entry.from.flatMap { from in record.others.first { $0.key == from }?.participant },
                isOwn: entry.isOwn, hour: Int(entry.hour.number), content: content, delivery: entry.delivery)
        }
    }

    /// What to show; nil for what is not shown.
    func content(of content: EntryRecord.Content) -> EntryContent? {
        switch content {
        case .noticed(let finding, let sentence): .noticed(finding, sentence)
        case .step(let step, let sentence, let text): .handoff(step, sentence, text: text)
        case .told(let items): .told(items.map { DisclosedItem(kind: $0.kind, text: $0.text) })
        case .said(let body, let line):
            if let read = try? Body(rereading: line.bytes, of: body) {
                said(read.entry.content)
            } else {
                .noticed(.unreadable, Notes.unreadable)
            }
        }
    }

    private func said(_ content: CallboxSealing.Content) -> EntryContent? {
        switch content {
        case .text(let said): .text(said.text.text)
        case .concern(let said): .concern(said.text.text, danger: said.danger.word)
        case .limitsInvoked(let said): .limitsInvoked(limit: said.limit.word, said.text.text)
        case .checkIn(let said): .checkIn(said.text.text, occasion: said.occasion.word)
        case .checkInReply(let said): .checkInReply(feeling: said.feeling.word, said.text?.text)
        case .state(let said): .presence(said.state.word, untilHour: said.until.map { Int($0.number) })
        case .expire(let said): .retention(days: said.days.value)
        case .goodbye(let said): .goodbye(said.text?.text)
        case .rating(let said): .rating(helped: said.helped.value, wouldReturn: said.wouldReturn.word)
        case .transferProposal(let said):
            .transferProposed(
                to: program?.member(said.to)?.profile.name.text ?? "somebody who is not in the program",
                reason: said.reason.word, said.text?.text)
        case .transferAcceptance: .transferAccepted
        case .transferDecline(let said): .transferDeclined(said.text?.text)
        case .unknown(let unknown): .needsNewer(type: unknown.type)
        case .noticeAcknowledgement, .cover: nil
        // Steps of a handoff are shown in words of their own.
        default: nil
        }
    }
}

extension Choice where Known.RawValue == String {
    /// The word, known or not.
    var word: String {
        switch self {
        case .known(let known): known.rawValue
        case .unlisted(let word): word
        }
    }
}
