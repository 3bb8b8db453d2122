internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// Where the words of a message come from: what is piped in, the person's editor, or a prompt. Never the command line, which others can read.
struct MessageOptions: ParsableArguments {
    @Flag(
        help:
            "Write in your editor ($VISUAL, $EDITOR). The text lies in memory only, and is wiped after; what an editor keeps in files of its own, as vim does in ~/.viminfo, is not."
    )
    var editor = false

    /// The longest message that is looked at.
    static let limit = 262_144

    /// Asks for the words. `prompt` says for whom they are: "Your message to Dana Reyes".
    func text(_ prompt: String) async throws -> String {
        guard let text = try await optionalText(prompt, isNeeded: true) else { throw Self.nothingWritten }
        return text
    }

    /// The same where there need not be any.
    func optionalText(_ prompt: String, isNeeded: Bool = false) async throws -> String? {
        let device = Terminal.device
        if editor { return try device.edit("").map(Self.trimmed) }
        if device.isInputPiped {
            let bytes = try device.readAll(descriptor: 0, limit: Self.limit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Trouble(
                    .usage, "What was piped in is no text (UTF-8).", meaning: "Nothing was sent.",
                    remedy: "Check that it is the right file.")
            }
            return text.allSatisfy(\.isWhitespace) ? nil : Self.trimmed(text)
        }
        guard device.hasPerson else {
            if !isNeeded { return nil }
            throw Trouble(
                .usage, "There is no terminal to write the message on.", meaning: "Nothing was sent.",
                remedy: "Pipe the message in: callbox … < file.")
        }
        return device.canRedraw ? try await Compose.text(prompt) : try Compose.plainText(prompt)
    }

    private static let nothingWritten = Trouble(
        .usage, "Nothing was written.", meaning: "Nothing was sent.",
        remedy: "Run the command again when you want to write.")

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
