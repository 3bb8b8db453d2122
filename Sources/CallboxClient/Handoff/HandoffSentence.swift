internal import CallboxSealing

/// What people read about a handoff: each sees it from their own place.
struct HandoffSentence {
    /// Who reads.
    let reader: HandoffPerson
    /// What the three are called.
    let officer, peer, clinician: String

    /// A step, when it happened.
    func of(_ step: HandoffStep) -> String {
        switch step {
        case .proposed:
            reader == .officer
                ? "\(peer) suggests that you meet \(clinician). Nothing is told to anybody unless you sign for it."
                : "You suggested \(clinician). \(officer) decides."
        case .consented:
            switch reader {
            case .officer:
                "You signed. \(peer) may now introduce you to \(clinician). You can take it back at any time."
            case .peer: "\(officer) has signed. You can introduce them to \(clinician) now."
            case .clinician: "\(officer) has signed a consent to be introduced to you by \(peer)."
            }
        case .declined:
            reader == .officer ? "You said no. Nothing was told." : "\(officer) does not want it. Nothing was told."
        case .introduced:
            switch reader {
            case .officer: "\(peer) has introduced you to \(clinician). All three of you are in this room."
            case .peer: "You introduced \(officer) to \(clinician). All three of you are in this room."
            case .clinician: "\(peer) introduces \(officer) to you. All three of you are in this room."
            }
        case .accepted: reader == .clinician ? "You take it from here." : "\(clinician) takes it from here."
        case .refused:
            reader == .clinician ? "You said that you cannot take it." : "\(clinician) cannot take it."
        case .firstContact:
            switch reader {
            case .officer: "\(clinician) notes that you two have spoken."
            case .peer: "\(clinician) and \(officer) have spoken."
            case .clinician: "You noted that you and \(officer) have spoken."
            }
        case .ended: reader == .clinician ? "You noted how it ended." : "\(clinician) notes how it ended."
        case .closingProposed:
            reader == .officer
                ? "\(clinician) asks whether \(peer) may be told how it went. It is not told unless you sign for it."
                : "You asked whether \(peer) may be told. \(officer) decides."
        case .closingConsented:
            reader == .officer
                ? "You signed. \(clinician) may now tell \(peer)." : "\(officer) has signed. You may tell \(peer) now."
        case .closingTold:
            switch reader {
            case .officer: "\(clinician) has told \(peer) what you agreed to, and nothing else."
            case .peer: "\(clinician) tells you, with the consent of \(officer), how it went."
            case .clinician: "You told \(peer) what \(officer) agreed to."
            }
        case .revoked:
            reader == .officer
                ? "You took it back. Nothing more is told. What was told before cannot be undone."
                : "\(officer) has taken the consent back. Nothing more may be told."
        case .expired: "The last day is over. Nothing more is told on this consent."
        }
    }

    /// Where it stands.
    func standing(_ state: HandoffState) -> String {
        switch state {
        case .proposed: of(.proposed)
        case .consented: of(.consented)
        case .introduced:
            reader == .clinician ? "It is for you to accept or to refuse." : "\(clinician) has not answered yet."
        case .accepted: of(.accepted)
        case .firstContact: of(.firstContact)
        case .engaged: "It ended well: they go on together."
        case .declined: "It ended: somebody of the two did not want it, or cannot."
        case .redirected: "It ended: somebody else fits better."
        case .escalated: "It ended: more help was needed at once."
        case .expired: of(.expired)
        case .revoked: of(.revoked)
        }
    }

    /// How it ended, for officer and clinician.
    static func of(_ outcome: String) -> String {
        switch outcome {
        case Outcome.engaged.rawValue: "They go on together."
        case Outcome.declined.rawValue: "It does not go on."
        case Outcome.redirected.rawValue: "Somebody else fits better."
        case Outcome.escalated.rawValue: "More help was needed at once."
        default: "It ended in a way that only a newer Callbox can show."
        }
    }

    /// Why a clinician cannot.
    static func ofReason(_ reason: String) -> String {
        switch reason {
        case "full": "There is no room at the moment."
        case "not-my-field": "It is not their field."
        case "conflict": "They would be in conflict with something else."
        case "licence": "Their licence does not allow it."
        default: "No reason was given."
        }
    }
}

extension HandoffSentence {
    /// The officer does not want the peer to be told.
    var closingDeclined: String {
        reader == .officer
            ? "You said no. \(peer) is not told how it went." : "\(officer) does not want \(peer) to be told."
    }
}
