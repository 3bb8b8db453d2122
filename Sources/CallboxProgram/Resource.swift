/// Help outside the program: a line to call, a place to go.
package struct Resource: Hashable, Sendable, Codable {
    /// What it is called.
    package let name: Line<120>
    /// How to reach it, as a person would say it: "Call or text 988".
    package let contact: Line<120>
    /// Who it is for and when, if that needs saying.
    package let note: Passage<600>?
    /// The last day on which the program made sure that it answers.
    package let verifiedOn: Day

    private enum CodingKeys: String, CodingKey {
        case name, contact, note
        case verifiedOn = "verified_on"
    }

    /// A resource.
    package init(name: Line<120>, contact: Line<120>, note: Passage<600>? = nil, verifiedOn: Day) {
        self.name = name
        self.contact = contact
        self.note = note
        self.verifiedOn = verifiedOn
    }
}
