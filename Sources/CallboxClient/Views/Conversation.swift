/// A room as one person sees it: who is in it, what was said, where a handoff stands.
public struct Conversation: Equatable, Sendable, Identifiable {
    /// What it is called on this machine: 1, 2, 3 …, never given twice.
    public let id: Int
    /// The others in it.
    public let others: [Participant]
    /// What was said since it was last marked as read, by others.
    public let unread: Int
    /// The beginning of the last line; nil before the first.
    public let lastLine: String?
    /// The hour of the last line, since 1970.
    public let lastHour: Int?
    /// How many messages of ours have not reached the relay yet.
    public let waitingToLeave: Int
    /// Whether it was opened out of worry about somebody else.
    public let isConcern: Bool
    /// Whether somebody left: nothing more can be said in it.
    public let hasEnded: Bool
    /// For how many days a message is kept, 1 to 90.
    public let retentionDays: Int
    /// The handoff that this conversation is about; nil when there is none.
    public let handoff: HandoffView?

    package init(
        id: Int, others: [Participant], unread: Int, lastLine: String?, lastHour: Int?, waitingToLeave: Int,
        isConcern: Bool, hasEnded: Bool, retentionDays: Int, handoff: HandoffView?
    ) {
        self.id = id
        self.others = others
        self.unread = unread
        self.lastLine = lastLine
        self.lastHour = lastHour
        self.waitingToLeave = waitingToLeave
        self.isConcern = isConcern
        self.hasEnded = hasEnded
        self.retentionDays = retentionDays
        self.handoff = handoff
    }
}

/// Somebody in a conversation.
public struct Participant: Equatable, Hashable, Sendable {
    /// What they are.
    public let role: Role
    /// A member's name from the roster; what an officer is called here: "Officer 3", or the pseudonym of a consent.
    public let name: String
    /// The member's id; nil for an officer.
    public let memberID: String?

    package init(role: Role, name: String, memberID: String?) {
        self.role = role
        self.name = name
        self.memberID = memberID
    }
}

/// One thing in a conversation: said by somebody, or noticed by this client.
public struct Entry: Equatable, Sendable, Identifiable {
    /// Its name in this vault, rising within a conversation.
    public let id: Int
    /// Who said it; nil for this person, and for what the client itself says.
    public let from: Participant?
    /// Whether this person said it.
    public let isOwn: Bool
    /// The hour in which it was said, by the sender's clock, since 1970.
    public let hour: Int
    /// What it is.
    public let content: EntryContent
    /// For what this person said: how far it has come.
    public let delivery: Delivery?

    package init(id: Int, from: Participant?, isOwn: Bool, hour: Int, content: EntryContent, delivery: Delivery?) {
        self.id = id
        self.from = from
        self.isOwn = isOwn
        self.hour = hour
        self.content = content
        self.delivery = delivery
    }
}

/// How far a message of one's own has come. Nobody is told whether it was read.
public enum Delivery: String, Equatable, Sendable, Codable {
    /// It is kept here and will be sent.
    case waiting
    /// The relay has it on its disk, for everybody in the room.
    case handedOver
    /// It could not be delivered: the other side is gone.
    case undeliverable
    /// It was held back: a consent that it rested on was revoked.
    case withdrawn
}

/// What an entry is. All text in it was written by others: whoever shows it makes it inert.
public enum EntryContent: Equatable, Sendable {
    /// What somebody wrote.
    case text(String)
    /// A quiet worry about somebody else; `danger` is `no`, `unsure` or `yes`.
    case concern(String, danger: String)
    /// A peer says that a limit of confidentiality has been reached.
    case limitsInvoked(limit: String, String)
    /// A check-in that is due; `entry` is what to answer it by.
    case checkIn(String, occasion: String)
    /// The answer to one.
    case checkInReply(feeling: String, String?)
    /// Here, away, back.
    case presence(String, untilHour: Int?)
    /// The conversation is kept for fewer days.
    case retention(days: Int)
    /// Somebody left, perhaps with a last word.
    case goodbye(String?)
    /// How it was.
    case rating(helped: Int, wouldReturn: String)
    /// Another peer is suggested.
    case transferProposed(to: String, reason: String, String?)
    case transferAccepted
    case transferDeclined(String?)
    /// A step of a handoff, in one plain sentence, and what somebody wrote with it.
    case handoff(HandoffStep, String, text: String?)
    /// What a consent lets be told: kind and words of each item.
    case told([DisclosedItem])
    /// Something that only a newer Callbox can show.
    case needsNewer(type: String)
    /// What this client noticed: a gap, a fork, a message that came in pieces or could not be read. One plain sentence.
    case noticed(Finding, String)
}

/// What a client notices about a conversation.
public enum Finding: String, Equatable, Sendable, Codable {
    /// Messages are missing: late, or withheld.
    case gap
    /// Somebody told people different things, or speaks for somebody else, or works from an old copy.
    case fork
    /// Something came that could not be read.
    case unreadable
    /// Something came from somebody who is not in the room.
    case stranger
    /// A notice by this client that is no warning.
    case information
}

/// Words that a consent lets be told.
public struct DisclosedItem: Equatable, Sendable {
    /// `reason`, `incident`, `wellbeing`, `safety`, `substance-use`, `support`, `wishes`, `contact`, `needs`; back to the peer `attended`, `outcome`, `advice`.
    public let kind: String
    /// The very words, 1 to 2,048 bytes.
    public let text: String

    /// An item.
    public init(kind: String, text: String) {
        self.kind = kind
        self.text = text
    }
}
