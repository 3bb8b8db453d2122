internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Saying something: an entry in the room's view, a body for each reader, its parts sealed by their session, and the cells in the outbox.
extension Talk {
    /// How something that is said is shown here.
    enum Shown {
        /// As it stands.
        case asSaid
        /// As this.
        case given(EntryRecord.Content)
        /// Not at all.
        case hidden
    }

    /// What this person says, to everybody else in a conversation. What somebody without a session is to be told waits for the session.
    /// - Throws: `Trouble`: `usage`, `notNow`.
    func say(
        _ content: CallboxSealing.Content, shown: Shown = .asSaid, in conversation: Int, records: inout Records
    ) throws -> Said {
        var room = try OpenRoom(conversation, in: records)
        guard !room.record.hasEnded else { throw Trouble.conversationOver }
        let readers = room.record.others.filter { room.view.others.contains($0.key) }
        let isReachable = try readers.contains { try !isGone($0, in: records) }
        guard isReachable else { throw Trouble.otherIsGone }
        var random = SystemRandom()
        let place = try next(of: room)
        let entry = CallboxSealing.Entry(id: .random(from: &random), at: hour, place: place, content: content)
        let body = try write(entry)
        guard let roomEntry = body.roomEntry(from: room.record.own) else { throw StateError.damaged("entry") }
        do { try room.view.record(sent: roomEntry) } catch { throw StateError.damaged(RawRecord.room(conversation)) }
        let shownAs: EntryRecord.Content? =
            switch shown {
            case .asSaid: .said(entry.id, line: Blob(body.line))
            case .given(let given): given
            case .hidden: nil
            }
        var shownID: Int?
        if let shownAs {
            shownID = try room.append(
                shownAs, from: nil, isOwn: true, hour: hour, day: today,
                summary: OpenRoom.Summary(counts: false, line: content.line), delivery: .waiting, in: &records)
        }
        var cells = 0
        for reader in readers {
            let unsent = Unsent.Line(body: entry.id, line: Blob(body.line), entry: shownID)
            cells += try hand(unsent, to: reader, of: conversation, in: &records)
        }
        if let shownID {
            room.record.waiting.append(ConversationRecord.Waiting(entry: shownID, cells: cells))
        }
        room.close(in: &records)
        return Said(entry: shownID, body: entry.id)
    }

    private func next(of room: OpenRoom) throws -> Place {
        do { return try room.view.next() } catch { throw Trouble.conversationOver }
    }

    private func write(_ entry: CallboxSealing.Entry) throws -> Body {
        // Whoever reads it may be told of a mailbox in the same body.
        guard let body = try? Body(entry), body.line.count <= Part.bodyLimit - Self.slipRoom else {
            throw Trouble.textTooLong
        }
        return body
    }

    /// How long a slip may be, with the line break before it: bodies.md section 1.
    private static let slipRoom = 513

    private func isGone(_ reader: ConversationRecord.Member, in records: Records) throws -> Bool {
        guard let session = reader.session else { return false }
        let record = try records.existing(.session(session))
        return record.isGone || record.hasEnded
    }

    /// Hands a line to one reader: by their session, or, while there is none, to those that wait for it.
    /// - Returns: how many cells have to leave; a line that waits for a session counts as one.
    private func hand(
        _ line: Unsent.Line, to reader: ConversationRecord.Member, of conversation: Int, in records: inout Records
    ) throws -> Int {
        guard let session = reader.session else {
            let record = Record.unsent(conversation, to: reader.key)
            records.put(Unsent(lines: (try records.value(record)?.lines ?? []) + [line]), in: record)
            return 1
        }
        guard try !isGone(reader, in: records) else { return 0 }
        return try send(line, of: conversation, by: session, in: &records)
    }

    /// Seals a line for the other end of a session, and puts its cells into the outbox.
    /// - Returns: how many.
    func send(
        _ line: Unsent.Line, of conversation: Int, by number: Int, in records: inout Records
    ) throws -> Int {
        var session = try records.existing(.session(number))
        var ratchet = try ratchet(number, in: records)
        let parts = try split(
            body(line, slip: session.slipIsDue ? slip(of: session, in: records) : nil), line.body,
            first: Part.capacity)
        for part in parts {
            try seal(
                part, by: &ratchet, to: session, carrying: (conversation, line.entry), in: &records)
        }
        session.slipIsDue = false
        session.healDue = nil
        put(ratchet, of: number, in: &records)
        records.put(session, in: .session(number))
        return parts.count
    }

    /// Seals one part into the outbox.
    func seal(
        _ part: Part, by ratchet: inout Session, to session: SessionRecord, carrying: (conversation: Int, entry: Int?),
        in records: inout Records
    ) throws {
        var random = SystemRandom()
        let destination = session.destination
        let cell: Cell
        do {
            let frame = try ratchet.seal(part.bytes, to: destination.address, random: &random)
            cell = try frame.sealed(to: destination.sealingKey)
        } catch SealingError.exhausted {
            throw Trouble.conversationOver
        } catch {
            throw StateError.damaged(RawRecord.ratchet(session.number))
        }
        try enqueue(
            .deposit(OutboxItem.Deposit(cell: cell, address: destination.address, channel: destination.channel)),
            payment: destination.isIntake ? .due : .free, after: try makings(of: session, in: records),
            session: session.number, carrying: carrying, in: &records)
    }

    /// Puts something into the outbox.
    /// - Returns: its number.
    @discardableResult
    func enqueue(
        _ order: OutboxItem.Order, payment: OutboxItem.Payment, after: [UInt64] = [], session: Int?,
        carrying: (conversation: Int, entry: Int?)? = nil, in records: inout Records
    ) throws -> UInt64 {
        let number = try records.takeNext(\.out)
        let item = OutboxItem(
            number: number, order: order, after: after, payment: payment, session: session,
            conversation: carrying?.conversation, entry: carrying?.entry)
        records.put(item, in: .out(number))
        return number
    }

    /// What must have been made before a session's cells leave: the mailbox that they tell of.
    private func makings(of session: SessionRecord, in records: Records) throws -> [UInt64] {
        guard let making = session.making, records[Record.out(making).name] != nil else { return [] }
        return [making]
    }

    // MARK: Bodies

    private func slip(of session: SessionRecord, in records: Records) throws -> ReplyMailbox {
        let mailbox = try records.existing(.mailbox(session.ownMailbox))
        return ReplyMailbox(address: mailbox.address, sealingKey: mailbox.sealingKey)
    }

    /// The bytes for one reader.
    func body(_ line: Unsent.Line, slip: ReplyMailbox?) throws -> [UInt8] {
        do {
            return try Body(rereading: line.line.bytes, of: line.body, reply: slip).bytes
        } catch {
            throw StateError.damaged("unsent")
        }
    }

    func split(_ bytes: [UInt8], _ id: BodyID, first: Int) throws -> [Part] {
        do { return try Parts.split(bytes, id: id, firstCapacity: first) } catch { throw Trouble.textTooLong }
    }
}
