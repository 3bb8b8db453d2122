internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// From the content of a message to entries: parts, body, room, and what the room's view finds.
extension Talk {
    /// How many bodies a session may have held for rooms that are not open here.
    static let heldLimit = 64

    /// Takes the content of a message that opened.
    func take(_ content: [UInt8], of session: Int, records: inout Records) throws -> Set<Int> {
        let name = RawRecord.parts(session)
        var collector = PartCollector()
        if let stored = records[name] {
            do { collector = try PartCollector(stored: stored) } catch { throw StateError.damaged(name) }
        }
        var changed: Set<Int> = []
        let outcome: PartCollector.Outcome
        do {
            outcome = try collector.receive(Part(content))
        } catch {
            return try note(.unreadable, Notes.unreadable, in: session, records: &records)
        }
        records[name] = collector.stored
        if outcome.givenUp != nil {
            changed.formUnion(try note(.unreadable, Notes.incomplete, in: session, records: &records))
        }
        guard let complete = outcome.complete else { return changed }
        do {
            let body = try Body(reading: complete)
            changed.formUnion(try take(body, of: session, records: &records))
        } catch is BodyError {
            changed.formUnion(try note(.unreadable, Notes.unreadable, in: session, records: &records))
        }
        return changed
    }

    /// Takes a whole body: first where answers go, then what was said.
    private func take(_ body: Body, of number: Int, records: inout Records) throws -> Set<Int> {
        if let reply = body.reply, reply.sealingKey.isUsable {
            var random = SystemRandom()
            try records.update(.session(number)) { session in
                guard session.destination.address != reply.address else { return }
                session.destination = SessionRecord.Destination(
                    address: reply.address, sealingKey: reply.sealingKey, isIntake: false,
                    channel: .random(from: &random))
            }
        }
        if body.entry.content == .cover { return [] }
        let session = try records.existing(.session(number))
        guard let place = body.entry.place else {
            // Of a newer version, and standing in no room that could be read.
            guard let conversation = session.conversations.first else { return [] }
            return try append(body, from: session.otherKey, in: conversation, records: &records)
        }
        for id in session.conversations {
            guard let conversation = try records.value(.conversation(id)), conversation.room == place.room else {
                continue
            }
            return try take(body, of: session, in: id, records: &records)
        }
        return try open(place.room, for: body, of: session, records: &records)
    }

    // MARK: A room that is not open here

    /// The first body of a session that somebody else began opens their conversation. Any other room is for the desk of handoffs to open, or is waited for.
    private func open(
        _ room: RoomID, for body: Body, of session: SessionRecord, records: inout Records
    ) throws -> Set<Int> {
        let opening = try desk.opening(
            body.entry.content, for: room, from: Desk<Talk>.Sender(session: session), records: &records)
        switch opening {
        case .refused: return Set(session.conversations.prefix(1))
        case .opened(let conversation):
            let now = try records.existing(.session(session.number))
            return try take(body, of: now, in: conversation, records: &records)
                .union(releaseHeld(for: room, records: &records)).union([conversation])
        case .hold: break
        }
        let isFirst = !session.isInitiator && session.conversations.isEmpty && session.consent == .none
        guard isFirst, !body.entry.content.opensHandoffRoom, try !awaitsIntroduction(session, in: records) else {
            return try hold(body, room, session, &records)
        }
        let conversation = try open(
            room, own: session.ownKey, others: [other(of: session, in: records)], in: &records)
        let now = try records.existing(.session(session.number))
        return try take(body, of: now, in: conversation, records: &records)
            .union(releaseHeld(for: room, records: &records)).union([conversation])
    }

    /// Whether the first body of a member's session has not come whole: it may be an introduction, and what overtook it belongs into the room that it opens.
    private func awaitsIntroduction(_ session: SessionRecord, in records: Records) throws -> Bool {
        guard case .member = session.other, let stored = records[RawRecord.parts(session.number)] else { return false }
        do { return try !PartCollector(stored: stored).waiting.isEmpty } catch {
            throw StateError.damaged(RawRecord.parts(session.number))
        }
    }

    private func hold(
        _ body: Body, _ room: RoomID, _ session: SessionRecord, _ records: inout Records
    ) throws -> Set<Int> {
        let held = try records.names(beginning: Record<HeldBody>.allHeld).filter {
            try records.existing(Record<HeldBody>($0)).session == session.number
        }
        guard held.count < Self.heldLimit else {
            return try note(.unreadable, Notes.unreadable, in: session.number, records: &records)
        }
        records.put(
            HeldBody(session: session.number, body: body.entry.id, line: Blob(body.line), day: today),
            in: .held(body.entry.id, for: room))
        return []
    }

    /// Takes in what was held for a room that is open now.
    func releaseHeld(for room: RoomID, records: inout Records) throws -> Set<Int> {
        var changed: Set<Int> = []
        for name in records.names(beginning: Record<HeldBody>.held(for: room)) {
            let held = try records.existing(Record<HeldBody>(name))
            records[name] = nil
            guard let body = try? Body(rereading: held.line.bytes, of: held.body),
                try records.value(.session(held.session)) != nil
            else { continue }
            changed.formUnion(try take(body, of: held.session, records: &records))
        }
        return changed
    }

