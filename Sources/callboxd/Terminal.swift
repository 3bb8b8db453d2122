internal import FoundationEssentials
internal import SystemPackage

/// How the command speaks. Results go to standard output, everything else to standard error; plain lines, no colour, no
/// progress, nothing that came over the network. `--json` gives the same facts as one object.
enum Terminal {
    /// A result.
    static func say(_ text: String) { write(text, to: .standardOutput) }

    /// What went wrong.
    static func complain(_ text: String) { write("callboxd: \(text)", to: .standardError) }

    /// A result for programs.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    private static func write(_ text: String, to file: FileDescriptor) {
        // A reader that has gone is no reason to fail.
        _ = try? file.writeAll((text + "\n").utf8)
    }
}
