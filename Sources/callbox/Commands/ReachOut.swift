internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox reach-out`
struct ReachOut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reach-out",
        abstract: "Write to a peer for the first time, without saying who you are.",
        discussion: """
            You are asked three questions, so that nobody reads you who should not; the answers stay on this machine. You see the limits of confidentiality \
            before your first word goes out. Then you write. What you write comes from the prompt, from a pipe, or from your editor.
            """)

    @Argument(help: "The peer: a name or a part of one. Without it you choose from a list.")
    var peer: String?
    @Flag(help: "Anybody who is on call or has room, drawn by chance.") var any = false
    @Flag(help: "You are worried about somebody else.") var concern = false
    @Option(help: ArgumentHelp("For --concern: is that person in danger? no, unsure or yes.", valueName: "answer"))
    var danger: String?
    @Option(
        help: ArgumentHelp(
            "Your answers to the three questions, where nobody can be asked: no,no,no.", valueName: "yes-or-no"))
    var answers: String?
    @OptionGroup var filter: FilterOptions
    @OptionGroup var message: MessageOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard !(any && peer != nil) else { throw ValidationError("a peer's name or --any, not both") }
        guard danger == nil || concern else { throw ValidationError("--danger goes with --concern") }
        guard danger.map(["no", "unsure", "yes"].contains) ?? true else {
            throw ValidationError("--danger is no, unsure or yes")
        }
        _ = try answers.map(Self.parse)
    }

    func run() async throws {
        let client = try Desk.open(options)
        Terminal.tell(CrisisLines.foot(try client.resources()) + "\n" + CrisisLines.nobodyComes + "\n")
        guard try NoticeScreen.acknowledge(client, language: nil) else { return Terminal.tell("Nothing was sent.") }
        let chosen = any ? nil : try choose(client)
        if any { try screenEverybody(client) }
        let danger = try concern ? danger ?? askDanger() : nil
        let to = chosen.map { Inert.line($0.name, columns: 40) } ?? "whoever is there"
        let text = try await message.text("Your message to \(to)")
        Terminal.tell("Sealing and sending. This can take a minute …")
        let id =
            if let chosen { try await client.reachOut(to: chosen.id, text: text, concern: danger) } else {
                try await client.reachAnyone(filter.filter, text: text, concern: danger)
            }
        let conversation = try client.conversation(id)
        let isWaiting = conversation.waitingToLeave > 0
        Terminal.say(
            """
            \(isWaiting ? "Your message is kept here and will be sent." : "Your message is with the relay, sealed for \(PersonScreen.names(conversation.others)).")
            This is conversation \(id). Nobody can say who you are unless you do.

              callbox inbox      look for an answer
              callbox chat \(id)     stay, and see the answer when it comes
            """)
    }

    /// The peer, not screened out.
    private func choose(_ client: any Client) throws -> Person {
        var name = peer
        while true {
            let person = try name.map(client.person) ?? pick(client)
            try Self.checkChoosable(person)
            let answers = try answers.map(Self.parse) ?? ask(about: person)
            if try client.screen(person.id, answers) { return person }
            Terminal.show(
                "\(Inert.line(person.name, columns: 40)) is off your list now, on this machine only. Please choose somebody else."
            )
            guard self.answers == nil else { throw Self.screenedOut }
            name = nil
        }
    }

    /// Before anybody answers questions, and writes, in vain.
    private static func checkChoosable(_ person: Person) throws {
        let name = Inert.line(person.name, columns: 40)
        guard person.role == .peer else {
            throw Trouble(
                .notNow, "\(name) is not a peer: a clinician is reached through a peer, with your consent.",
                meaning: "Nothing was sent.", remedy: "Choose a peer: callbox peers")
        }
        if let reason = person.cannotBeChosen {
            throw Trouble(
                .expired, "\(name) cannot be chosen now: \(Inert.line(reason)).", meaning: "Nothing was sent.",
                remedy: "Choose somebody else: callbox peers")
        }
    }

    private func pick(_ client: any Client) throws -> Person {
        let people = try client.peers(filter.filter, role: .peer).people
        guard !people.isEmpty else { throw Self.nobody }
        let number = try Terminal.choose(
            "Whom do you want to write to?", from: people.map(PersonScreen.choice),
            elsewhere: "Name the peer, or say --any: callbox reach-out NAME")
        return people[number]
    }

    /// Before chance draws somebody: each who could be drawn is looked at, as far as the person wants to.
    private func screenEverybody(_ client: any Client) throws {
        guard answers == nil else { return try client.peers(filter.filter, role: .peer).people.forEach(screen(client)) }
        let people = try client.peers(filter.filter, role: .peer).people
        guard !people.isEmpty else { throw Self.nobody }
        Terminal.show(
            "Chance draws one of \(people.count): \(people.map { Inert.line($0.name, columns: 40) }.joined(separator: ", "))."
        )
        while try Terminal.confirm(
            "Is there one among them who is in your chain of command, was at the same incident as you, or is with you in an open investigation?",
            elsewhere: Self.elsewhere)
        {
            let left = try client.peers(filter.filter, role: .peer).people
            guard !left.isEmpty else { break }
            let number = try Terminal.choose("Who?", from: left.map(PersonScreen.choice), elsewhere: Self.elsewhere)
            _ = try client.screen(left[number].id, ask(about: left[number]))
        }
        let none = ConflictAnswers()
        for person in try client.peers(filter.filter, role: .peer).people { _ = try client.screen(person.id, none) }
    }

    private func screen(_ client: any Client) -> (Person) throws -> Void {
        { person in _ = try client.screen(person.id, answers.map(Self.parse) ?? ConflictAnswers()) }
    }

    private func ask(about person: Person) throws -> ConflictAnswers {
        Terminal.show(
            "Three questions about \(Inert.line(person.name, columns: 40)). Your answers stay on this machine.")
        var answers = ConflictAnswers()
        answers.isInChainOfCommand = try Terminal.confirm(
            "Is this person in your chain of command?", elsewhere: Self.elsewhere)
        answers.wasAtSameIncident = try Terminal.confirm(
            "Were you both at the same incident?", elsewhere: Self.elsewhere)
        answers.isInSameInvestigation = try Terminal.confirm(
            "Are you both in one open investigation?", elsewhere: Self.elsewhere)
        return answers
    }

    private func askDanger() throws -> String {
        let answers = ["no", "unsure", "yes"]
        let number = try Terminal.choose(
            "Is that person in danger?", from: ["no", "I am not sure", "yes"],
            elsewhere: "Say --danger no, unsure or yes.")
        if number == 2 { Terminal.show("If they are in danger now, call 911 first. " + CrisisLines.nobodyComes) }
        return answers[number]
    }

    private static func parse(_ text: String) throws -> ConflictAnswers {
        let words = text.lowercased().split(separator: ",").map(String.init)
        guard words.count == 3, words.allSatisfy(["yes", "no"].contains) else {
            throw ValidationError("--answers has three answers, yes or no: no,no,no")
        }
        var answers = ConflictAnswers()
        answers.isInChainOfCommand = words[0] == "yes"
        answers.wasAtSameIncident = words[1] == "yes"
        answers.isInSameInvestigation = words[2] == "yes"
        return answers
    }

    private static let elsewhere = "Give your answers to the three questions: --answers no,no,no"
    private static let nobody = Trouble(
        .notNow, "Nobody like that can be chosen now.", meaning: "Nothing was sent.",
        remedy: "Leave out a filter, or call one of the numbers: callbox crisis")
    private static let screenedOut = Trouble(
        .notNow, "By your answers this peer is not the right one.", meaning: "Nothing was sent.",
        remedy: "Choose another: callbox peers")
}
