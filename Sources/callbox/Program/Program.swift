internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox program`
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "For coordinators: who is in the program, what it says, and who signs it.",
        discussion: """
            Several coordinators sign together, each with a key on a machine of their own. What they sign are files in one folder (draft.json, root.json, program.json) \
            that go from hand to hand; nothing in them is secret. A file counts when enough have signed it. Start with `callbox program key` on every coordinator's \
            machine, then `callbox program init` on one.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Begin",
                subcommands: [Key.self, UnlockOffice.self, OfficePassphrase.self, Init.self, Follow.self, Rotate.self]),
            CommandGroup(
                name: "Write the next document",
                subcommands: [
                    AddMember.self, ChangeMember.self, RemoveMember.self, Suspend.self, NoticeText.self,
                    ResourceList.self,
                    RelayPlace.self, Policy.self, DraftFile.self,
                ]),
            CommandGroup(name: "Sign and publish", subcommands: [Sign.self, PublishPapers.self, Update.self]),
            CommandGroup(
                name: "From day to day",
                subcommands: [Refresh.self, Codes.self, BulletinPost.self, InvitePaper.self, Show.self]),
        ])
}

/// Where the papers lie.
struct PaperOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of draft.json, root.json and program.json; otherwise this one.", valueName: "folder"))
    var papers = "."

    var folder: PaperFolder { PaperFolder(papers) }
}

extension Program {
    /// Says things line by line. They may be others' words.
    static func say(_ lines: [String]) { for line in lines { Terminal.say(Inert.passage(line)) } }

    /// Warnings, where they do not get into a result.
    static func warn(_ lines: [String]) { for line in lines { Terminal.tell("Note: \(Inert.passage(line))") } }

    /// Changes the draft in the folder; makes one of the newest document when there is none. The vault is opened only then.
    static func edit(
        _ papers: PaperOptions, _ options: GlobalOptions, _ change: (inout Draft) async throws -> Void
    ) async throws {
        let before = try papers.folder.draft() ?? OfficeDesk.open(options).draft()
        var draft = before
        try await change(&draft)
        try papers.folder.write(draft)
        let lines = draft.changes(since: before)
        if lines.isEmpty { Terminal.say("The draft says so already.") }
        say(lines)
        Terminal.tell("In draft.json, for version \(draft.version). To sign it: callbox program sign draft.json")
    }

    /// How far the signing of a paper is.
    static func tell(_ review: PaperReview, file: String) {
        for tally in review.tallies {
            let which = review.tallies.count == 1 ? "" : " under root \(tally.root)"
            Terminal.say("Signed by \(tally.signed.count)\(which); it takes \(tally.quorum).")
        }
        if let most = review.tallies.map(\.missing).max(), most > 0 {
            Terminal.say(
                "\(most == 1 ? "1 signature is" : "\(most) signatures are") missing. Give the file to another coordinator: \(file)"
            )
        } else {
            Terminal.say("Enough have signed. To bring it to the relay: callbox program publish")
        }
    }
}
