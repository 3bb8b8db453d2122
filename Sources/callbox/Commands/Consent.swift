internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox consent`
struct Consent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide what a clinician may be told about you. Nothing is told that you did not sign.",
        subcommands: [Show.self, Sign.self, Decline.self, Revoke.self])
}

extension Consent {
    /// `callbox consent show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Read what you signed, or what is proposed.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let thread = try client.conversation(conversation)
            let signed = try client.consentText(in: conversation)
            if output.json {
                let handoff = thread.handoff.map(JSON.Handoff.init)
                return try Terminal.json(JSON.Consent(conversation: conversation, handoff: handoff, signed: signed))
            }
            Terminal.say(ConversationScreen.head(thread) + "\n")
            if let signed {
                return Terminal.page(Self.heading(thread.handoff?.state) + "\n\n" + Inert.passage(signed), to: .result)
            }
            guard thread.handoff?.possible.contains(.signConsent) ?? false else {
                return Terminal.say("Nothing was proposed to you here, and you have signed nothing.")
            }
            let draft = try client.draftConsent(client.consentChoices(in: conversation), in: conversation)
            Terminal.page(
                "This is proposed. You have NOT signed it, and nothing was told to anybody.\n\n"
                    + Inert.passage(draft.text), to: .result)
            Terminal.say(
                "\nChange it and sign it: callbox consent sign \(conversation)     Decline it: callbox consent decline \(conversation)"
            )
        }

        /// What is over must not read as if it held.
        private static func heading(_ state: String?) -> String {
            switch state {
            case "revoked": "You signed this, and took it back:"
            case "expired": "You signed this, and its last day is over:"
            default: "You signed this:"
            }
        }
    }

    /// `callbox consent sign`
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what is proposed, read all of it, and sign it.",
            discussion: """
                You can take items out, put them in your own words, and choose what you are called. You see the whole text before you sign. Signing is up to you: \
                your peer goes on talking with you either way.
                """)

        @Argument(help: "The conversation's number.") var conversation: Int
        @Flag(name: .customLong("as-proposed"), help: "Changes nothing before it is shown.") var asProposed = false
        @Flag(help: "Signs what is shown without asking. Only for where nobody can be asked.") var yes = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            try await Desk.sync(client)
            let draft = try ConsentTalk(client: client, conversation: conversation).draft(
                asProposed: asProposed || yes, isSure: yes)
            guard let draft else { return Terminal.tell("You signed nothing. Nothing was told to anybody.") }
            try client.sign(draft)
            try await Desk.deliver(
                client,
                said:
                    "Signed. You have a copy: callbox consent show \(conversation)\nYou can take it back at any time: callbox consent revoke \(conversation)"
            )
        }
    }

    /// `callbox consent decline`
    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say no to what is proposed. Your peer goes on talking with you.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Flag(name: .customLong("with-words"), help: "Asks for a word to your peer.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let text =
                try await withWords || message.editor ? message.optionalText("A word to your peer, if you like") : nil
            try client.declineProposal(in: conversation, text: text)
            try await Desk.deliver(client, said: "You said no. Nothing was told to anybody.")
        }
    }

    /// `callbox consent revoke`
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back what you signed. What was told until now stays told.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Flag(help: "Does not ask.") var yes = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            if !yes {
                let isSure = try Terminal.confirm(
                    "Take your consent back? Nothing more is told from then on. What was told stays told. To agree again takes a new consent.",
                    elsewhere: "Say --yes if you are sure.")
                guard isSure else { return Terminal.tell("Nothing was changed.") }
            }
            try client.revoke(in: conversation)
            try await Desk.deliver(client, said: "Taken back. Nothing more is told on it.")
        }
    }
}
