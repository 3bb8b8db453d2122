internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox member`
struct Member: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "For peers and clinicians: begin, publish your keys, say when you are away.",
        subcommands: [Begin.self, Request.self, Publish.self, MemberStatus.self, Away.self, Back.self])
}

extension Member {
    /// A request, and what shows that it was not exchanged on the way.
    private static func write(_ request: String) throws {
        Terminal.device.write(JSONText.inert(request) + "\n", to: .result)
        guard let code = try? MembershipRequest(parsing: Array(request.utf8)).code else { return }
        Terminal.tell(
            "Read this code to your coordinator, by telephone or in one room. They see the same, or the file was exchanged:\n  \(code)"
        )
    }

    /// `callbox member init`
    struct Begin: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init", abstract: "Make your vault and keys, and the request for your coordinator.",
            discussion: """
                The request is printed. Give it to your coordinator by a way on which nobody can exchange it, best by hand; it holds no secret. When you are \
                on the signed list, run `callbox member publish`.
                """)

        @Argument(help: "The invite, callbox:…, from the poster.") var invite: String
        @Option(help: "The name by which officers see you.") var name: String?
        @Option(help: "peer or clinician.") var role: String?
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard role.map(Self.roles.contains) ?? true else { throw ValidationError("--role is peer or clinician") }
        }

        func run() async throws {
            let elsewhere = "Say --name NAME and --role peer or clinician."
            let role = try role ?? Self.roles[Terminal.choose("What are you?", from: Self.roles, elsewhere: elsewhere)]
            let name = try name ?? Terminal.ask("The name by which officers see you", elsewhere: elsewhere)
            try Desk.door(options.proxy).checkBeginning(invite: invite, code: nil, home: options.place)
            let passphrase = try Desk.newPassphrase(options.passphrase, words: 7)
            Terminal.tell("Fetching the program's documents and checking who signed them …")
            let client = try await Desk.making {
                try await Desk.door(options.proxy).becomeMember(
                    invite: invite, home: options.place, passphrase: passphrase, name: name,
                    role: role == "peer" ? .peer : .clinician)
            }
            Terminal.tell(
                """
                Your vault is made. Compare this with the poster; if it differs, stop here:
                  \(Inert.line(try client.program().rootDigest))
                The request for your coordinator (you get it again by `callbox member request`):
                """)
            try Member.write(client.membershipRequest())
        }

        private static let roles = ["peer", "clinician"]
    }

    /// `callbox member request`
    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the request for your coordinator again.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try Member.write(Desk.open(options).membershipRequest())
        }
    }

    /// `callbox member publish`
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish keys for the coming days, so that officers can write to you.",
            discussion:
                "Three weeks go out at once. Every command that goes online renews them; run this before you are away for longer."
        )

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            Terminal.tell("Making keys, and publishing them …")
            let days = try await client.publishSheets()
            Terminal.say("Officers can write to you for \(days) days from today. After that, publish again.")
            if let warning = try client.program().warning {
                Terminal.tell(Wrapping.hung("Note: \(Inert.line(warning))"))
            }
        }
    }

    /// `callbox member status`
    struct MemberStatus: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "How you stand on the list, and whether all is well.")

        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws { try Status.show(Desk.open(options), asJSON: output.json) }
    }

    /// `callbox member away`
    struct Away: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the people you talk with that you are away, and until when.")

        @Option(name: .customLong("for"), help: ArgumentHelp("For so many hours.", valueName: "hours")) var hours: Int?
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard hours.map((1...8760).contains) ?? true else { throw ValidationError("--for is 1 to 8760 hours") }
        }

        func run() async throws {
            let client = try Desk.open(options)
            let until = hours.map { Terminal.when.now / 3600 + $0 }
            try client.presence("away", until: until)
            try await Desk.deliver(
                client,
                said:
                    "They are told that you are away\(until.map { " until \(Terminal.when.hour($0))" } ?? ""). Back: callbox member back"
            )
        }
    }

    /// `callbox member back`
    struct Back: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tell the people you talk with that you are back.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let client = try Desk.open(options)
            try client.presence("back", until: nil)
            try await Desk.deliver(client, said: "They are told that you are back.")
        }
    }
}
