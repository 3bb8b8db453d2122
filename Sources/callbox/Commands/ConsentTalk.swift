internal import CallboxClient
internal import CallboxTerminal

/// The conversation with an officer about a consent: what to change, the whole text, and whether to sign it.
struct ConsentTalk {
    let client: any Client
    let conversation: Int

    /// What the person wants to sign; nil when they do not.
    func draft(asProposed: Bool, isSure: Bool) throws -> ConsentDraft? {
        var choices = try client.consentChoices(in: conversation)
        if !asProposed { try change(&choices) }
        var draft = try shown(choices)
        while !isSure {
            let answers = [
                "Sign exactly this", "Change something", "Stop. Sign nothing now; you can come back to it",
            ]
            switch try Terminal.choose("What do you want to do?", from: answers, elsewhere: Self.elsewhere) {
            case 0:
                if try Terminal.confirm(byWord: "SIGN", "Then sign it with your word.", elsewhere: Self.elsewhere) {
                    return draft
                }
                Terminal.show("Nothing was signed.")
            case 1:
                try change(&choices)
                draft = try shown(choices)
            default: return nil
            }
        }
        return draft
    }

    /// The consent of these choices. Only what was shown whole can be signed, so it is made once, and shown as it is made.
    private func shown(_ choices: ConsentChoices) throws -> ConsentDraft {
        let draft = try client.draftConsent(choices, in: conversation)
        Terminal.page(Inert.passage(draft.text) + "\n", to: .person)
        return draft
    }

    private func change(_ choices: inout ConsentChoices) throws {
        while true {
            let changes: [(String, (inout ConsentChoices) throws -> Void)] = [
                ("Go on, and see the whole text", { _ in }),
                (
                    "What you are called there: “\(Inert.line(choices.pseudonym, columns: 40))”",
                    { $0.pseudonym = try ask("What do you want to be called") }
                ),
                (
                    "Your real name: \(choices.realName == nil ? "not told" : "told, sealed to the clinician alone")",
                    realName
                ),
                (
                    "What is told, word for word: \(choices.items.count) \(choices.items.count == 1 ? "item" : "items")",
                    items
                ),
                (
                    "What is not told: \(choices.excluded.isEmpty ? "everything else" : "\(choices.excluded.count) things, by your words")",
                    excluded
                ),
                ("Alcohol, medicines, drugs: \(choices.includesSubstanceUse ? "told" : "not told")", substanceUse),
                ("How long it holds: \(choices.days) days\(choices.endEvent == nil ? "" : ", or earlier")", end),
                (
                    "Whether they may come back to you about it: \(Self.followUps[choices.followUp] ?? choices.followUp)",
                    followUp
                ),
            ]
            Terminal.show("This is how it stands. You can change each of these.")
            let number = try Terminal.choose("Which", from: changes.map(\.0), elsewhere: Self.elsewhere)
            guard number > 0 else { return }
            try changes[number].1(&choices)
        }
    }

    private func realName(_ choices: inout ConsentChoices) throws {
        let wants = try Terminal.confirm(
            "Tell your real name? It is sealed so that only the clinician can read it. You need not.",
            elsewhere: Self.elsewhere)
        choices.realName = wants ? try ask("Your real name") : nil
    }

    private func items(_ choices: inout ConsentChoices) throws {
        for (index, item) in choices.items.enumerated() {
            Terminal.show("\(index + 1)  \(Inert.line(item.kind)):\n" + Terminal.quote(item.text))
        }
        guard !choices.items.isEmpty else { return Terminal.show("There is nothing left to tell.") }
        let number = try Terminal.ask("Which one do you want to change (its number)", elsewhere: Self.elsewhere)
        guard let index = Int(number).map({ $0 - 1 }), choices.items.indices.contains(index) else {
            return Terminal.show("There is none with that number.")
        }
        let answers = ["Take it out: it is not told", "Put it in my own words", "Leave it"]
        switch try Terminal.choose("What about it?", from: answers, elsewhere: Self.elsewhere) {
        case 0: choices.items.remove(at: index)
        case 1: choices.items[index] = DisclosedItem(kind: choices.items[index].kind, text: try ask("Your words"))
        default: break
        }
    }

    private func excluded(_ choices: inout ConsentChoices) throws {
        choices.excluded.forEach { Terminal.show(Terminal.quote($0)) }
        let answers = ["Add something that is not to be told", "Begin this list anew", "Leave it"]
        switch try Terminal.choose("What is not told", from: answers, elsewhere: Self.elsewhere) {
        case 0: choices.excluded.append(try ask("What is not to be told"))
        case 1: choices.excluded = []
        default: break
        }
    }

    private func substanceUse(_ choices: inout ConsentChoices) throws {
        choices.includesSubstanceUse = try Terminal.confirm(
            "May anything about alcohol, medicines or drugs be told?", elsewhere: Self.elsewhere)
        if !choices.includesSubstanceUse { choices.items.removeAll { $0.kind == "substance-use" } }
    }

    private func end(_ choices: inout ConsentChoices) throws {
        let days = try Terminal.ask(
            "For how many days, 1 to 365", usual: String(choices.days), elsewhere: Self.elsewhere)
        guard let days = Int(days), (1...365).contains(days) else {
            return Terminal.show("That is no number from 1 to 365; it stays at \(choices.days).")
        }
        choices.days = days
        choices.endEvent = try Terminal.askOptional("What ends it earlier, in your words", elsewhere: Self.elsewhere)
    }

    private func followUp(_ choices: inout ConsentChoices) throws {
        let keys = ["none", "once", "until-end"]
        let number = try Terminal.choose(
            "May they come back to you about it", from: keys.map { Self.followUps[$0] ?? $0 }, elsewhere: Self.elsewhere
        )
        choices.followUp = keys[number]
    }

    private func ask(_ question: String) throws -> String { try Terminal.ask(question, elsewhere: Self.elsewhere) }

    private static let followUps = ["none": "no", "once": "once", "until-end": "until it ends"]
    private static let elsewhere =
        "Read it with `callbox consent show`, then sign it as proposed: callbox consent sign NUMBER --yes"
}
