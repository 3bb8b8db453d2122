/// What somebody is in a program.
public enum Role: String, Sendable, Codable, CaseIterable {
    /// Seeks help; on no list.
    case officer
    /// A trained peer support officer.
    case peer
    /// A vetted clinician.
    case clinician
    /// Signs for the program.
    case coordinator
}

/// A member of the roster as people choose by. All text in it was written by others: whoever shows it makes it inert.
public struct Person: Equatable, Sendable, Identifiable {
    /// The member's name for good: 26 symbols of Crockford's Base32.
    public let id: String
    /// Peer or clinician.
    public let role: Role
    /// The name the member goes by.
    public let name: String
    /// Agency, rank band, unit, shift: as far as the roster says.
    public let agency, rankBand, unit, shift: String?
    /// Whether the member still serves; nil when the roster does not say.
    public let isRetired: Bool?
    /// BCP 47 tags.
    public let languages: [String]
    /// What the member knows about.
    public let specialties: [String]
    /// What the member has been through and speaks of.
    public let livedExperience: [String]
    /// A few sentences.
    public let biography: String?
    /// How long an answer usually takes, in minutes.
    public let usualReplyMinutes: Int?
    /// `open`, `limited` or `full`.
    public let availability: String
    /// Whether the member is on call now, by the program's clock.
    public let isOnCall: Bool
    /// The credential, as a consent names it.
    public let credential: String
    /// The last days of credential and training, and the first of membership, as days since 1970.
    public let credentialExpires, trainingExpires, designatedSince: Int
    /// Why this member cannot be chosen now; nil when they can.
    public let cannotBeChosen: String?

    package init(
        id: String, role: Role, name: String, agency: String?, rankBand: String?, unit: String?, shift: String?,
        isRetired: Bool?, languages: [String], specialties: [String], livedExperience: [String], biography: String?,
        usualReplyMinutes: Int?, availability: String, isOnCall: Bool, credential: String, credentialExpires: Int,
        trainingExpires: Int, designatedSince: Int, cannotBeChosen: String?
    ) {
        self.id = id
        self.role = role
        self.name = name
        self.agency = agency
        self.rankBand = rankBand
        self.unit = unit
        self.shift = shift
        self.isRetired = isRetired
        self.languages = languages
        self.specialties = specialties
        self.livedExperience = livedExperience
        self.biography = biography
        self.usualReplyMinutes = usualReplyMinutes
        self.availability = availability
        self.isOnCall = isOnCall
        self.credential = credential
        self.credentialExpires = credentialExpires
        self.trainingExpires = trainingExpires
        self.designatedSince = designatedSince
        self.cannotBeChosen = cannotBeChosen
    }
}

/// What a person looks for among the peers. What is nil or empty does not matter.
public struct PeerFilter: Equatable, Sendable {
    /// Parts of a word, any case: unit, shift, specialty, experience.
    public var unit, shift, specialty, experience: String?
    /// A BCP 47 tag; `es` finds `es-MX`.
    public var language: String?
    /// Only who is on call now.
    public var onCallOnly = false
    /// Only who has room.
    public var withRoomOnly = false

    /// Anybody.
    public init() {}
}

/// Who may be chosen, and how large the crowd is.
public struct PeerList: Equatable, Sendable {
    /// Who matches, can be chosen, and was not screened out.
    public let people: [Person]
    /// How many members of that role can be chosen at all: whoever writes to one of few is one of few.
    public let eligibleCount: Int

    package init(people: [Person], eligibleCount: Int) {
        self.people = people
        self.eligibleCount = eligibleCount
    }
}

/// The answers of the conflict screen. They leave this machine in no form; a yes takes the peer off the list here.
public struct ConflictAnswers: Equatable, Sendable {
    /// Is this person in your chain of command?
    public var isInChainOfCommand = false
    /// Were you both at the same incident?
    public var wasAtSameIncident = false
    /// Are you both in one open investigation?
    public var isInSameInvestigation = false

    /// Three times no.
    public init() {}
    /// Whether the peer should be another.
    public var isConflict: Bool { isInChainOfCommand || wasAtSameIncident || isInSameInvestigation }
}
