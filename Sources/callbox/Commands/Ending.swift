internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox end`
struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Leave a conversation for good. The others are told that you left.")

    @Argument(help: "The conversation's number, as in the inbox.") var conversation: Int
    @Flag(help: "Asks for a last word to the others.") var farewell = false
    @Flag(help: "Does not ask whether you are sure.") var yes = false
    @OptionGroup var message: MessageOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        let others = PersonScreen.names(try client.conversation(conversation).others)
        if !yes {
            let isSure = try Terminal.confirm(
                "Leave the conversation with \(others)? Nothing more can be said in it.",
                elsewhere: "Say --yes if you are sure.")
            guard isSure else { return Terminal.tell("Nothing was done.") }
        }
        let word = try await farewell || message.editor ? message.optionalText("Your last word to \(others)") : nil
        try await client.end(conversation, farewell: word)
        Terminal.say("You have left. What was said goes by itself, at the latest when its days are over.")
    }
}

/// `callbox retain`
struct Retain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep a conversation for fewer days, on both sides. The fewest that anybody asks for count.")

    @Argument(help: "The conversation's number.") var conversation: Int
    @Argument(help: "1 to 90 days.") var days: Int
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...90).contains(days) else { throw ValidationError("days are 1 to 90") }
    }

    func run() async throws {
        let client = try Desk.open(options)
        try client.retain(days: days, in: conversation)
        try await Desk.deliver(
            client, said: "Messages in it are kept for \(days == 1 ? "1 day" : "\(days) days") from now on.")
    }
}

/// `callbox rate`
struct Rate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how it was: two questions, no words.",
        discussion: "The peer gets the two answers. Nothing else about you goes with them.")

    @Argument(help: "The conversation's number.") var conversation: Int
    @Option(help: "How much it helped, 1 (not at all) to 5 (very much).") var helped: Int?
    @Option(name: .customLong("would-return"), help: "Whether you would come back: no, unsure or yes.") var wouldReturn:
        String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard helped.map((1...5).contains) ?? true else { throw ValidationError("--helped is 1 to 5") }
        guard wouldReturn.map(Self.answers.contains) ?? true else {
            throw ValidationError("--would-return is no, unsure or yes")
        }
    }

    func run() async throws {
        let client = try Desk.open(options)
        let elsewhere = "Say --helped 1 to 5 and --would-return no, unsure or yes."
        let much = ["not at all", "a little", "somewhat", "much", "very much"]
        let helped = try helped ?? Terminal.choose("How much did it help?", from: much, elsewhere: elsewhere) + 1
        let would =
            try wouldReturn
            ?? Self.answers[
                Terminal.choose("Would you come back?", from: ["no", "I am not sure", "yes"], elsewhere: elsewhere)]
        try client.rate(helped: helped, wouldReturn: would, in: conversation)
        try await Desk.deliver(client, said: "Thank you. Your answers are on their way.")
    }

    private static let answers = ["no", "unsure", "yes"]
}
