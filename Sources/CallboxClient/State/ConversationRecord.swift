package import CallboxCrypto
package import CallboxProgram
package import CallboxSealing

/// A room as its list shows it: who is in it and what came last. Its entries are in records of their own, and its `RoomView` in `RawRecord.room`.
package struct ConversationRecord: Equatable, Sendable, Codable {
    /// Somebody else in the room.
    package struct Member: Equatable, Sendable, Codable {
        /// Their participant key.
        package let key: VerificationKey
        /// What they are.
        package let role: Role
        /// What they are called here: a roster name, "Officer 3", or the pseudonym of a consent.
        package var name: String
        /// A member's id.
        package let memberID: MemberID?
        /// The session with them; nil while there is none.
        package var session: Int?
        /// Whether they left.
        package var hasLeft = false

        /// Somebody in a room.
        package init(key: VerificationKey, role: Role, name: String, memberID: MemberID?, session: Int?) {
            self.key = key
            self.role = role
            self.name = name
            self.memberID = memberID
            self.session = session
        }
    }

    /// A message of ours that has not reached the relay whole.
    package struct Waiting: Equatable, Sendable, Codable {
        /// Which entry.
        package let entry: Int
        /// How many of its cells are still here.
        package var cells: Int
    }

    /// An entry that tells of a gap, until it fills.
    package struct Gap: Equatable, Sendable, Codable {
        /// Which entry.
        package let entry: Int
        /// Whose messages are missing.
        package let from: VerificationKey
        /// The first and the last number that were missing when it was noticed.
        package let first, last: UInt32
        /// Those of them that have come since.
        package var came: [UInt32] = []
    }

    /// A check-in of somebody else's: new to the person when it is due, and not before.
    package struct Appointment: Equatable, Sendable, Codable {
        /// When it is due, and until when it is shown.
        package let from, until: Hour
        /// The beginning of it.
        package let line: String
    }

    /// What it is called here: 1, 2, 3 …, never given twice.
    package let id: Int
    /// The room.
    package let room: RoomID
    /// Our participant key in it.
    package let own: VerificationKey
    /// The others, also those who left.
    package var others: [Member]
    /// The day it began here.
    package let begun: Day
    /// The id that the next entry gets.
    package var nextEntry = 1
    /// The entries up to this one were read.
    package var readThrough = 0
    /// How many entries of others came since.
    package var unread = 0
    /// The beginning of what was said last.
    package var lastLine: String?
    /// And its hour.
    package var lastHour: Hour?
    /// What of ours has not reached the relay.
    package var waiting: [Waiting] = []
    /// The gaps that are shown.
    package var gaps: [Gap] = []
    /// The check-ins that were not looked at.
    package var checkIns: [Appointment] = []
    /// Whether it was opened out of worry about somebody else.
    package var isConcern = false
    /// Whether we left.
    package var weLeft = false
    /// The fewest days that anybody in it asked for.
    package var retentionDays: Int?
    /// The name of the handoff that it is about.
    package var handoff: String?

    /// An empty room.
    package init(id: Int, room: RoomID, own: VerificationKey, others: [Member], begun: Day) {
        self.id = id
        self.room = room
        self.own = own
        self.others = others
        self.begun = begun
    }

    /// The check-ins that are due and were not looked at.
    package func due(at hour: Hour) -> [Appointment] { checkIns.filter { $0.from <= hour && hour <= $0.until } }

    /// Whether nothing more can be said in it.
    package var hasEnded: Bool { weLeft || others.allSatisfy(\.hasLeft) }
}

/// One entry of a conversation.
package struct EntryRecord: Equatable, Sendable, Codable {
    /// What it is.
    package enum Content: Equatable, Sendable, Codable {
        /// The exact line of an entry, somebody else's or ours: read anew each time, so that a newer Callbox shows what this one cannot.
        case said(BodyID, line: Blob)
        /// What this client noticed.
        case noticed(Finding, String)
        /// A step of a handoff, in one sentence, and what somebody wrote with it.
        case step(HandoffStep, String, text: String?)
        /// What a consent lets be told.
        case told([Item])
    }

    /// Words that a consent lets be told.
    package struct Item: Hashable, Sendable, Codable {
        /// Its kind and its words.
        package let kind, text: String

        /// An item.
        package init(kind: String, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// Its name in the conversation, rising.
    package let id: Int
    /// The day it was stored on: it is kept for so many days from then on.
    package let day: Day
    /// The hour in which it was said, by the sender's clock.
    package let hour: Hour
    /// Who said it; nil for ourselves, and for what the client says.
    package let from: VerificationKey?
    /// Whether it is ours.
    package let isOwn: Bool
    /// What it is.
    package var content: Content
    /// For what is ours: how far it has come.
    package var delivery: Delivery?
    /// When it is shown at the earliest: a check-in that is not due.
    package var notBefore: Hour?
    /// When it is not shown any more.
    package var notAfter: Hour?
    /// The day from which on it is kept: a check-in from when it is due, however long before it came.
    package var keptFrom: Day { max(day, notBefore?.day ?? day) }

    /// An entry.
    package init(
        id: Int, day: Day, hour: Hour, from: VerificationKey?, isOwn: Bool, content: Content,
        delivery: Delivery? = nil
    ) {
        self.id = id
        self.day = day
        self.hour = hour
        self.from = from
        self.isOwn = isOwn
        self.content = content
        self.delivery = delivery
    }
}
