internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// A conversation that was taken out of the records to be changed, and is put back in the same change.
struct OpenRoom {
    /// What its list shows.
    var record: ConversationRecord
    /// What came, what is missing, who is in it.
    var view: RoomView

    /// Opens a conversation.
    /// - Throws: `Trouble.usage` when there is none of this number, `damaged`.
    init(_ id: Int, in records: Records) throws {
        guard let record = try records.value(.conversation(id)) else { throw Trouble.noConversation(id) }
        let name = RawRecord.room(id)
        guard let stored = records[name] else { throw StateError.missing(name) }
        self.record = record
        do { view = try RoomView(stored: stored) } catch { throw StateError.damaged(name) }
    }

    /// A new one.
    init(_ record: ConversationRecord, _ view: RoomView) {
        self.record = record
        self.view = view
    }

    /// Puts it back.
    func close(in records: inout Records) {
        records.put(record, in: .conversation(record.id))
        records[RawRecord.room(record.id)] = view.stored
    }

    /// Where somebody stands among the others.
    func place(of key: VerificationKey) -> Int? { record.others.firstIndex { $0.key == key } }

    /// What somebody in the room is called; for ourselves, nobody.
    func name(of key: VerificationKey) -> String {
        if key == record.own { return "you" }
        return place(of: key).map { record.others[$0].name } ?? "somebody who is not in this conversation"
    }

    // MARK: Entries

    /// Adds an entry, and keeps the list's line up to date.
    /// - Returns: its id.
    @discardableResult
    mutating func append(
        _ content: EntryRecord.Content, from: VerificationKey?, isOwn: Bool, hour: Hour, day: Day,
        summary: Summary, delivery: Delivery? = nil, window: ClosedRange<Hour>? = nil, in records: inout Records
    ) throws -> Int {
        let id = record.nextEntry
        record.nextEntry += 1
        var entry = EntryRecord(
            id: id, day: day, hour: hour, from: from, isOwn: isOwn, content: content, delivery: delivery)
        entry.notBefore = window?.lowerBound
        entry.notAfter = window?.upperBound
        let chunk = Record.entries(record.id, with: id)
        records.put((try records.value(chunk) ?? []) + [entry], in: chunk)
        if summary.counts { record.unread += 1 }
        if let line = summary.line {
            record.lastLine = line
            record.lastHour = hour
        }
        return id
    }

    /// What an entry does to the list of conversations.
    struct Summary {
        /// Whether it is new to the person.
        let counts: Bool
        /// What the list shows of it; nil for what the list passes over.
        let line: String?

        /// Nothing.
        static let none = Summary(counts: false, line: nil)
    }
}

extension Records {
    /// Changes one entry, if it is still kept; nil from `change` erases it.
    mutating func updateEntry(
        _ entry: Int, of conversation: Int, _ change: (EntryRecord) -> EntryRecord?
    ) throws {
        let chunk = Record.entries(conversation, with: entry)
        guard var entries = try value(chunk), let place = entries.firstIndex(where: { $0.id == entry }) else { return }
        if let changed = change(entries[place]) { entries[place] = changed } else { entries.remove(at: place) }
        put(entries.isEmpty ? nil : entries, in: chunk)
    }

    /// The entries of a conversation, oldest first; at most the last `count` of those that `isShown`.
    func entries(
        of conversation: Int, last count: Int?, where isShown: (EntryRecord) -> Bool = { _ in true }
    ) throws -> [EntryRecord] {
        let prefix = Record<[EntryRecord]>.chunks(of: conversation)
        let chunks = names(beginning: prefix).compactMap { Int($0.dropFirst(prefix.count)) }.sorted(by: >)
        var found: [EntryRecord] = []
        for chunk in chunks {
            let entries = try value(Record<[EntryRecord]>(prefix + "\(chunk)")) ?? []
            found = entries.filter(isShown) + found
            if let count, found.count >= count { return found.suffix(count) }
        }
        return found
    }
}
