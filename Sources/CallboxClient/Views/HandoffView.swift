/// What happened in a handoff.
public enum HandoffStep: String, Equatable, Sendable, Codable, CaseIterable {
    case proposed, consented, declined, introduced, accepted, refused, firstContact, ended, closingProposed,
        closingConsented,
        closingTold, revoked, expired
}

/// Where a handoff stands, as far as this person may know.
public struct HandoffView: Equatable, Sendable {
    /// `proposed`, `consented`, `introduced`, `accepted`, `firstContact`, `engaged`, `declined`, `redirected`, `escalated`, `expired`, `revoked`.
    public let state: String
    /// The same in one plain sentence.
    public let sentence: String
    /// The clinician.
    public let clinician: Participant
    /// The peer.
    public let peer: Participant
    /// The last day, as days since 1970.
    public let lastDay: Int
    /// What this person can do now.
    public let possible: [HandoffAction]

    package init(
        state: String, sentence: String, clinician: Participant, peer: Participant, lastDay: Int,
        possible: [HandoffAction]
    ) {
        self.state = state
        self.sentence = sentence
        self.clinician = clinician
        self.peer = peer
        self.lastDay = lastDay
        self.possible = possible
    }
}

/// What a person can do about a handoff.
public enum HandoffAction: String, Equatable, Sendable, CaseIterable {
    case signConsent, declineConsent, revoke, introduce, accept, decline, recordFirstContact, recordOutcome,
        askToTellPeer,
        signClosing, declineClosing, tellPeer
}

/// What a peer suggests to tell a clinician, or a clinician to tell the peer.
public struct ProposalDraft: Equatable, Sendable {
    /// The clinician's or peer's member id.
    public var recipient: String
    /// What for, 1 to 2,048 bytes.
    public var purpose: String
    /// What would be told, 1 to 12 items, each kind once.
    public var items: [DisclosedItem]
    /// For how many days it may be taken up, 1 to 365.
    public var days: Int
    /// A word to the officer.
    public var text: String?

    /// A draft.
    public init(recipient: String, purpose: String, items: [DisclosedItem], days: Int = 30, text: String? = nil) {
        self.recipient = recipient
        self.purpose = purpose
        self.items = items
        self.days = days
        self.text = text
    }
}

/// What an officer decides in a consent, beginning from what was proposed. Whatever is changed changes the text.
public struct ConsentChoices: Equatable, Sendable {
    /// What the officer is called there, 1 to 64 bytes.
    public var pseudonym: String
    /// The real name, sealed to the clinician alone; nil keeps it pseudonymous.
    public var realName: String?
    /// What is told: some or all of the proposed items, as the officer words them.
    public var items: [DisclosedItem]
    /// What is not told, at most 12 texts.
    public var excluded: [String]
    /// Whether anything about alcohol, medicines or drugs is told.
    public var includesSubstanceUse: Bool
    /// For how many days from today it holds, 1 to 365.
    public var days: Int
    /// What ends it earlier, in words.
    public var endEvent: String?
    /// `none`, `once` or `until-end`.
    public var followUp: String

    package init(
        pseudonym: String, realName: String?, items: [DisclosedItem], excluded: [String], includesSubstanceUse: Bool,
        days: Int,
        endEvent: String?, followUp: String
    ) {
        self.pseudonym = pseudonym
        self.realName = realName
        self.items = items
        self.excluded = excluded
        self.includesSubstanceUse = includesSubstanceUse
        self.days = days
        self.endEvent = endEvent
        self.followUp = followUp
    }
}

/// A consent that can be read and signed: exactly this text.
public struct ConsentDraft: Equatable, Sendable {
    /// The conversation it is about.
    public let conversation: Int
    /// What it was made of.
    public let choices: ConsentChoices
    /// The whole text, to be read before signing. It holds words of others: whoever shows it makes it inert.
    public let text: String
    /// The record, as it would be signed.
    package let payload: [UInt8]

    package init(conversation: Int, choices: ConsentChoices, text: String, payload: [UInt8]) {
        self.conversation = conversation
        self.choices = choices
        self.text = text
        self.payload = payload
    }
}
