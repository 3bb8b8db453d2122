internal import CallboxClient
internal import CallboxTerminal

/// Help outside of Callbox, in words: from the program's signed list, or the built-in one, which is here even without a vault or a network.
enum CrisisLines {
    /// What has to be said wherever somebody may be in danger.
    static let nobodyComes = "We cannot send anyone to you: we do not know who you are. Only you can call."

    /// The same for peers and clinicians.
    static let nobodyCanBeSent =
        "Nobody can be sent to an officer: nobody knows who they are, unless they say so. The four questions: callbox safety"

    /// What stands at the foot of a screen, for whoever reads it.
    static func foot(_ resources: [ResourceView], for role: Role) -> String {
        foot(resources) + "\n" + (role == .officer ? nobodyComes : nobodyCanBeSent)
    }

    /// All of them, for `crisis` and `resources`.
    static func screen(_ resources: [ResourceView]) -> String {
        let all = withEmergency(resources)
        return all.map { resource in
            let note = resource.note.map { "\n" + Wrapping.hung("      " + Inert.line($0)) } ?? ""
            return Wrapping.hung("  \(Inert.line(resource.name)): \(Inert.line(resource.contact))") + note
        }.joined(separator: "\n") + "\n\n" + checked(resources)
    }

    /// A program's own list may be without the emergency number; nobody's screen is.
    private static func withEmergency(_ resources: [ResourceView]) -> [ResourceView] {
        resources.contains { $0.contact.contains("911") } ? resources : ResourceView.builtIn.prefix(1) + resources
    }

    /// One line for the foot of a screen.
    static func foot(_ resources: [ResourceView]) -> String {
        let lines = withEmergency(resources).prefix(5).map { resource in
            // A long number does not say who answers.
            let isBare = resource.contact.filter(\.isNumber).count > 9
            let name = isBare ? Inert.line(resource.name, columns: 30) + ": " : ""
            return name + Inert.line(resource.contact, columns: 40)
        }
        return "Help by telephone, now: \(lines.joined(separator: " · ")). More: callbox crisis"
    }

    /// Who answers for the list. Nobody has made sure of what is built in, so no day stands there that says so.
    private static func checked(_ resources: [ResourceView]) -> String {
        guard let day = resources.compactMap(\.verifiedOn).min() else {
            return "This list came with Callbox (\(ResourceView.builtInSince)); it is not your program's own."
        }
        return "Your program's own list. The line that was checked longest ago was checked on \(When.date(day))."
    }
}
