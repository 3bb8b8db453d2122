internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

extension Program {
    /// `callbox program sign`
    struct Sign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read what a file says, and add your signature to it.",
            discussion: """
                FILE is draft.json, of which program.json is made; or root.json or program.json as another coordinator gave it to you. It says in plain words what is \
                signed, and how many signatures are missing then. Callbox signs no two documents of one number. Without FILE it writes again what you signed and what is not \
                published, where the files were lost.
                """)

        @Argument(help: "draft.json, root.json or program.json.") var file: String?
        @Option(
            help: ArgumentHelp(
                "For how many days a draft holds: 90, or 14 without an online key, unless you say fewer.",
                valueName: "days"))
        var days: Int?
        @Flag(help: "Does not ask: you have read it.") var yes = false
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.open(options)
            guard let file else { return try writeAgain(office) }
            let bytes = try Terminal.device.readFile(file, limit: 16 << 20)
            if let paper = try? Paper(parsing: bytes) {
                try sign(paper, file, by: office)
            } else if let draft = try? Draft(parsing: bytes) {
                try sign(draft, by: office)
            } else {
                throw Trouble(
                    .usage, "This is neither a draft nor a root nor a program document.",
                    meaning: "Nothing was signed.",
                    remedy:
                        "Name draft.json, root.json or program.json. If it was changed by hand, its JSON may be broken."
                )
            }
        }

        private func sign(_ paper: Paper, _ file: String, by office: Office) throws {
            let beside = paper.kind == .program ? PaperFolder.root(beside: file) : nil
            let root = try beside.flatMap { root in
                try root.version > office.show().rootVersion ?? 0 || !office.show().isRootComplete ? root : nil
            }
            let review = try office.review(paper, beside: root)
            show(review)
            if review.isSignedHere {
                Terminal.say("You have signed this before.")
            } else {
                guard try confirm() else { return Terminal.tell("Nothing was signed.") }
            }
            let known = try office.show()
            let published = paper.kind == .root ? (known.isRootComplete ? known.rootVersion : nil) : known.version
            let signed = try PaperFolder.write(office.sign(paper, beside: root), to: file, published: published ?? 0)
            Terminal.say("Signed: \(file)")
            Program.tell(try office.review(signed, beside: root), file: file)
        }

        private func sign(_ draft: Draft, by office: Office) throws {
            Terminal.say("Version \(draft.version) of the program document:")
            let lines = try office.changes(in: draft)
            Program.say(lines.isEmpty ? ["It changes nothing but its dates."] : lines)
            guard try confirm() else { return Terminal.tell("Nothing was signed.") }
            let paper = try office.sign(draft, days: days)
            let written = try papers.folder.write(paper, published: draft.version - 1)
            Terminal.say("Signed: \(written.path)")
            Program.tell(try office.review(written.paper), file: written.path)
        }

        private func show(_ review: PaperReview) {
            if review.kind == .program { Terminal.say("Version \(review.version) of the program document:") }
            Program.say(review.says)
            Program.warn(review.warnings)
        }

        private func confirm() throws -> Bool {
            try yes || Terminal.confirm("Do you sign this?", elsewhere: "Say --yes when you have read it.")
        }

        private func writeAgain(_ office: Office) throws {
            let known = try office.show()
            let unpublished = try office.unpublishedPapers()
            if unpublished.isEmpty {
                Terminal.say(
                    "Nothing that you signed waits for others. To be sure that the relay has it: callbox program publish"
                )
            }
            for paper in unpublished {
                let published = paper.kind == .root ? (known.isRootComplete ? known.rootVersion : nil) : known.version
                let written = try papers.folder.write(paper, published: published ?? 0)
                Terminal.say("Written again, with your signature: \(written.path)")
            }
        }
    }

    /// `callbox program publish`
    struct PublishPapers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "publish", abstract: "Bring root.json and program.json to the relay, when enough have signed.")

        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.open(options)
            let known = try office.show()
            let root = try papers.folder.paper(.root).flatMap { $0.version < known.rootVersion ?? 0 ? nil : $0 }
            let document = try papers.folder.paper(.program).flatMap { $0.version < known.version ?? 0 ? nil : $0 }
            Terminal.tell("Bringing it to the relay …")
            let report = try await office.publish([root, document].compactMap { $0 })
            if let version = report.root { Terminal.say("The relay has root \(version).") }
            if let version = report.document {
                Terminal.say("The relay has version \(version) of the program document.")
                if let draft = try papers.folder.draft(), draft.version <= version { papers.folder.removeDraft() }
            }
            report.next.forEach(Terminal.say)
        }
    }

    /// `callbox program update`
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch what is newest from the relay; or take it from files, on a machine that is never online.")

        @Argument(help: "root.json and program.json of another coordinator.") var files: [String] = []
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let office = try OfficeDesk.open(options)
            if files.isEmpty {
                Terminal.tell("Asking the relay …")
                try await office.update()
            } else {
                try office.take(files.map { try PaperFolder.paper(at: $0) })
            }
            let view = try office.show()
            Terminal.say("Root \(view.rootVersion ?? 0), version \(view.version ?? 0) of the program document.")
            Program.warn(view.warnings)
        }
    }
}
