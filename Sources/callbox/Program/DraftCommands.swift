internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

extension Program {
    /// Text from a file, or piped in.
    static func text(_ path: String?, limit: Int) throws -> String {
        let bytes =
            try path.map { try Terminal.device.readFile($0, limit: limit) }
            ?? Terminal.device.readAll(descriptor: 0, limit: limit)
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw Trouble(
                .usage, "This is no text (UTF-8).", meaning: "Nothing was changed.",
                remedy: "Check that it is the right file.")
        }
        text.replace("\r\n", with: "\n")
        while text.last == "\n" { text.removeLast() }
        return text
    }

    /// `callbox program notice`
    struct NoticeText: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "notice",
            abstract: "Set the limits of confidentiality in a language, in the draft.",
            discussion:
                "Every officer sees the text whole before their first word. It is yours to write: the law differs from place to place."
        )

        @Argument(help: "A text file; otherwise the text is piped in.") var file: String?
        @Option(help: ArgumentHelp("The language, like en or es-MX.", valueName: "tag")) var language: String
        @Flag(help: "Take the notice in this language out.") var remove = false
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let text = remove ? nil : try Program.text(file, limit: 65_536)
            try await Program.edit(papers, options) { draft in
                if let text {
                    try draft.setNotice(text, language: language)
                } else {
                    try draft.removeNotice(language: language)
                }
            }
        }
    }

    /// `callbox program resources`
    struct ResourceList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resources", abstract: "Set where else there is help, in the draft.",
            subcommands: [Set.self, Add.self, Remove.self], defaultSubcommand: Set.self)

        /// `callbox program resources set`
        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "All of them, from a list in JSON: name, contact, note, verified_on.")

            @Argument(help: "The file.") var file: String
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let list = try Terminal.device.readFile(file, limit: 131_072)
                try await Program.edit(papers, options) { try $0.setResources(list) }
            }
        }

        /// `callbox program resources add`
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "One, or another text for the one of that name.")

            @Argument(help: "What it is called.") var name: String
            @Argument(help: "How to reach it: \"Call or text 988\".") var contact: String
            @Option(help: ArgumentHelp("Who it is for.", valueName: "text")) var note: String?
            @Option(
                help: ArgumentHelp(
                    "The day on which somebody made sure that it answers; otherwise today.", valueName: "day"))
            var verifiedOn: String?
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                try await Program.edit(papers, options) {
                    try $0.setResource(
                        name: name, contact: contact, note: note,
                        verifiedOn: verifiedOn ?? When.date(Terminal.when.today))
                }
            }
        }

        /// `callbox program resources remove`
        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "One, by its name.")

            @Argument(help: "What it is called.") var name: String
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws { try await Program.edit(papers, options) { try $0.removeResource(name: name) } }
        }
    }

    /// `callbox program relay`
    struct RelayPlace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "relay", abstract: "The ways in to the relay and its token epochs, in the draft.",
            subcommands: [Add.self, Remove.self, Epochs.self])

        /// `callbox program relay add`
        struct Add: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "A way in, or another pin for the one of that address.",
                discussion:
                    "Several ways lead to one relay. Without --relay-identity what answers there must be a relay that the draft names already."
            )

            @Argument(help: "The address.") var address: String
            @Option(
                help: ArgumentHelp(
                    "Its pin; web: the public authorities; none: an address with http://.", valueName: "pin"))
            var pin: String
            @Option(help: ArgumentHelp("Its identity key, as `callboxd init` printed it.", valueName: "key"))
            var relayIdentity: String?
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let office = relayIdentity == nil ? try OfficeDesk.open(options) : nil
                try await Program.edit(papers, options) { draft in
                    if let relayIdentity {
                        try draft.setRelay(address, pin: pin, identity: relayIdentity)
                    } else {
                        Terminal.tell("Asking the relay who it is …")
                        try await office?.setRelay(address, pin: pin, identity: nil, in: &draft)
                    }
                }
            }
        }

        /// `callbox program relay remove`
        struct Remove: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "A way in, by its address.")

            @Argument(help: "The address.") var address: String
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws { try await Program.edit(papers, options) { try $0.removeRelay(address) } }
        }

        /// `callbox program relay epochs`
        struct Epochs: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Copy the relay's keys for anonymous tokens into the draft, for the time to come.")

            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let office = try OfficeDesk.open(options)
                Terminal.tell("Asking the relay …")
                try await Program.edit(papers, options) { _ = try await office.copyEpochs(into: &$0) }
            }
        }
    }

    /// `callbox program policy`
    struct Policy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the program is called, and what every Callbox keeps to, in the draft.")

        @Option(help: ArgumentHelp("What the program calls itself.", valueName: "name")) var name: String?
        @Option(help: ArgumentHelp("Of on-call hours: America/Chicago.", valueName: "zone")) var timeZone: String?
        @Option(help: ArgumentHelp("For how many days conversations are kept, 1 to 90.", valueName: "days"))
        var retentionDays: Int?
        @Option(help: ArgumentHelp("How many conversations a member takes on, 1 to 1000.", valueName: "number"))
        var caseloadLimit: Int?
        @Option(help: ArgumentHelp("The oldest Callbox that may begin a conversation: 1.0.0", valueName: "version"))
        var minimumClient: String?
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await Program.edit(papers, options) { draft in
                try draft.rename(name, timeZone: timeZone)
                try draft.setPolicy(
                    retentionDays: retentionDays, caseloadLimit: caseloadLimit, minimumClient: minimumClient)
            }
        }
    }

    /// `callbox program draft`
    struct DraftFile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "draft", abstract: "The next document while it is written.",
            subcommands: [New.self, ShowDraft.self, Diff.self, Skip.self])

        private static func draft(_ papers: PaperOptions) throws -> Draft {
            guard let draft = try papers.folder.draft() else {
                throw Trouble(
                    .usage, "There is no draft in this folder.", meaning: "Nothing was changed.",
                    remedy: "Go to the folder of the papers, or make a draft: callbox program draft new")
            }
            return draft
        }

        /// `callbox program draft new`
        struct New: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Begin one from the newest document.")

            @Flag(help: "Give up the draft that is there.") var anew = false
            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let office = try OfficeDesk.open(options)
                let newest = try office.show().version ?? 0
                if let there = try papers.folder.draft(), there.version > newest, !anew {
                    throw Trouble(
                        .notNow, "There is a draft of version \(there.version) in this folder.",
                        meaning: "It is as it was.",
                        remedy: "Go on with it, or give it up with --anew.")
                }
                let draft = try office.draft()
                try papers.folder.write(draft)
                Terminal.say("draft.json: version \(draft.version), which says what version \(newest) says.")
            }
        }

        /// `callbox program draft show`
        struct ShowDraft: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "show", abstract: "Everything that the draft says, in plain words.")

            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let draft = try DraftFile.draft(papers)
                Terminal.say("Version \(draft.version), not signed yet.")
                Program.say(draft.contents())
            }
        }

        /// `callbox program draft diff`
        struct Diff: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "What the draft would change against the newest document, in plain words.")

            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                let draft = try DraftFile.draft(papers)
                let lines = try OfficeDesk.open(options).changes(in: draft)
                Terminal.say("Version \(draft.version), not signed yet.")
                Program.say(lines.isEmpty ? ["It changes nothing but its dates."] : lines)
            }
        }

        /// `callbox program draft skip`
        struct Skip: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Give the draft the next number: another document of this one was signed and given up.")

            @OptionGroup var papers: PaperOptions
            @OptionGroup var options: GlobalOptions

            func run() async throws {
                var draft = try DraftFile.draft(papers)
                try draft.skipVersion()
                try papers.folder.write(draft)
                Terminal.say("The draft is version \(draft.version) now.")
            }
        }
    }
}
