internal import ArgumentParser
internal import CallboxRelay

/// The relay's command.
@main
struct Callboxd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callboxd",
        abstract: "Keeps sealed cells until they are collected, and cannot open one.",
        discussion: """
            Every setting is a flag of serve and check, an environment variable CALLBOXD_… and a line of callboxd.env in the
            state folder; a flag counts more than the environment, and that more than the file.

            Exit codes: 0 done · 1 could not, the message says why · 2 check found something to mend · 3 the disk failed
            while serving · 64 the command was not understood
            """,
        subcommands: [
            Init.self, Serve.self, Check.self, Allow.self, Stats.self, Inspect.self, MakeBackup.self, Restore.self,
        ])

    static func main() async {
        // Before anything is read: nobody else looks into this process, or into what it writes.
        if !SelfDefence.raise() { Terminal.complain("core dumps could not be switched off.") }
        do {
            var command = try await asyncParseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch let error as SettingsError {
            Terminal.complain(error.description)
            exit(withError: ExitCode(1))
        } catch let error as RelayFailure {
            Terminal.complain(error.description)
            exit(withError: ExitCode(RelayFailure.exitCode))
        } catch  where error is CleanExit || error is ExitCode || error is ValidationError || isUsage(error) {
            exit(withError: error)
        } catch {
            Terminal.complain("\(error)")
            exit(withError: ExitCode(1))
        }
    }

    /// Whether the parser has something to say: help, or what it did not understand.
    private static func isUsage(_ error: any Error) -> Bool { exitCode(for: error) != .failure }
}

/// Where the relay is.
struct StateOption: ParsableArguments {
    @Option(name: .customLong("state"), help: "The state folder.")
    var path = StateFolder.usual

    var folder: StateFolder { StateFolder(path) }
}
