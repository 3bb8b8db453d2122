internal import CallboxProgram
internal import CallboxWire

extension Draft {
    /// Sets the limits notice in a language.
    public mutating func setNotice(_ text: String, language: String) throws {
        let notice = LimitsNotice(
            language: try Field.language(language), text: try Field.passage(text, "the notice"))
        let others = content.notices.filter { $0.language != notice.language }
        content.notices = try Field.list(others + [notice], atMost: 16, "languages of the notice")
            .sorted { $0.language.text < $1.language.text }
    }

    /// Takes the notice in a language out. One has to stay.
    public mutating func removeNotice(language: String) throws {
        let tag = try Field.language(language)
        guard content.notices.contains(where: { $0.language == tag }) else {
            throw Trouble.unusable("There is no notice in that language.", "callbox program draft show lists them.")
        }
        guard content.notices.count > 1 else {
            throw Trouble.unusable(
                "This is the only notice. Nobody may write a first word without one.", "Set another one first.")
        }
        content.notices.removeAll { $0.language == tag }
    }

    /// Adds a resource, or changes the one of that name.
    public mutating func setResource(name: String, contact: String, note: String?, verifiedOn: String) throws {
        let resource = Resource(
            name: try Field.line(name, "the resource's name"), contact: try Field.line(contact, "how to reach it"),
            note: try note.map { try Field.passage($0, "the note") },
            verifiedOn: try Field.day(verifiedOn, "the day on which somebody made sure"))
        if let index = content.resources.firstIndex(where: { $0.name == resource.name }) {
            content.resources[index] = resource
        } else {
            content.resources = try Field.list(content.resources + [resource], atMost: 64, "resources")
        }
    }

    /// Takes a resource out.
    public mutating func removeResource(name: String) throws {
        guard content.resources.contains(where: { $0.name.text == name }) else {
            throw Trouble.unusable("There is no resource of that name.", "callbox program draft show lists them.")
        }
        content.resources.removeAll { $0.name.text == name }
    }

    /// Sets all resources from a list in JSON: objects with `name`, `contact`, if wanted `note`, and `verified_on`: a day like `2027-01-15`, or days since 1970.
    public mutating func setResources(_ list: [UInt8]) throws {
        let typed: TypedResources
        do {
            typed = try DocumentCoding.decode(
                from: [UInt8]("{\"list\":".utf8) + list + [UInt8(ascii: "}")], limit: 131_072)
        } catch {
            throw Trouble.unusable(
                "The resources cannot be read.",
                "Write a JSON list of objects with name, contact, note (if wanted) and verified_on, a day like \"2027-01-15\"."
            )
        }
        var next = self
        next.content.resources = []
        for resource in typed.list {
            guard !next.content.resources.contains(where: { $0.name.text == resource.name }) else {
                throw Trouble.unusable("One resource stands there twice.", "Give each a name of its own.")
            }
            try next.setResource(
                name: resource.name, contact: resource.contact, note: resource.note, verifiedOn: resource.verifiedOn)
        }
        self = next
    }

    private struct TypedResources: Decodable {
        let list: [TypedResource]
    }

    private struct TypedResource: Decodable {
        let name: String
        let contact: String
        let note: String?
        let verifiedOn: String

        private enum CodingKeys: String, CodingKey {
            case name, contact, note
            case verifiedOn = "verified_on"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            contact = try values.decode(String.self, forKey: .contact)
            note = try values.decodeIfPresent(String.self, forKey: .note)
            if let number = try? values.decode(UInt32.self, forKey: .verifiedOn) {
                verifiedOn = Day(number).written
            } else {
                verifiedOn = try values.decode(String.self, forKey: .verifiedOn)
            }
        }
    }
}
