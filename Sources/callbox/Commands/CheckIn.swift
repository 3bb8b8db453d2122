internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox check-in`
struct CheckIn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-in", abstract: "Ask how somebody is, on a day to come; or answer.",
        subcommands: [Schedule.self, Answer.self])
}

extension CheckIn {
    /// `callbox check-in schedule`
    struct Schedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a question now that is shown when it is due.",
            discussion: """
                It goes out now, sealed, and the other side shows it when it is due: it comes also when your machine is off, and the relay learns no schedule. \
                After a hard day, ask after 1 to 3 days, and again after some weeks.
                """)

        @Argument(help: "The conversation's number.") var conversation: Int
        @Option(name: .customLong("in"), help: ArgumentHelp("Due in so many hours: 24, or 72.", valueName: "hours"))
        var hours = 24
        @Option(help: ArgumentHelp("Shown no later than so many hours after it was due.", valueName: "hours"))
        var within = 48
        @Option(help: "What it is about: incident, anniversary, follow-up or other.") var occasion = "follow-up"
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...8760).contains(hours), (1...8760).contains(within) else {
                throw ValidationError("hours are 1 to 8760")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            let text = try await message.text("What you want to ask then")
            let due = Terminal.when.now / 3600 + hours
            try client.checkIn(in: conversation, dueHour: due, untilHour: due + within, occasion: occasion, text: text)
            try await Desk.deliver(client, said: "It is on its way, and is shown \(Terminal.when.hour(due)).")
        }
    }

    /// `callbox check-in answer`
    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answer a check-in.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Argument(help: "The check-in's entry number; without it, the newest one.") var entry: Int?
        @Option(help: "all-right, getting-by, struggling or need-someone.") var feeling: String?
        @Flag(name: .customLong("with-words"), help: "Asks for words, too.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard feeling.map(Self.feelings.contains) ?? true else {
                throw ValidationError("--feeling is all-right, getting-by, struggling or need-someone")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            let asked = try client.entries(of: conversation, last: nil).last { entry in
                guard case .checkIn = entry.content else { return false }
                return !entry.isOwn && (self.entry.map { $0 == entry.id } ?? true)
            }
            guard let asked else {
                throw Trouble(
                    .usage, "There is no such check-in in conversation \(conversation).", meaning: "Nothing was sent.",
                    remedy: "Look at the conversation: callbox read \(conversation)")
            }
            Terminal.show(EntryScreen.text(asked, when: Terminal.when))
            let words = ["I am all right", "I get by", "I struggle", "I need somebody"]
            let feeling =
                try feeling
                ?? Self.feelings[
                    Terminal.choose(
                        "How are you?", from: words,
                        elsewhere: "Say --feeling all-right, getting-by, struggling or need-someone.")]
            let text = try await withWords || message.editor ? message.optionalText("Your words") : nil
            try client.answerCheckIn(entry: asked.id, in: conversation, feeling: feeling, text: text)
            try await Desk.deliver(client, said: "Your answer is on its way.")
            if feeling == "struggling" || feeling == "need-someone" {
                Terminal.tell(CrisisLines.foot(try client.resources()) + "\n" + CrisisLines.nobodyComes)
            }
        }

        private static let feelings = ["all-right", "getting-by", "struggling", "need-someone"]
    }
}
