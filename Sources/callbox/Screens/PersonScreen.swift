internal import CallboxClient
internal import CallboxTerminal

/// Members of the roster in words.
enum PersonScreen {
    /// `Dana Reyes (peer)`
    static func name(_ participant: Participant) -> String {
        "\(Inert.line(participant.name, columns: 40)) (\(participant.role.rawValue))"
    }

    /// Several of them: `Dana Reyes (peer) and Dr. Okafor (clinician)`.
    static func names(_ participants: [Participant]) -> String {
        let names = participants.map(name)
        guard names.count > 1, let last = names.last else { return names.first ?? "nobody" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    /// One line for a list to choose from.
    static func choice(_ person: Person) -> String {
        let facts = [person.unit, person.rankBand, availability(person)].compactMap { $0 }.map {
            Inert.line($0, columns: 30)
        }
        return Inert.line(person.name, columns: 40) + ": " + facts.joined(separator: ", ")
    }

    /// Everything that people choose by, in lines.
    static func text(_ person: Person, when: When) -> String {
        var lines = ["\(Inert.line(person.name, columns: 60)) (\(person.role.rawValue))"]
        func add(_ label: String, _ value: String?) {
            if let value, !value.isEmpty { lines.append(Wrapping.hung("    \(label): \(Inert.line(value))")) }
        }
        let place = [person.agency, person.unit, person.shift, person.rankBand].compactMap { $0 }
        add("Where", place.joined(separator: ", "))
        if let isRetired = person.isRetired { add("Serves", isRetired ? "retired" : "still") }
        add("Speaks", person.languages.joined(separator: ", "))
        add("Knows about", person.specialties.joined(separator: ", "))
        add("Has been through", person.livedExperience.joined(separator: ", "))
        add("Now", availability(person))
        add("Usually answers", person.usualReplyMinutes.map(minutes))
        if let biography = person.biography { lines.append(contentsOf: bar(biography)) }
        lines.append(
            "    On the list since \(When.date(person.designatedSince)); \(Inert.line(person.credential)), good until "
                + When.date(min(person.credentialExpires, person.trainingExpires)))
        if let reason = person.cannotBeChosen { lines.append("    Cannot be chosen now: \(Inert.line(reason))") }
        lines.append("    Name for good: \(Inert.line(person.id, columns: 40))")
        return lines.joined(separator: "\n")
    }

    private static func bar(_ text: String) -> [String] {
        Inert.passage(text).split(separator: "\n", omittingEmptySubsequences: false).map { "    | \($0)" }
    }

    private static func availability(_ person: Person) -> String {
        let room =
            switch person.availability {
            case "open": "has room"
            case "limited": "has little room"
            case "full": "is full"
            default: Inert.line(person.availability, columns: 30)
            }
        return person.isOnCall ? "on call now, \(room)" : room
    }

    private static func minutes(_ minutes: Int) -> String {
        switch minutes {
        case ..<90: "within \(minutes) minutes"
        case ..<2880: "within \((minutes + 30) / 60) hours"
        default: "within \((minutes + 720) / 1440) days"
        }
    }
}