    /// What waits since yesterday for a room that has not opened: the person is told, where they talk with whoever sent it.
    func tellOfHeld(records: inout Records) throws {
        for name in records.names(beginning: Record<HeldBody>.allHeld) {
            var held = try records.existing(Record<HeldBody>(name))
            guard held.day < today, held.isTold != true else { continue }
            held.isTold = true
            records.put(held, in: Record<HeldBody>(name))
            _ = try note(.gap, Notes.withoutRoom, in: held.session, records: &records)
        }
    }

    /// Tries again to open the rooms that bodies are held for: what they rest on may be here now.
    func retryHeld(records: inout Records) throws -> Set<Int> {
        var changed: Set<Int> = []
        for name in records.names(beginning: Record<HeldBody>.allHeld) {
            guard let held = try records.value(Record<HeldBody>(name)) else { continue }
            records[name] = nil
            if held.day.later(by: Self.keptDays) < today { continue }
            guard let body = try? Body(rereading: held.line.bytes, of: held.body),
                try records.value(.session(held.session)) != nil
            else { continue }
            changed.formUnion(try take(body, of: held.session, records: &records))
            // What goes on waiting has waited since it came.
            if records[name] != nil { records.put(held, in: Record<HeldBody>(name)) }
        }
        return changed
    }

    // MARK: A room that is open here

    private func take(
        _ body: Body, of session: SessionRecord, in id: Int, records: inout Records
    ) throws -> Set<Int> {
        var room = try OpenRoom(id, in: records)
        let sender = session.otherKey
        guard let entry = body.roomEntry(from: sender) else { return [] }
        let findings = room.view.receive(entry)
        switch findings.first {
        case .duplicate, .settled:
            room.close(in: &records)
            return []
        case .notAMember, .wrongRoom, nil:
            try Notes.note(findings, in: &room, hour: hour, day: today, records: &records)
            room.close(in: &records)
            return [id]
        default: break
        }
        room.fill(sender, entry.place.number)
        try Notes.note(findings, in: &room, hour: hour, day: today, records: &records)
        try room.eraseFilledGaps(in: &records)
        room.close(in: &records)
        let isHandoff = try desk.receive(
            body.entry, line: body.line, from: Desk<Talk>.Sender(session: session), in: id, records: &records)
        if isHandoff { return [id] }
        return try append(body, from: sender, in: id, records: &records)
    }

    /// Shows what somebody said, and does what follows from it.
    private func append(
        _ body: Body, from sender: VerificationKey, in id: Int, records: inout Records
    ) throws -> Set<Int> {
        var room = try OpenRoom(id, in: records)
        let content = body.entry.content
        var window: ClosedRange<Hour>?
        switch content {
        case .cover, .noticeAcknowledgement: return []
        case .concern: room.record.isConcern = true
        case .expire(let limit):
            room.record.retentionDays = min(room.record.retentionDays ?? 90, limit.days.value)
        case .goodbye:
            room.view.leave(sender, after: body.entry.place?.number)
            if let place = room.place(of: sender) { room.record.others[place].hasLeft = true }
        case .checkIn(let checkIn):
            window = checkIn.due...checkIn.until
            let line = String(checkIn.text.text.prefix(80))
            room.record.checkIns.removeAll { $0.until < hour }
            room.record.checkIns.append(
                ConversationRecord.Appointment(from: checkIn.due, until: checkIn.until, line: line))
        default: break
        }
        try room.append(
            .said(body.entry.id, line: Blob(body.line)), from: sender, isOwn: false, hour: body.entry.at, day: today,
            summary: OpenRoom.Summary(counts: content.isNews, line: content.line), window: window, in: &records)
        room.close(in: &records)
        return [id]
    }

    // MARK: What could not be read

    /// Notes a cell that does not open, once, where there is a conversation that it may belong to.
    func unreadable(in session: Int?, records: inout Records) throws -> Outcome {
        guard let session else { return .done([]) }
        return .done(try note(.unreadable, Notes.unreadable, in: session, records: &records))
    }

    private func note(
        _ finding: Finding, _ sentence: String, in session: Int, records: inout Records
    ) throws -> Set<Int> {
        guard let id = try records.value(.session(session))?.conversations.first else { return [] }
        var room = try OpenRoom(id, in: records)
        let content = EntryRecord.Content.noticed(finding, sentence)
        // One note tells it; a hundred would bury the conversation.
        guard try records.entries(of: id, last: 1).last?.content != content else { return [] }
        try room.append(
            content, from: nil, isOwn: false, hour: hour, day: today,
            summary: OpenRoom.Summary(counts: true, line: nil),
            in: &records)
        room.close(in: &records)
        return [id]
    }
}

extension CallboxSealing.Content {
    /// Whether it speaks for a room that the desk of handoffs opens, and nobody else.
    fileprivate var opensHandoffRoom: Bool { if case .introduction = self { true } else { false } }
}

extension Record where Value == HeldBody {
    /// The beginning of the names of all held bodies.
    static var allHeld: String { "held/" }
}
