internal import CallboxClient
internal import CallboxTerminal

/// What a chat knows and says: which entries were shown, what has not left yet, whether the relay answers. A value without effects; times come in with each call.
struct ChatModel {
    /// Whether the relay answers.
    enum Connection: Equatable {
        /// It was not asked yet.
        case unknown
        case connected
        /// It does not answer; nothing is lost.
        case lost
    }

    /// The conversation, as it was last seen.
    private(set) var conversation: Conversation
    private(set) var connection = Connection.unknown
    private var lastShown = 0
    /// Other conversations of which it was said that something came.
    private var elsewhere: Set<Int> = []
    /// How far each own message had come when it was last looked at.
    private var deliveries: [Int: Delivery] = [:]
    /// Where nothing is drawn anew there is no line at the bottom that could tell what has left, so it is said.
    private let isPlain: Bool
    /// Whether what the person types stays on the screen as they typed it.
    private let isEchoed: Bool
    /// What was typed in this chat. The same person may speak at another terminal, too.
    private var typedHere: Set<Int> = []

    init(_ conversation: Conversation, isPlain: Bool, isEchoed: Bool) {
        self.conversation = conversation
        self.isEchoed = isEchoed
        self.isPlain = isPlain
    }

    /// What stands at the top: who is here, and the last things that were said.
    mutating func opening(_ entries: [Entry], resources: [ResourceView], role: Role, when: When) -> String {
        let head = """
            \(ConversationScreen.head(conversation))
            \(CrisisLines.foot(resources, for: role))
            Enter sends, Alt-Enter begins a new line. /help tells more, /quit leaves.

            """
        let said = entries.map { EntryScreen.text($0, when: when, tellsWaiting: isPlain) }
        remember(entries)
        return ([head] + said).joined(separator: "\n")
    }

    /// The person has typed this in this chat.
    mutating func typed(_ entry: Entry) { typedHere.insert(entry.id) }

    /// What is new since the last look. An entry is shown once; of an own message also what has become of it, when that is bad, or nothing else can tell it.
    mutating func news(_ conversation: Conversation, _ entries: [Entry], when: When) -> [String] {
        var lines: [String] = []
        if conversation.others != self.conversation.others {
            lines.append(Wrapping.hung("Callbox: now here are \(PersonScreen.names(conversation.others))."))
        }
        for entry in entries {
            if entry.id > lastShown {
                lines.append(text(entry, when: when))
            } else if let before = deliveries[entry.id], let now = entry.delivery, before != now,
                isPlain || now != .handedOver
            {
                let name = Self.firstWords(entry).map { " “\($0)”" } ?? ""
                lines.append(Wrapping.hung("Callbox: your message\(name) is \(EntryScreen.text(now))."))
            }
        }
        if conversation.hasEnded, !self.conversation.hasEnded {
            lines.append("Callbox: this conversation has ended. Nothing more can be said in it.")
        }
        self.conversation = conversation
        remember(entries)
        return lines
    }

    /// Something came in another conversation. It is said once for each, as long as this chat is open.
    mutating func elsewhere(_ other: Conversation) -> [String] {
        guard other.unread > 0, elsewhere.insert(other.id).inserted else { return [] }
        return [
            Wrapping.hung(
                "Callbox: something came in conversation \(other.id), with \(PersonScreen.names(other.others)). To see it: /quit, then callbox chat \(other.id)"
            )
        ]
    }

    /// The relay answers. It is only said after it did not.
    mutating func connected() -> [String] {
        defer { connection = .connected }
        return connection == .lost ? ["Callbox: connected again."] : []
    }

    /// The relay does not answer. Said once; what to do is nothing.
    mutating func disconnected(_ trouble: Trouble) -> [String] {
        defer { connection = .lost }
        guard connection != .lost else { return [] }
        return [
            "Callbox: \(Inert.passage(trouble.happened)) Nothing is lost: what you write is kept and goes out later. It is tried again by itself."
        ]
    }

    /// Something does not go through: what happened, what it means, what to do.
    static func troubled(_ trouble: Trouble) -> [String] {
        let said = [trouble.happened, trouble.meaning, trouble.remedy].map { Inert.line($0) }.joined(separator: " ")
        return [Wrapping.hung("Callbox: " + said)]
    }

    /// The lines above the message: who is here, where the handoff stands, what has left.
    var status: [String] {
        let relay =
            switch connection {
            case .unknown: "connecting …"
            case .connected: "connected"
            case .lost: "not connected, trying again"
            }
        let own =
            switch conversation.waitingToLeave {
            case 0: deliveries.isEmpty ? nil : "all handed over"
            case 1: "1 message waiting to be sent"
            default: "\(conversation.waitingToLeave) messages waiting to be sent"
            }
        let facts = [PersonScreen.names(conversation.others), relay, own, conversation.hasEnded ? "ENDED" : nil]
        var lines = ["-- " + facts.compactMap { $0 }.joined(separator: " · ")]
        if let handoff = conversation.handoff { lines.append("-- Handoff: \(Inert.line(handoff.sentence))") }
        return lines.map(Wrapping.hung)
    }

    private mutating func remember(_ entries: [Entry]) {
        lastShown = max(lastShown, entries.map(\.id).max() ?? 0)
        for entry in entries { deliveries[entry.id] = entry.delivery }
    }

    private func text(_ entry: Entry, when: When) -> String {
        // The terminal has just shown what they typed.
        if isEchoed, typedHere.contains(entry.id), case .text = entry.content, let delivery = entry.delivery {
            return "\(when.hour(entry.hour)), you: that is \(EntryScreen.text(delivery))."
        }
        return EntryScreen.text(entry, when: when, tellsWaiting: isPlain)
    }

    private static func firstWords(_ entry: Entry) -> String? {
        guard case .text(let text) = entry.content else { return nil }
        return Inert.line(text, columns: 24)
    }
}
