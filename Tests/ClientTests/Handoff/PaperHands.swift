import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire

@testable import CallboxClient
@testable import CallboxSealing

/// Conversations on paper: no relay, no ratchet, no order. What one desk says lies here until a test hands it over.
final class PaperHands: Hands {
    /// One body on its way to one reader.
    struct Letter: Equatable {
        let from, to: VerificationKey
        let room: RoomID
        let body: BodyID
        let line: [UInt8]
        /// Where it stands at the sender's.
        let conversation: Int
        let entry: Int?
        let session: Int
    }

    /// All that a failed change must leave as it was.
    struct Kept {
        var letters: [Letter] = []
        var orders: [SessionOrder] = []
        /// What somebody without a session is to be told.
        var unsent: [(conversation: Int, key: VerificationKey, body: BodyID, line: [UInt8], entry: Int?)] = []
        var withdrawn: [Int: Set<Int>] = [:]
        var closed: Set<Int> = []
        var entries: [Int: [EntryRecord]] = [:]
    }

    var kept = Kept()
    var sessions: [Int: SessionID] = [:]
    private var random: SeededRandom
    let now: Instant

    var withdrawn: [Int: Set<Int>] { kept.withdrawn }
    var closed: Set<Int> { kept.closed }
    var entries: [Int: [EntryRecord]] { kept.entries }

    init(seed: UInt64, now: Instant) {
        random = SeededRandom(seed: seed)
        self.now = now
    }

    /// Takes everything that lies here.
    func take() -> [Letter] {
        defer { kept.letters = [] }
        return kept.letters
    }

    func takeOrders() -> [SessionOrder] {
        defer { kept.orders = [] }
        return kept.orders
    }

    func open(
        _ room: RoomID, own: VerificationKey, others: [ConversationRecord.Member], handoff: String,
        in records: inout Records
    ) throws -> Int {
        let id = try records.takeNext(\.conversation)
        var record = ConversationRecord(id: id, room: room, own: own, others: others, begun: Day(of: now))
        record.handoff = handoff
        records.put(record, in: .conversation(id))
        records[RawRecord.room(id)] = try RoomView(room, own: own, others: others.map(\.key)).stored
        for member in others {
            guard let session = member.session else { continue }
            try records.update(.session(session)) { $0.conversations.append(id) }
        }
        return id
    }

    func say(
        _ content: Content, shownAs shown: EntryRecord.Content?, in conversation: Int, records: inout Records
    ) throws -> Said {
        let record = try records.existing(.conversation(conversation))
        var view = try RoomView(stored: records[RawRecord.room(conversation)] ?? [])
        let entry = CallboxSealing.Entry(
            id: .random(from: &random), at: Hour(of: now), place: try view.next(), content: content)
        let body = try Body(entry)
        if let said = body.roomEntry(from: record.own) { try view.record(sent: said) }
        records[RawRecord.room(conversation)] = view.stored
        var id: Int?
        if let shown { id = try add(shown, from: nil, isOwn: true, in: conversation, records: &records) }
        for member in record.others {
            if let session = member.session {
                kept.letters.append(
                    Letter(
                        from: record.own, to: member.key, room: record.room, body: entry.id, line: body.line,
                        conversation: conversation, entry: id, session: session))
            } else {
                kept.unsent.append((conversation, member.key, entry.id, body.line, id))
            }
        }
        return Said(entry: id, body: entry.id)
    }

    func show(
        _ content: EntryRecord.Content, from key: VerificationKey?, at hour: Hour?, in conversation: Int,
        records: inout Records
    ) throws {
        _ = try add(content, from: key, isOwn: false, in: conversation, records: &records)
    }

    private func add(
        _ content: EntryRecord.Content, from key: VerificationKey?, isOwn: Bool, in conversation: Int,
        records: inout Records
    ) throws -> Int {
        let id = try records.update(.conversation(conversation)) { record in
            defer { record.nextEntry += 1 }
            return record.nextEntry
        }
        kept.entries[conversation, default: []].append(
            EntryRecord(id: id, day: Day(of: now), hour: Hour(of: now), from: key, isOwn: isOwn, content: content))
        return id
    }

    func begin(_ order: SessionOrder, in records: inout Records) throws { kept.orders.append(order) }

    func connect(_ session: Int, to conversation: Int, in records: inout Records) throws {
        let key = try records.existing(.session(session)).otherKey
        let record = try records.update(.conversation(conversation)) { record in
            for place in record.others.indices where record.others[place].key == key {
                record.others[place].session = session
            }
            return record
        }
        try records.update(.session(session)) { $0.conversations.append(conversation) }
        for waiting in kept.unsent where waiting.conversation == conversation && waiting.key == key {
            kept.letters.append(
                Letter(
                    from: record.own, to: key, room: record.room, body: waiting.body, line: waiting.line,
                    conversation: conversation, entry: waiting.entry, session: session))
        }
        kept.unsent.removeAll { $0.conversation == conversation && $0.key == key }
    }

    func sessionID(of session: Int, in records: Records) throws -> SessionID {
        guard let id = sessions[session] else { throw StateError.missing("session/\(session)") }
        return id
    }

    func withdraw(_ entry: Int, of conversation: Int, in records: inout Records) throws {
        kept.letters.removeAll { $0.conversation == conversation && $0.entry == entry }
        kept.unsent.removeAll { $0.conversation == conversation && $0.entry == entry }
        kept.withdrawn[conversation, default: []].insert(entry)
    }

    func close(_ conversation: Int, in records: inout Records) throws {
        kept.letters.removeAll { $0.conversation == conversation }
        kept.unsent.removeAll { $0.conversation == conversation }
        kept.closed.insert(conversation)
    }
}
