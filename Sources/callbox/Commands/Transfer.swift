internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox transfer`
struct Transfer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "From one peer to another, if the officer agrees.",
        discussion: """
            The other peer is told nothing: an officer who agrees begins a conversation of their own, and says there what they want to say.
            """,
        subcommands: [Propose.self, Accept.self, Decline.self])

    /// The newest suggestion that somebody else made.
    fileprivate static func suggestion(_ client: any Client, in conversation: Int) throws -> Entry {
        let found = try client.entries(of: conversation, last: nil).last { entry in
            guard case .transferProposed = entry.content else { return false }
            return !entry.isOwn
        }
        guard let found else {
            throw Trouble(
                .usage, "Nobody suggested another peer in conversation \(conversation).", meaning: "Nothing was sent.",
                remedy: "Look at the conversation: callbox read \(conversation)")
        }
        return found
    }
}

extension Transfer {
    /// `callbox transfer propose`
    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Peer: suggest another peer to the officer.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Argument(help: "The other peer: a name or a part of one.") var to: String
        @Option(help: "away, caseload, better-fit, conflict, leaving or other.") var reason: String?
        @Flag(name: .customLong("with-words"), help: "Asks for a word to the officer.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard reason.map(Self.reasons.contains) ?? true else {
                throw ValidationError("--reason is \(Self.reasons.joined(separator: ", "))")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            let other = try client.person(named: to)
            let elsewhere = "Say --reason \(Self.reasons.joined(separator: ", "))."
            let reason = try reason ?? Self.reasons[Terminal.choose("Why?", from: Self.words, elsewhere: elsewhere)]
            let text = try await withWords || message.editor ? message.optionalText("A word to the officer") : nil
            try client.proposeTransfer(to: other.id, reason: reason, text: text, in: conversation)
            try await Desk.deliver(
                client, said: "\(Inert.line(other.name, columns: 40)) is suggested. The officer decides.")
        }

        private static let reasons = ["away", "caseload", "better-fit", "conflict", "leaving", "other"]
        private static let words = [
            "I am away", "I have too many conversations", "they fit better",
            "I would be in conflict with something else",
            "I am leaving", "another reason, or none",
        ]
    }

    /// `callbox transfer accept`
    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Officer: agree. Then write to the other peer yourself.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let entry = try Transfer.suggestion(client, in: conversation)
            try client.answerTransfer(entry: entry.id, in: conversation, agrees: true, text: nil)
            try await Desk.deliver(
                client, said: "You agreed. Nothing about you was passed on. Write to them: callbox reach-out")
        }
    }

    /// `callbox transfer decline`
    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Officer: would rather not.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Flag(name: .customLong("with-words"), help: "Asks for a word to your peer.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let entry = try Transfer.suggestion(client, in: conversation)
            let text = try await withWords || message.editor ? message.optionalText("A word to your peer") : nil
            try client.answerTransfer(entry: entry.id, in: conversation, agrees: false, text: text)
            try await Desk.deliver(client, said: "You would rather not. Your peer is told so.")
        }
    }
}

/// `callbox limits`
struct Limits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Peers and clinicians: say openly that a limit of confidentiality has been reached.",
        discussion: "Say it before you act on it, if you can. The officer sees which limit it is, and your words.")

    @Argument(help: "The conversation's number.") var conversation: Int
    @Argument(help: "harm-to-self, harm-to-others, abuse, court or other.") var limit: String
    @OptionGroup var message: MessageOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let limits = ["harm-to-self", "harm-to-others", "abuse", "court", "other"]
        guard limits.contains(limit) else { throw ValidationError("the limit is \(limits.joined(separator: ", "))") }
    }

    func run() async throws {
        let client = try Desk.open(options)
        let text = try await message.text("Your words to the officer about it")
        try client.invokeLimit(limit, text: text, in: conversation)
        try await Desk.deliver(client, said: "It is said, and stands in the conversation.")
    }
}
