internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

extension Program {
    /// `callbox program show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What this office knows of the program: who signs, what it says, what runs out.")

        @Flag(help: "Everything that the newest document says.") var all = false
        @OptionGroup var output: ReadOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let view = try OfficeDesk.open(options).show()
            if output.json { return try Terminal.json(OfficeJSON.Office(view)) }
            guard let program = view.program, let root = view.rootVersion else {
                Terminal.say(view.key.map { "This coordinator's key: \($0)" } ?? "There is no coordinator's key here.")
                return Terminal.say("No program is known here yet.")
            }
            Terminal.say("Program: \(view.name.map { Inert.line($0) } ?? "no document yet")")
            Terminal.say("Id: \(program)")
            Terminal.say(
                "Root \(root)\(view.isRootComplete ? "" : ", not signed by enough yet"), digest \(view.rootDigest ?? "")"
            )
            Terminal.say(
                view.coordinators.count == 1
                    ? "This coordinator signs alone:"
                    : "\(view.quorum ?? 0) of these \(view.coordinators.count) coordinators must sign:")
            for key in view.coordinators { Terminal.say("  \(key)\(key == view.key ? " (this office)" : "")") }
            Terminal.say(
                view.hasOnlineKey
                    ? view.onlineKey == nil ? "The online key is on another machine." : "The online key is kept here."
                    : "There is no online key.")
            if let version = view.version, let issued = view.issued, let expires = view.expires {
                Terminal.say(
                    "Version \(version), issued \(Office.written(issued)); it holds until \(Office.written(expires)).")
                Terminal.say(
                    "Last said to be the newest: \(view.lastWord.map(Office.written) ?? "never, as far as is known here")."
                )
                let members = view.members.sorted { $0.key < $1.key }.map {
                    "\($0.value) \($0.key)\($0.value == 1 ? "" : "s")"
                }
                Terminal.say("Members: \(members.isEmpty ? "none" : members.joined(separator: ", ")).")
                Terminal.say("Relay: \(view.relays.joined(separator: ", "))")
                if let bulletin = view.bulletin { Terminal.say("Newest bulletin: \(bulletin).") }
            }
            if all { Program.say(view.contents) }
            Program.warn(view.warnings)
        }
    }
}

/// What `--json` prints of an office. The names stay; members may be added.
enum OfficeJSON {
    struct Office: Encodable {
        let key, onlineKey, program, name, rootDigest: String?
        let rootVersion, quorum, version, issued, expires, lastWord, bulletin: Int?
        let isRootComplete, hasOnlineKey: Bool
        let coordinators, relays, warnings, contents: [String]
        let members: [String: Int]

        init(_ view: OfficeView) {
            (key, onlineKey, program, name) = (view.key, view.onlineKey, view.program, view.name)
            (rootDigest, rootVersion, quorum, version) = (view.rootDigest, view.rootVersion, view.quorum, view.version)
            (issued, expires, lastWord, bulletin) = (view.issued, view.expires, view.lastWord, view.bulletin)
            (isRootComplete, hasOnlineKey, coordinators) = (view.isRootComplete, view.hasOnlineKey, view.coordinators)
            (relays, warnings, contents, members) = (view.relays, view.warnings, view.contents, view.members)
        }
    }

    struct Refreshed: Encodable {
        let version, time: Int
        let bulletin: Int?
        let warnings: [String]
    }

    struct Codes: Encodable { let codes: [String] }

    struct Invite: Encodable { let invite, rootDigest: String }
}
