/// What people choose a member by. Shown, never judged.
package struct MemberProfile: Hashable, Sendable, Codable {
    /// The name that the member goes by.
    package var name: Line<80>
    /// The agency, where several pool their members.
    package var agency: Line<80>?
    /// A band of ranks, as wide as the program likes.
    package var rankBand: Line<48>?
    /// The unit.
    package var unit: Line<80>?
    /// The shift.
    package var shift: Line<48>?
    /// Whether the member still serves.
    package var service: Service?
    /// Languages spoken, at most 16.
    package var languages: [LanguageTag]
    /// What the member knows about, at most 16.
    package var specialties: [Line<48>]
    /// What the member has been through and speaks of, at most 16.
    package var livedExperience: [Line<48>]
    /// A few sentences, at most 600 bytes.
    package var biography: Passage<600>?
    /// How long an answer usually takes, in minutes.
    package var usualReplyMinutes: UInt32?
    /// When the member is on call, at most 14 entries, in the program's time zone.
    package var onCall: [OnCallHours]
    /// How much room there is for new conversations.
    package var availability: Availability

    /// Whether a member still serves.
    package enum Service: String, Sendable, Codable { case active, retired }
    /// How much room a member has.
    package enum Availability: String, Sendable, Codable { case open, limited, full }

    enum CodingKeys: String, CodingKey {
        case name, agency, unit, shift, service, languages, specialties, biography, availability
        case rankBand = "rank_band"
        case livedExperience = "lived_experience"
        case usualReplyMinutes = "usual_reply_minutes"
        case onCall = "on_call"
    }

    /// A profile with nothing but a name; the rest is set afterwards.
    package init(name: Line<80>) {
        self.name = name
        languages = []
        specialties = []
        livedExperience = []
        onCall = []
        availability = .open
    }

    /// Whether no list is longer than it may be.
    var isBounded: Bool {
        languages.count <= 16 && specialties.count <= 16 && livedExperience.count <= 16 && onCall.count <= 14
    }
}
