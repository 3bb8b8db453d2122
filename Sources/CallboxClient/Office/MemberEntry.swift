/// What the program says about a member beside their keys. What is nil or empty is left as it was, or left out.
public struct MemberEntry: Equatable, Sendable {
    /// `peer`, `clinician` or `coordinator`; a new member's is in the request, and must be the same.
    public var role: String?
    /// The name that people see.
    public var name: String?
    /// The credential, as a consent names it.
    public var credential: String?
    /// Last days, `YYYY-MM-DD`.
    public var credentialExpires, trainingExpires: String?
    /// The first day of membership, `YYYY-MM-DD`; of a new member, today.
    public var designatedSince: String?
    /// What people choose by.
    public var agency, rankBand, unit, shift, biography: String?
    /// `active` or `retired`.
    public var service: String?
    /// `open`, `limited` or `full`.
    public var availability: String?
    /// BCP 47 tags.
    public var languages: [String] = []
    /// What the member knows about, and has been through.
    public var specialties, livedExperience: [String]
    /// How long an answer usually takes, in minutes.
    public var usualReplyMinutes: Int?
    /// Hours on call, each `mon 18:00-06:00` in the program's time zone.
    public var onCall: [String] = []
    /// A whole profile as JSON, as documents.md section 4 has it; the other members change it.
    public var profile: [UInt8]?

    /// Nothing said yet.
    public init() {
        specialties = []
        livedExperience = []
    }
}
