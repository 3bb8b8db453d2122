internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

extension Program {
    /// `callbox program key`
    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make this coordinator's vault and key; print the public half, for the others.",
            discussion: """
                Give the printed line to the coordinator who begins the program. Run again, it prints the same line. With --online it is the key by which a machine that \
                is always on says every day which document is the newest.
                """)

        @Flag(help: "The program's online key, and no coordinator's.") var online = false
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.openOrMake(options)
            Terminal.say(try online ? office.makeOnlineKey() : office.makeKey())
        }
    }

    /// `callbox program unlock`
    struct UnlockOffice: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Open the office's vault for a while, so that commands do not ask for the passphrase.",
            discussion:
                "Until then whoever sits at this machine as you can sign as you. To lock it before: callbox lock")

        @OptionGroup var period: UnlockPeriod
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try OfficeDesk.open(options).remember(minutes: period.minutes)
            Terminal.say(period.said)
        }
    }

    /// `callbox program passphrase`
    struct OfficePassphrase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "passphrase", abstract: "Change the passphrase of the office's vault.")

        @OptionGroup var new: NewPassphraseOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.open(options)
            try office.changePassphrase(to: Desk.newPassphrase(new.options, words: 7))
            Terminal.say(NewPassphraseOptions.said)
        }
    }

    /// `callbox program init`
    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a program: the first root, to be signed by the others, and a draft.",
            discussion: """
                Writes root.json, signed by you, and draft.json. Then set the notice (`callbox program notice`), add members, and sign the draft. --relay, --pin and \
                --relay-identity are what `callboxd init` printed on the relay.
                """)

        @Option(help: ArgumentHelp("What the program calls itself.", valueName: "name")) var name: String
        @Option(help: ArgumentHelp("Of on-call hours: America/Chicago.", valueName: "zone")) var timeZone: String
        @Option(help: ArgumentHelp("How many coordinators must sign.", valueName: "number")) var quorum: Int
        @Option(
            name: .customLong("coordinator"),
            help: ArgumentHelp(
                "The line of another coordinator's `callbox program key`; once for each.", valueName: "key"))
        var coordinators: [String] = []
        @Option(help: ArgumentHelp("The relay's address.", valueName: "address")) var relay: String
        @Option(help: ArgumentHelp("Its pin, or: web, for the public authorities.", valueName: "pin")) var pin: String?
        @Option(
            help: ArgumentHelp("Its identity key: to compare, or to begin without reaching it.", valueName: "key"))
        var relayIdentity: String?
        @Flag(help: "Make the online key in this vault: this machine is always on.") var online = false
        @Option(help: ArgumentHelp("The line of another machine's `callbox program key --online`.", valueName: "key"))
        var onlineKey: String?
        @Flag(help: "Give up a program that was begun here and that nobody else has signed.") var anew = false
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard !online || onlineKey == nil else { throw ValidationError("--online or --online-key, not both") }
        }

        func run() async throws {
            let folder = papers.folder
            guard try anew || (folder.paper(.root) == nil && folder.draft() == nil) else {
                throw Trouble(
                    .usage, "There are papers of a program in this folder already.", meaning: "Nothing was made.",
                    remedy: "Use an empty folder: --papers FOLDER")
            }
            let office = try OfficeDesk.openOrMake(options)
            var plan = ProgramPlan(name: name, timeZone: timeZone, relay: relay)
            plan.pin = pin
            plan.relayIdentity = relayIdentity
            plan.quorum = quorum
            plan.coordinators = coordinators
            plan.makesOnlineKey = online
            plan.onlineKey = onlineKey
            plan.beginsAnew = anew
            Terminal.tell("Asking the relay who it is …")
            let begun = try await office.begin(plan)
            if anew {
                try PaperFolder.write(begun.root.bytes, to: papers.papers + "/root.json")
            } else {
                try folder.write(begun.root, published: 0)
            }
            try folder.write(begun.draft)
            Program.warn(begun.warnings)
            Terminal.say(
                """
                Begun, and signed by you: root.json. This is its digest; it goes on the poster, and whoever runs the relay allows the program by it:
                  \(begun.rootDigest)
                The first document is drafted: draft.json. It wants a notice: callbox program notice --language en FILE
                """)
            Program.tell(try office.review(begun.root), file: "root.json")
        }
    }

    /// `callbox program follow`
    struct Follow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Take a program over by its invite: a coordinator who came later, or a machine that keeps it current.")

        @Argument(help: "The invite, callbox:…") var invite: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.openOrMake(options)
            Terminal.tell("Fetching the program's documents and checking who signed them …")
            try await office.follow(invite)
            let view = try office.show()
            Terminal.say(
                "This office follows \(view.name.map { "“\(Inert.line($0))”" } ?? "the program"), version \(view.version.map(String.init) ?? "none yet")."
            )
            Terminal.say("The root's digest, to be compared with the poster: \(view.rootDigest ?? "")")
        }
    }

    /// `callbox program rotate`
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the next root: other coordinators, another quorum, or another online key.",
            discussion: """
                Name all coordinators from then on, you among them if you stay. A quorum of the old ones and one of the new ones sign root.json. If the newest document has \
                too few signatures of the new ones, it lies beside it as program.json to be signed again: publish both together.
                """)

        @Option(
            name: .customLong("coordinator"),
            help: ArgumentHelp("The line of a coordinator's key; once for each of them.", valueName: "key"))
        var coordinators: [String] = []
        @Option(help: ArgumentHelp("How many of them must sign.", valueName: "number")) var quorum: Int?
        @Flag(help: "A fresh online key in this vault, or the one that is here.") var online = false
        @Option(help: ArgumentHelp("The line of another machine's online key.", valueName: "key")) var onlineKey:
            String?
        @Flag(help: "No online key from then on: documents hold for 14 days.") var noOnlineKey = false
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard [online, onlineKey != nil, noOnlineKey].count(where: { $0 }) <= 1 else {
                throw ValidationError("one of --online, --online-key and --no-online-key")
            }
            guard !coordinators.isEmpty || quorum != nil || online || onlineKey != nil || noOnlineKey else {
                throw ValidationError(
                    "say what changes: --coordinator, --quorum, --online, --online-key or --no-online-key")
            }
        }

        func run() async throws {
            let office = try OfficeDesk.open(options)
            var change = RootChange()
            change.coordinators = coordinators.isEmpty ? nil : coordinators
            change.quorum = quorum
            if online { change.onlineKey = .made }
            if let onlineKey { change.onlineKey = .line(onlineKey) }
            if noOnlineKey { change.onlineKey = RootChange.OnlineKey.none }
            let root = try office.rotate(change)
            let review = try office.review(root)
            Program.say(review.says)
            let known = try office.show()
            try papers.folder.write(root, published: known.rootVersion ?? 0)
            Program.tell(review, file: "root.json")
            guard let document = try office.newestPaper() else { return }
            let again = try office.review(document, beside: root)
            guard !again.isComplete else { return }
            let signed = again.isForThisOffice ? try office.sign(document, beside: root) : document
            try papers.folder.write(signed, published: known.version ?? 0)
            Terminal.say(
                "The newest document has to be signed again under the new root. Give both files on: root.json and program.json"
            )
        }
    }
}
