internal import CallboxClient
internal import CallboxTerminal
internal import FoundationEssentials

/// The conversation with a peer or clinician about what would be told to whom.
enum HandoffTalk {
    static let noHandoff = Trouble(
        .notNow, "There is no handoff in this conversation.", meaning: "Nothing was sent.",
        remedy: "Look which conversation it is: callbox inbox")
    private static let elsewhere = "Pipe in one JSON object: `callbox help json` says what is in it."

    /// A proposal, piped in or asked for.
    static func proposal(
        _ client: any Client, to name: String?, of role: Role = .clinician, title: String,
        kinds: [(kind: String, words: String)]
    ) async throws -> ProposalDraft {
        if Terminal.device.isInputPiped { return try piped(client, to: name) }
        let recipient: Person
        if let name { recipient = try client.person(named: name) } else { recipient = try pick(client) }
        guard recipient.role == role else {
            throw Trouble(
                .notNow, "\(Inert.line(recipient.name, columns: 40)) is no \(role.rawValue).",
                meaning: "Nothing was sent.", remedy: "Choose one: callbox peers --clinicians")
        }
        Terminal.show(
            """
            A proposal to \(title): that \(Inert.line(recipient.name, columns: 40)) is told certain words.
            The officer sees exactly what you write here, can change it, and decides. Write it as if they stood beside you.
            """)
        let purpose = try Terminal.ask("What is it for", elsewhere: elsewhere)
        var items: [DisclosedItem] = []
        while true {
            let left = kinds.filter { kind in !items.contains { $0.kind == kind.kind } }
            let done = items.isEmpty ? [] : ["That is all"]
            guard !left.isEmpty else { break }
            let number = try Terminal.choose(
                "What would be told?", from: left.map(\.words) + done, elsewhere: elsewhere)
            guard number < left.count else { break }
            let text = try Terminal.ask("In which words", elsewhere: elsewhere)
            items.append(DisclosedItem(kind: left[number].kind, text: text))
        }
        let days =
            Int(try Terminal.ask("For how many days may it be taken up, 1 to 365", usual: "30", elsewhere: elsewhere))
            ?? 30
        let text = try Terminal.askOptional("A word to the officer", elsewhere: elsewhere)
        let draft = ProposalDraft(recipient: recipient.id, purpose: purpose, items: items, days: days, text: text)
        Terminal.show(
            "\nThis is what the officer sees proposed:\n" + Terminal.quote(words(draft, recipient: recipient.name)))
        guard try Terminal.confirm("Propose it?", elsewhere: elsewhere) else { throw Terminal.givenUp }
        return draft
    }

    private static func words(_ draft: ProposalDraft, recipient: String) -> String {
        let items = draft.items.map { "\($0.kind): \($0.text)" }
        return (["To: \(recipient)", "What for: \(draft.purpose)"] + items).joined(separator: "\n")
    }

    private static func pick(_ client: any Client) throws -> Person {
        let people = try client.peers(PeerFilter(), role: .clinician).people
        guard !people.isEmpty else {
            throw Trouble(
                .notNow, "There is no clinician who can be chosen now.", meaning: "Nothing was sent.",
                remedy: "Ask your coordinator.")
        }
        let number = try Terminal.choose(
            "Which clinician?", from: people.map(PersonScreen.choice), elsewhere: elsewhere)
        return people[number]
    }

    private struct Piped: Decodable {
        struct Item: Decodable {
            let kind, text: String
        }
        let recipient: String?
        let purpose: String
        let items: [Item]
        let days: Int?
        let text: String?
    }

    private static func piped(_ client: any Client, to name: String?) throws -> ProposalDraft {
        let bytes = try Terminal.device.readAll(descriptor: 0, limit: MessageOptions.limit)
        guard let piped = try? JSONDecoder().decode(Piped.self, from: Data(bytes)), let named = name ?? piped.recipient
        else {
            throw Trouble(
                .usage, "What was piped in is no proposal.", meaning: "Nothing was sent.",
                remedy: "`callbox help json` says what is in one.")
        }
        return ProposalDraft(
            recipient: try client.person(named: named).id, purpose: piped.purpose,
            items: piped.items.map { DisclosedItem(kind: $0.kind, text: $0.text) }, days: piped.days ?? 30,
            text: piped.text)
    }
}
