internal import ArgumentParser
internal import CLinux
internal import CallboxClient

/// The command of officers, peers, clinicians and coordinators.
@main
struct CallboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callbox",
        abstract: "Reach a trained peer supporter without saying who you are.",
        discussion: """
            Everything is sealed on this machine for whoever is to read it; the relay in between cannot open it and does not know you. Peer support is not \
            therapy, not discipline, not supervision and not reporting.

            If somebody is in danger now: callbox crisis, or call 911.
            """,
        groupedSubcommands: [
            CommandGroup(name: "Begin", subcommands: [Join.self, Notice.self, Peers.self, ReachOut.self]),
            CommandGroup(
                name: "Talk",
                subcommands: [
                    Inbox.self, Read.self, Send.self, Chat.self, CheckIn.self, Consent.self, Rate.self, Retain.self,
                    End.self,
                ]),
            CommandGroup(
                name: "Help", subcommands: [Crisis.self, Resources.self, Bulletins.self, Safety.self, Help.self]),
            CommandGroup(
                name: "Your vault",
                subcommands: [Status.self, Unlock.self, Lock.self, PassphraseChange.self, Burn.self]),
            CommandGroup(
                name: "Peers, clinicians, coordinators",
                subcommands: [Member.self, Handoff.self, Transfer.self, Limits.self, Program.self]),
            CommandGroup(name: "This command", subcommands: [Completions.self]),
        ])

    func run() async throws { Terminal.say(Topics.start) }

    static func main() async {
        // Before anything is read: no core files, no looking into this process, and files for their owner alone.
        if linux_forbid_looking_inside() != 0 { Terminal.tell("callbox: core dumps could not be switched off.") }
        linux_close_to_others()
        if let code = await perform(Array(CommandLine.arguments.dropFirst())) { exit(withError: code) }
    }

    /// Runs a command line. Returns how it ended; nil when all is well.
    static func perform(_ arguments: [String]) async -> ExitCode? {
        defer { Desk.letGo() }
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
            return nil
        } catch let trouble as Trouble {
            Terminal.complain(trouble)
            return ExitCode(trouble.kind)
        } catch is CancellationError {
            return ExitCode(130)
        } catch {
            let code = exitCode(for: error)
            // The parser has something to say: help, or what it did not understand.
            let text = fullMessage(for: error)
            if !text.isEmpty {
                code == .success ? Terminal.device.write(text + "\n", to: .result) : Terminal.tell(text)
            }
            return code == .success ? nil : code
        }
    }
}
