/// Which way a consent lets words go: never both in one.
package enum ConsentDirection: String, Hashable, Sendable, Codable, CaseIterable {
    /// From the peer to the clinician: an introduction.
    case toClinician = "to-clinician"
    /// From the clinician back to the peer: a closing word.
    case backToPeer = "back-to-peer"
}

/// What a consent is for.
package enum ConsentKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The three of them meet in one room.
    case introduction
    /// The clinician tells the peer how it went.
    case closingWord = "closing-word"

    /// The one way that words go for this.
    package var direction: ConsentDirection { self == .introduction ? .toClinician : .backToPeer }
}

/// One thing to be told: its kind from a closed list, and the very words.
package struct ConsentItem: Hashable, Sendable, Codable {
    /// What sort of thing it is.
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// What brings the officer here.
        case reason
        /// What happened.
        case incident
        /// How the officer is: sleep, mood, body.
        case wellbeing
        /// Danger, now or before.
        case safety
        /// Alcohol, medicines, drugs.
        case substanceUse = "substance-use"
        /// What has helped so far, and what peer support there was.
        case support
        /// What the officer hopes for.
        case wishes
        /// When and how to reach the officer through Callbox.
        case contact
        /// Languages, and what else the clinician should know to receive the officer well.
        case needs
        /// That clinician and officer have met: for a closing word.
        case attended
        /// How it ended: for a closing word.
        case outcome
        /// What the peer can do now: for a closing word.
        case advice

        /// Which way it may go.
        package var direction: ConsentDirection {
            switch self {
            case .attended, .outcome, .advice: .backToPeer
            default: .toClinician
            }
        }
    }

    /// What sort of thing it is.
    package let kind: Kind
    /// The very words.
    package let text: Words<2_048>

    /// An item.
    package init(kind: Kind, text: Words<2_048>) {
        self.kind = kind
        self.text = text
    }
}
