internal import CallboxSealing

/// What the list of conversations shows of something that was said, in few words.
extension CallboxSealing.Content {
    /// Whether it is new to the person who gets it. What a client says by itself is not.
    var isNews: Bool {
        switch self {
        case .cover, .noticeAcknowledgement: false
        case .state(let presence): presence.state != .known(.here)
        case .checkIn: false
        default: true
        }
    }

    /// The line; nil for what the list passes over.
    var line: String? {
        switch self {
        case .text(let said): String(said.text.text.prefix(80))
        case .concern(let said): String(said.text.text.prefix(80))
        case .limitsInvoked(let said): String(said.text.text.prefix(80))
        case .checkInReply: "(an answer to a check-in)"
        case .goodbye: "(left the conversation)"
        case .rating: "(a rating)"
        case .transferProposal: "(another peer is suggested)"
        case .transferAcceptance, .transferDecline: "(an answer about another peer)"
        case .unknown: "(needs a newer Callbox)"
        default: nil
        }
    }
}
