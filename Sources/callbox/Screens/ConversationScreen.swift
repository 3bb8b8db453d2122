internal import CallboxClient
internal import CallboxTerminal

/// Conversations in words.
enum ConversationScreen {
    /// The inbox.
    static func list(_ conversations: [Conversation], when: When) -> String {
        guard !conversations.isEmpty else { return "There is no conversation yet." }
        let new = conversations.filter { $0.unread > 0 }.count
        let count = conversations.count == 1 ? "1 conversation" : "\(conversations.count) conversations"
        let news = new == 0 ? "nothing new" : new == 1 ? "1 with something new" : "\(new) with something new"
        return "\(count), \(news).\n\n" + conversations.map { summary($0, when: when) }.joined(separator: "\n")
    }

    /// A conversation in two to four lines.
    static func summary(_ conversation: Conversation, when: When) -> String {
        var head = "  \(conversation.id)  \(PersonScreen.names(conversation.others))"
        if conversation.isConcern { head += ", about somebody else" }
        if conversation.unread > 0 { head += ": \(conversation.unread) NEW" }
        var lines = [head]
        if let line = conversation.lastLine {
            let hour = conversation.lastHour.map { when.hour($0) + ": " } ?? ""
            lines.append("     \(hour)“\(Inert.line(preview(line), columns: 56))”")
        }
        if conversation.waitingToLeave > 0 { lines.append("     \(waiting(conversation.waitingToLeave))") }
        if let handoff = conversation.handoff { lines.append("     Handoff: \(Inert.line(handoff.sentence))") }
        if conversation.hasEnded { lines.append("     It has ended.") }
        return lines.map(Wrapping.hung).joined(separator: "\n")
    }

    /// The head of a conversation, above what was said.
    static func head(_ conversation: Conversation) -> String {
        var lines = ["Conversation \(conversation.id) with \(PersonScreen.names(conversation.others))."]
        if conversation.isConcern { lines.append("It was opened out of worry about somebody else.") }
        if let handoff = conversation.handoff {
            lines.append("Handoff: \(Inert.line(handoff.sentence)) (until \(When.date(handoff.lastDay)))")
            if !handoff.possible.isEmpty {
                lines.append("You can: \(handoff.possible.map(words).joined(separator: "; ")).")
            }
        }
        if conversation.hasEnded { lines.append("It has ended: nothing more can be said in it.") }
        lines.append("Messages are kept for \(conversation.retentionDays) days.")
        return lines.map(Wrapping.hung).joined(separator: "\n")
    }

    /// The lines of a message as one.
    private static func preview(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " / ")
    }

    /// Messages that have not left.
    static func waiting(_ count: Int) -> String {
        count == 1 ? "1 message of yours waits to be sent." : "\(count) messages of yours wait to be sent."
    }

    /// What can be done about a handoff, and by which command.
    static func words(_ action: HandoffAction) -> String {
        switch action {
        case .signConsent: "read and sign a consent (callbox consent sign)"
        case .declineConsent: "decline it (callbox consent decline)"
        case .revoke: "take your consent back (callbox consent revoke)"
        case .introduce: "introduce the two (callbox handoff introduce)"
        case .accept: "accept (callbox handoff accept)"
        case .decline: "decline (callbox handoff decline)"
        case .recordFirstContact: "record that you two have spoken (callbox handoff first-contact)"
        case .recordOutcome: "record how it ended (callbox handoff outcome)"
        case .askToTellPeer: "ask whether the peer may be told (callbox handoff ask-closing)"
        case .signClosing: "read and sign what the peer is told (callbox consent sign)"
        case .declineClosing: "decline that the peer is told (callbox consent decline)"
        case .tellPeer: "tell the peer what was signed (callbox handoff tell-peer)"
        }
    }
}
