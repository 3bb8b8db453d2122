internal import ArgumentParser

/// The manual page, made of the very words of `--help`, so that the two say the same.
enum Manual {
    static var page: String {
        var page = """
            .Dd November 21, 2026
            .Dt CALLBOX 1
            .Os
            .Sh NAME
            .Nm callbox
            .Nd reach a trained peer supporter without saying who you are
            .Sh SYNOPSIS
            .Nm
            .Ar command
            .Op Ar option ...
            .Sh DESCRIPTION
            .Nm
            carries sealed messages between officers, peers, clinicians and coordinators of a confidential support program, through a relay that cannot read them.
            Everything it keeps is in one folder, the vault, under a passphrase.
            .Pp
            Secrets are never arguments or environment variables: a passphrase comes by prompt,
            .Fl -passphrase-fd
            or
            .Fl -passphrase-file ,
            a message by prompt, standard input or editor.
            .Sh COMMANDS

            """
        page += section(CallboxCommand.self, path: [])
        page += ".Sh KEYS\n" + literal(Topics.keys) + ".Sh JSON\n" + paragraphs(Topics.json)
        page += ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
        for (name, meaning) in environment { page += ".It Ev \(name)\n\(escaped(meaning))\n" }
        page +=
            ".El\n.Sh FILES\n.Bl -tag -width Ds\n.It Pa ~/.local/share/callbox\nThe vault, for its owner alone.\n.El\n"
        page += ".Sh EXIT STATUS\n.Bl -tag -width Ds\n"
        for (code, meaning) in ExitCode.meanings { page += ".It \(code)\n\(escaped(meaning))\n" }
        return page + ".El\n"
    }

    private static let environment = [
        ("CALLBOX_HOME", "The folder of the vault, unless --home is given."),
        ("CALLBOX_PLAIN", "Nothing on the screen is drawn anew, as with --plain."),
        ("COLUMNS", "How wide lines may be."),
        (
            "EDITOR, VISUAL",
            "What --editor runs. Editors may keep copies of their own elsewhere: vim, for one, in its undo folder."
        ),
        ("NO_COLOR", "Honoured: there is no colour."),
        ("TERM", "If it is dumb or not set, nothing is drawn anew."),
    ]

    private static func section(_ command: any ParsableCommand.Type, path: [String]) -> String {
        command.configuration.subcommands.map { sub in
            let path = path + [sub.name]
            let own = sub.configuration.subcommands.isEmpty
            let help = CallboxCommand.helpMessage(for: sub, columns: 76)
            return ".Ss callbox \(path.joined(separator: " "))\n" + (own ? literal(help) : section(sub, path: path))
        }.joined()
    }

    private static func literal(_ text: String) -> String { ".Bd -literal\n" + escaped(text) + "\n.Ed\n" }

    private static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n").map { ".Pp\n" + escaped(String($0)) + "\n" }.joined()
    }

    /// Text that roff takes as text.
    private static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let escaped = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            return (escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" : "") + escaped
        }.joined(separator: "\n")
    }
}
