package import CallboxProgram

/// The three people of a handoff.
package enum HandoffPerson: String, Hashable, Sendable, CaseIterable {
    case officer, peer, clinician
}

/// What happens in a handoff. Each thing is for one person to do.
package enum HandoffEvent: Hashable, Sendable {
    /// The officer has signed; with the last day of the consent.
    case consented(ConsentHash, through: Day)
    /// The officer does not want it.
    case declined
    /// The peer has let all three into one room.
    case introduced
    /// The clinician takes it.
    case accepted
    /// The clinician cannot.
    case refused
    /// Clinician and officer have spoken.
    case firstContact
    /// The clinician says how it ended.
    case ended(Outcome)
    /// The officer has signed that the peer may be told how it ended; with the last day of that consent.
    case closingConsented(ConsentHash, through: Day)
    /// The officer takes a consent back.
    case revoked(ConsentHash)
    /// Time has passed.
    case dayBegan

    /// Whose it is to do; nobody's for the passing of time.
    package var person: HandoffPerson? {
        switch self {
        case .consented, .declined, .closingConsented, .revoked: .officer
        case .introduced: .peer
        case .accepted, .refused, .firstContact, .ended: .clinician
        case .dayBegan: nil
        }
    }
}

/// What the owner of a `Handoff` does now, if it concerns the person whose client it is.
package enum HandoffEffect: Hashable, Sendable {
    /// Shows the change. The officer is shown every one.
    case show(HandoffState, to: HandoffPerson)
    /// The peer's client may sign beside the officer, open the room and send the packet.
    case introduce
    /// The officer's client begins its own session with the clinician, on the consent.
    case introduceThemself
    /// Everybody's client stops sending on the consent, at once, also what is still waiting to leave.
    case stopSharing(ConsentHash)
    /// The clinician's client asks whether the peer may be told: a consent of its own.
    case askToTellPeer
    /// The clinician's client may tell the peer, on that consent.
    case tellPeer(Outcome, on: ConsentHash)
}

/// Why a handoff did not change.
package enum HandoffError: String, Error, Equatable, Sendable, CaseIterable {
    /// Not something that can happen now.
    case outOfTurn = "out-of-turn"
    /// It was for somebody else to do.
    case notTheirs = "not-theirs"
    /// The consent it would rest on, or the proposal, has passed its last day.
    case expired
    /// It names a consent that is none of this handoff.
    case wrongConsent = "wrong-consent"
    /// Stored state that we never wrote.
    case damaged
}
