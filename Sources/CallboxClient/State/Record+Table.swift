package import CallboxCrypto
package import CallboxProgram
package import CallboxSealing
package import CallboxWire

// Every record that talking needs, by name. What is not JSON is at the end. Records of tokens and of handoffs stand with those.

extension Record where Value == PersonRecord {
    /// Whose vault it is, and what they decided.
    package static var person: Self { Self("person") }
}

extension Record where Value == Counters {
    /// The next numbers.
    package static var counters: Self { Self("counters") }
}

extension Record where Value == Sealed {
    /// A member's keys: `StateKey.memberKeys`.
    package static var keys: Self { Self("keys") }
    /// The private half of a participant key that is an officer's: `StateKey.officerKey`.
    package static func officerKey(_ key: VerificationKey) -> Self { Self("officer-key/" + key.base64URL) }
}

extension Record where Value == ProgramState {
    /// What is believed of the program. Read it by `ProgramCache`: it is large.
    package static var program: Self { Self("program") }
}

extension Record where Value == DocumentRecord {
    /// A program document that is not the newest any more.
    package static func document(_ version: UInt64) -> Self { Self("document/\(version)") }
}

extension Record where Value == SheetRecord {
    /// The private halves of a day's sheet.
    package static func sheet(_ day: Day) -> Self { Self("sheet/\(day.number)") }
}

extension Record where Value == ReplayRecord {
    /// The handshakes that were accepted.
    package static var replays: Self { Self("replays") }
}

extension Record where Value == MailboxRecord {
    /// The beginning of the names of all mailboxes.
    package static var mailboxes: String { "mailbox/" }
    /// A mailbox of ours.
    package static func mailbox(_ address: MailboxAddress) -> Self { Self(mailboxes + address.base64URL) }
}

extension Record where Value == SessionRecord {
    /// The beginning of the names of all sessions.
    package static var sessions: String { "session/" }
    /// A session, by its number.
    package static func session(_ number: Int) -> Self { Self(sessions + "\(number)") }
}

extension Record where Value == ConversationRecord {
    /// The beginning of the names of all conversations.
    package static var conversations: String { "conversation/" }
    /// A conversation, by its number.
    package static func conversation(_ id: Int) -> Self { Self(conversations + "\(id)") }
}

extension Record where Value == [EntryRecord] {
    /// How many entries stand in one record, so that a new one rewrites little.
    package static var chunkLength: Int { 64 }
    /// The beginning of the names of a conversation's entries.
    package static func chunks(of conversation: Int) -> String { "entries/\(conversation)/" }
    /// The entries of a conversation that stand together with this one.
    package static func entries(_ conversation: Int, with entry: Int) -> Self {
        Self(chunks(of: conversation) + "\((entry - 1) / chunkLength)")
    }
}

extension Record where Value == OutboxItem {
    /// The beginning of the names of all that waits to leave.
    package static var outbox: String { "out/" }
    /// Something that waits to leave. The names are in the order of the numbers.
    package static func out(_ number: UInt64) -> Self {
        let digits = "\(number)"
        return Self(outbox + String(repeating: "0", count: max(0, 20 - digits.count)) + digits)
    }
}

extension Record where Value == KeptCell {
    /// The beginning of the names of all kept cells.
    package static var allKept: String { "kept/" }
    /// A cell that cannot be opened yet.
    package static func kept(_ cell: CellID) -> Self { Self(allKept + cell.base64URL) }
}

extension Record where Value == HeldBody {
    /// The beginning of the names of the bodies that are held for a room.
    package static func held(for room: RoomID) -> String { "held/" + room.base64URL + "/" }
    /// A body for a room that is not open here yet.
    package static func held(_ body: BodyID, for room: RoomID) -> Self { Self(held(for: room) + body.base64URL) }
}

extension Record where Value == Unsent {
    /// What waits for a session with somebody in a conversation.
    package static func unsent(_ conversation: Int, to key: VerificationKey) -> Self {
        Self("unsent/\(conversation)/" + key.base64URL)
    }
}

/// Records that are bytes of their own.
package enum RawRecord {
    /// `Session.sealed(under:)` of a session.
    package static func ratchet(_ session: Int) -> String { "ratchet/\(session)" }
    /// `PartCollector.stored` of a session.
    package static func parts(_ session: Int) -> String { "parts/\(session)" }
    /// `RoomView.stored` of a conversation.
    package static func room(_ conversation: Int) -> String { "room/\(conversation)" }
    /// `TakenCells.stored` of a mailbox.
    package static func taken(_ address: MailboxAddress) -> String { "taken/" + address.base64URL }
}
