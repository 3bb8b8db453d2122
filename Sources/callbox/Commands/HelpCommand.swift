internal import ArgumentParser

/// `callbox help`
struct Help: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Say more about a command, about exit-codes, json, keys, or first-steps.")

    @Argument(help: "A command, or a topic.") var topic: [String] = []
    @Flag(help: "Print the whole manual page, for man(1): callbox help --man | man -l -") var man = false

    func run() async throws {
        if man { return Terminal.device.write(Manual.page, to: .result) }
        guard let first = topic.first else {
            return Terminal.device.write(CallboxCommand.helpMessage() + "\n", to: .result)
        }
        if let text = Topics.text(first) { return Terminal.say(text) }
        var command: any ParsableCommand.Type = CallboxCommand.self
        for name in topic {
            guard let next = command.configuration.subcommands.first(where: { $0.isCalled(name) }) else {
                throw ValidationError(
                    "there is no command and no topic \(name); topics are \(Topics.names.joined(separator: ", "))")
            }
            command = next
        }
        Terminal.device.write(CallboxCommand.helpMessage(for: command) + "\n", to: .result)
    }
}

extension ParsableCommand {
    /// What it is called on the command line.
    static var name: String { configuration.commandName ?? _commandName }

    fileprivate static func isCalled(_ name: String) -> Bool {
        name == Self.name || configuration.aliases.contains(name)
    }
}

/// `callbox completions`
struct Completions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print completions for your shell.",
        discussion: """
            bash:  callbox completions bash > ~/.local/share/bash-completion/completions/callbox
            zsh:   callbox completions zsh > a folder of your $fpath, as _callbox
            fish:  callbox completions fish > ~/.config/fish/completions/callbox.fish
            """)

    @Argument(help: "bash, zsh or fish.") var shell: String

    func run() async throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw ValidationError("the shell is bash, zsh or fish")
        }
        Terminal.device.write(CallboxCommand.completionScript(for: shell) + "\n", to: .result)
    }
}
