internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What handoffs ask of the conversations.
extension Talk: Hands {
    func open(
        _ room: RoomID, own: VerificationKey, others: [ConversationRecord.Member], handoff: String,
        in records: inout Records
    ) throws -> Int {
        let id = try open(room, own: own, others: others, in: &records)
        try records.update(.conversation(id)) { $0.handoff = handoff }
        return id
    }

    func say(
        _ content: CallboxSealing.Content, shownAs shown: EntryRecord.Content?, in conversation: Int,
        records: inout Records
    ) throws -> Said {
        try say(content, shown: shown.map { .given($0) } ?? .hidden, in: conversation, records: &records)
    }

    func show(
        _ content: EntryRecord.Content, from key: VerificationKey?, at hour: Hour?, in conversation: Int,
        records: inout Records
    ) throws {
        var room = try OpenRoom(conversation, in: records)
        let line: String? =
            switch content {
            case .step(_, let sentence, _): String(sentence.prefix(80))
            case .told: "(words that a consent lets be told)"
            case .noticed, .said: nil
            }
        // What is told, somebody tells: this person, when it is nobody else.
        let isOwn = if case .told = content { key == nil } else { false }
        try room.append(
            content, from: key, isOwn: isOwn, hour: hour ?? self.hour, day: today,
            summary: OpenRoom.Summary(counts: !isOwn && (key != nil || line != nil), line: line), in: &records)
        room.close(in: &records)
    }

    func begin(_ order: SessionOrder, in records: inout Records) throws {
        records.put(order, in: .begin(order))
    }

    func connect(_ session: Int, to conversation: Int, in records: inout Records) throws {
        var record = try records.existing(.session(session))
        if !record.conversations.contains(conversation) {
            record.conversations.append(conversation)
            records.put(record, in: .session(session))
        }
        var room = try OpenRoom(conversation, in: records)
        guard let place = room.place(of: record.otherKey) else { return }
        room.record.others[place].session = session
        room.close(in: &records)
        let waiting = Record.unsent(conversation, to: record.otherKey)
        guard let unsent = try records.value(waiting) else { return }
        records.put(nil, in: waiting)
        for line in unsent.lines {
            let cells = try send(line, of: conversation, by: session, in: &records)
            var room = try OpenRoom(conversation, in: records)
            room.count(cells - 1, for: line.entry)
            room.close(in: &records)
        }
    }

    func sessionID(of session: Int, in records: Records) throws -> SessionID { try ratchet(session, in: records).id }

    func withdraw(_ entry: Int, of conversation: Int, in records: inout Records) throws {
        var isHeldBack = false
        for name in records.names(beginning: Record<OutboxItem>.outbox) {
            let item = try records.existing(Record<OutboxItem>(name))
            guard item.conversation == conversation, item.entry == entry else { continue }
            // The first frame of a session carries its keys: without it nothing later opens.
            guard try !opensSession(item, in: records) else { continue }
            records[name] = nil
            isHeldBack = true
        }
        var room = try OpenRoom(conversation, in: records)
        for other in room.record.others {
            let waiting = Record.unsent(conversation, to: other.key)
            guard var unsent = try records.value(waiting), unsent.lines.contains(where: { $0.entry == entry }) else {
                continue
            }
            unsent.lines.removeAll { $0.entry == entry }
            records.put(unsent.lines.isEmpty ? nil : unsent, in: waiting)
            isHeldBack = true
        }
        room.record.waiting.removeAll { $0.entry == entry }
        room.close(in: &records)
        if isHeldBack {
            try records.updateEntry(entry, of: conversation) { entry in
                var entry = entry
                entry.delivery = .withdrawn
                return entry
            }
        }
    }

    /// Whether a cell is the first of its session that leaves.
    private func opensSession(_ item: OutboxItem, in records: Records) throws -> Bool {
        guard let number = item.session, let session = try records.value(.session(number)) else { return false }
        return session.isInitiator && session.opening == item.number
    }

    func close(_ conversation: Int, in records: inout Records) throws {
        for entry in try records.existing(.conversation(conversation)).waiting.map(\.entry) {
            try withdraw(entry, of: conversation, in: &records)
        }
        try records.update(.conversation(conversation)) { $0.weLeft = true }
    }
}

extension Record where Value == SessionOrder {
    /// The beginning of the names of all sessions that are to be begun.
    static var orders: String { "begin/" }
    /// A session that is to be begun.
    static func begin(_ order: SessionOrder) -> Self {
        Self(orders + "\(order.member.crockford)-\(order.conversations.first ?? 0)")
    }
}
