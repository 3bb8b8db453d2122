internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox handoff`
struct Handoff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "For peers and clinicians: from a peer to a clinician, by the officer's consent.",
        discussion: """
            The peer proposes; the officer reads, changes and signs a consent; the peer introduces the two; the clinician accepts or declines, records that the \
            two have spoken, and how it ended. Nothing is told to a clinician that the officer has not signed.
            """,
        subcommands: [
            Propose.self, Introduce.self, Accept.self, Refuse.self, FirstContact.self, Outcome.self, AskClosing.self,
            TellPeer.self,
        ])

    /// The kinds of what can be told to a clinician, with what they are called on a screen. The list is the protocol's (handoff.md section 2).
    static let kinds: [(kind: String, words: String)] = [
        ("reason", "what brings them here"), ("incident", "what happened"), ("wellbeing", "how they are"),
        ("safety", "their safety"), ("substance-use", "alcohol, medicines or drugs"),
        ("support", "what has helped so far"), ("wishes", "what they hope for"),
        ("contact", "when and how to reach them through Callbox"), ("needs", "what to know to receive them well"),
    ]

    /// The same for what a clinician tells the peer.
    static let closingKinds: [(kind: String, words: String)] = [
        ("attended", "that the two have met"), ("outcome", "how it ended"), ("advice", "what the peer can do now"),
    ]
}

extension Handoff {
    /// `callbox handoff propose`
    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose a clinician to an officer, and what the clinician would be told.",
            discussion:
                "The officer sees your very words, may change them, and decides. Where nobody can be asked, pipe in one JSON object: `callbox help json`."
        )

        @Argument(help: "The conversation's number.") var conversation: Int
        @Option(help: ArgumentHelp("The clinician: a name or a part of one.", valueName: "name")) var to: String?
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let thread = try client.conversation(conversation)
            let draft = try await HandoffTalk.proposal(
                client, to: to, title: PersonScreen.names(thread.others), kinds: Handoff.kinds)
            try client.propose(draft, in: conversation)
            try await Desk.deliver(client, said: "It is proposed. You see here when the officer has decided.")
        }
    }

    /// `callbox handoff introduce`
    struct Introduce: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open the room of three, on the consent that the officer signed.")

        @Argument(help: "The number of your conversation with the officer.") var conversation: Int
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            try await Desk.sync(client)
            try client.introduce(in: conversation)
            try await Desk.deliver(client, said: "The two are introduced. You see here what the clinician decides.")
        }
    }

    /// `callbox handoff accept`
    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Clinician: take the officer on.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Flag(name: .customLong("with-words"), help: "Asks for a word to the officer.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            try await Desk.sync(client)
            let text = try await withWords || message.editor ? message.optionalText("A word to the officer") : nil
            try client.acceptHandoff(in: conversation, text: text)
            try await Desk.deliver(
                client,
                said: "You have accepted. When you two have spoken: callbox handoff first-contact \(conversation)")
        }
    }

    /// `callbox handoff decline`
    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "decline", abstract: "Clinician: decline, with a reason.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @Option(help: "full, not-my-field, conflict, licence or other.") var reason: String?
        @Flag(name: .customLong("with-words"), help: "Asks for a word to the officer.") var withWords = false
        @OptionGroup var message: MessageOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard reason.map(Self.reasons.contains) ?? true else {
                throw ValidationError("--reason is full, not-my-field, conflict, licence or other")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            try await Desk.sync(client)
            let elsewhere = "Say --reason full, not-my-field, conflict, licence or other."
            let reason = try reason ?? Self.reasons[Terminal.choose("Why?", from: Self.words, elsewhere: elsewhere)]
            let text = try await withWords || message.editor ? message.optionalText("A word to the officer") : nil
            try client.refuseHandoff(in: conversation, reason: reason, text: text)
            try await Desk.deliver(client, said: "You have declined. Officer and peer are told.")
        }

        private static let reasons = ["full", "not-my-field", "conflict", "licence", "other"]
        private static let words = [
            "I have no room", "it is not my field", "I would be in conflict with something else",
            "my licence does not allow it", "another reason, or none",
        ]
    }

    /// `callbox handoff first-contact`
    struct FirstContact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "first-contact", abstract: "Clinician: record that you two have spoken.")

        @Argument(help: "The conversation's number.") var conversation: Int
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            try client.recordFirstContact(in: conversation)
            try await Desk.deliver(client, in: conversation, said: "Recorded. Officer and peer see it.")
        }
    }

    /// `callbox handoff outcome`
    struct Outcome: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Clinician: record how it ended. It is between you and the officer.",
            discussion:
                "The peer is not told how it ended, unless the officer signs for that, too: callbox handoff ask-closing."
        )

        @Argument(help: "The conversation's number.") var conversation: Int
        @Argument(help: "engaged, declined, redirected or escalated.") var outcome: String?
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard outcome.map(Self.outcomes.contains) ?? true else {
                throw ValidationError("the outcome is engaged, declined, redirected or escalated")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            let words = [
                "engaged: you go on together", "declined: the officer did not want to",
                "redirected: somebody else is better placed",
                "escalated: it needed more, at once",
            ]
            let elsewhere = "Name it: callbox handoff outcome NUMBER engaged"
            let outcome =
                try outcome ?? Self.outcomes[Terminal.choose("How did it end?", from: words, elsewhere: elsewhere)]
            try client.recordOutcome(outcome, in: conversation, tellingPeer: nil)
            try await Desk.deliver(client, said: "Recorded, for you and the officer.")
        }

        private static let outcomes = ["engaged", "declined", "redirected", "escalated"]
    }

    /// `callbox handoff ask-closing`
    struct AskClosing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ask-closing", abstract: "Clinician: ask the officer whether the peer may be told how it went."
        )

        @Argument(help: "The number of your conversation with the officer.") var conversation: Int
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            let thread = try client.conversation(conversation)
            guard let peer = thread.handoff?.peer, let id = peer.memberID else { throw HandoffTalk.noHandoff }
            let draft = try await HandoffTalk.proposal(
                client, to: id, of: .peer,
                title: "\(PersonScreen.names(thread.others)), about \(PersonScreen.name(peer))",
                kinds: Handoff.closingKinds)
            try client.proposeClosing(draft, in: conversation)
            try await Desk.deliver(client, said: "The officer is asked. You see here what they decide.")
        }
    }

    /// `callbox handoff tell-peer`
    struct TellPeer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tell-peer", abstract: "Clinician: tell the peer what the officer signed for, word for word.",
            discussion: "Record first how it ended: callbox handoff outcome. What was signed for: callbox consent show."
        )

        @Argument(help: "The number of your conversation with the officer.") var conversation: Int
        @Argument(help: "What is told, of that which was signed for: outcome, and with it attended and advice.")
        var kinds = ["outcome"]
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            let known = Handoff.closingKinds.map(\.kind)
            guard kinds.allSatisfy(known.contains) else {
                throw ValidationError("what is told is one of \(known.joined(separator: ", "))")
            }
        }

        func run() async throws {
            let client = try Desk.open(options)
            try await Desk.sync(client)
            try client.tellPeer(kinds, in: conversation)
            try await Desk.deliver(client, said: "The peer is told what the officer signed for, and nothing else.")
        }
    }
}
