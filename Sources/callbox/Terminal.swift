internal import CallboxClient
internal import CallboxTerminal
internal import FoundationEssentials

/// How the command speaks. The rules:
///
/// - Results go to standard output. Talk (what is going on, what is asked, what went wrong) goes to the person: to standard error, and questions to the
///   terminal itself, so that a result can be piped on and a message piped in.
/// - An error is three things: what happened; what it means for the message; what to do. Its exit code says of which kind it is (`ExitCode+Trouble`).
/// - Plain lines, no colour, nothing that blinks, turns or is drawn over: it reads the same aloud, in a log, and on paper. Only `chat` redraws, its input line, and
///   not when the terminal is none, is dumb, or `--plain` was said.
/// - Whatever others wrote is made inert (`Inert`) and stands behind a bar or in quotes, so that it cannot pose as ours.
/// - Secrets are neither arguments nor environment variables. A passphrase on the screen is shown once and wiped away.
/// - Lines are broken between words at the width of the terminal, at 80 columns when there is none, and never later than at 100.
/// - `--json` gives the same facts as one object with names that stay (`callbox help json`). In it, too, nothing acts on a terminal: what would is escaped.
enum Terminal {
    /// What the command speaks through. Tests give another.
    @TaskLocal static var device: any TerminalDevice = SystemTerminal()

    /// A result.
    static func say(_ text: String) { device.write(wrapped(text) + "\n", to: .result) }

    /// Talk: what is going on.
    static func tell(_ text: String) { device.write(wrapped(text) + "\n", to: .talk) }

    /// A result for programs, from our own words and others': one object, its members in alphabetical order.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        device.write(JSONText.inert(text) + "\n", to: .result)
    }

    /// What went wrong, what it means for the message, and what to do.
    static func complain(_ trouble: Trouble) {
        tell("callbox: \(Inert.passage(trouble.happened))")
        for line in [trouble.meaning, trouble.remedy] where !line.isEmpty { tell("  " + Inert.passage(line)) }
    }

    /// What others wrote, inert and behind a bar, to be put below a line of ours.
    static func quote(_ text: String) -> String {
        Inert.passage(text).split(separator: "\n", omittingEmptySubsequences: false).map { "  | \($0)" }
            .joined(separator: "\n")
    }

    /// Days and hours, as the person's clock has them.
    static var when: When { device.when }

    /// Breaks lines at the width of the terminal.
    static func wrapped(_ text: String) -> String { Wrapping.wrap(text, columns: min(max(device.columns, 20), 100)) }
}
