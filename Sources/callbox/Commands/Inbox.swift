internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// Whether the relay is asked first.
struct OfflineOption: ParsableArguments {
    @Flag(help: "Shows what is here, and asks no relay.") var offline = false
}

/// `callbox inbox`
struct Inbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look whether something came, and send what waits.")

    static let nothingYet = Trouble(
        .usage, "There is no conversation yet.", meaning: "Nothing was sent.",
        remedy: "Write to a peer: callbox reach-out")

    @OptionGroup var online: OfflineOption
    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        let report = try await online.offline ? nil : Desk.sync(client)
        let conversations = try client.conversations()
        guard !output.json else {
            return try Terminal.json(
                JSON.Inbox(
                    conversations: conversations.map(JSON.Thread.init), isCurrent: report?.troubles.isEmpty ?? false))
        }
        Terminal.say(ConversationScreen.list(conversations, when: Terminal.when))
        if let warning = try client.program().warning {
            Terminal.say("\n" + Wrapping.hung("Note: \(Inert.line(warning))"))
        }
        if let first = conversations.first(where: { $0.unread > 0 }) ?? conversations.first {
            let answer =
                first.hasEnded
                ? "" : "     Answer: callbox send \(first.id)     Stay: callbox chat \(first.id)"
            Terminal.say("\nRead: callbox read \(first.id)\(answer)")
        } else if try client.me == .officer {
            Terminal.say("\nWrite to a peer: callbox reach-out")
        }
        Terminal.say(CrisisLines.foot(try client.resources()))
    }
}

/// `callbox read`
struct Read: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Read a conversation.")

    @Argument(help: "The conversation's number, as in the inbox.") var conversation: Int
    @Option(help: ArgumentHelp("Only so many of the last messages.", valueName: "count")) var last: Int?
    @OptionGroup var online: OfflineOption
    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard last.map({ $0 > 0 }) ?? true else { throw ValidationError("--last is a number from 1") }
    }

    func run() async throws {
        let client = try Desk.open(options)
        if !online.offline { try await Desk.sync(client) }
        let thread = try client.conversation(conversation)
        let entries = try client.entries(of: conversation, last: last)
        if output.json {
            try Terminal.json(JSON.Read(conversation: JSON.Thread(thread), entries: entries.map(JSON.Line.init)))
        } else {
            Terminal.say(ConversationScreen.head(thread) + "\n")
            for entry in entries { Terminal.say(EntryScreen.text(entry, when: Terminal.when)) }
            Terminal.say(
                "\n"
                    + (thread.hasEnded
                        ? "" : "Answer: callbox send \(conversation)     Stay: callbox chat \(conversation)\n")
                    + CrisisLines.foot(try client.resources()))
        }
        try client.markRead(conversation)
    }
}

/// `callbox send`, for members also `callbox reply`
struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write in a conversation.",
        discussion:
            "What you write comes from the prompt, from a pipe, or from your editor; never from the command line.",
        aliases: ["reply"])

    @Argument(help: "The conversation's number, as in the inbox.") var conversation: Int
    @OptionGroup var message: MessageOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        let thread = try client.conversation(conversation)
        guard !thread.hasEnded else {
            throw Trouble(
                .notNow, "This conversation has ended.", meaning: "Nothing was sent.",
                remedy: try client.me == .officer
                    ? "Begin another with: callbox reach-out"
                    : "Officers begin conversations. What was said is still there: callbox read \(conversation)")
        }
        let text = try await message.text("Your message to \(PersonScreen.names(thread.others))")
        _ = try client.say(text, in: conversation)
        try await Desk.deliver(
            client, in: conversation,
            said:
                "Handed over to the relay, sealed for \(PersonScreen.names(thread.others)). Nobody is told whether it was read."
        )
    }
}
