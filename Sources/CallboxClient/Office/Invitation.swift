internal import CallboxProgram
internal import CallboxWire

/// What lets people into a program: the invite, as text, as QR code, and as a poster. Nothing in it is secret.
public struct Invitation: Equatable, Sendable {
    /// The invite: `callbox:join?…`.
    public let text: String
    /// The root's digest in fours, to be compared.
    public let rootDigest: String
    /// The invite as a QR code; nil when its relay's address is so long that none fits 80 columns.
    public let code: QRCode?
    private let content: ProgramContent

    /// How wide a poster is at most, in columns.
    public static let columns = 80

    init(root: RootDigest, content: ProgramContent) throws {
        let digest = HumanDigest(of: root)
        let relays = Array(content.relays.compactMap(\.invited).prefix(Invite.relayLimit))
        self.content = content
        rootDigest = digest.description
        // As many relays as an invite has room for; of these, as many as a QR code of 80 columns has room for.
        var invites: [String] = []
        for count in stride(from: relays.count, to: 0, by: -1) {
            let invite = try? Invite(program: content.programID, relays: Array(relays.prefix(count)), root: digest)
            if let invite { invites.append(invite.text) }
        }
        guard let longest = invites.first else { throw ProgramError.field }
        text = longest
        code = invites.lazy.compactMap { QRCode($0, columns: Self.columns) }.first
    }

    /// The poster: plain text of at most 80 columns, to be printed in a typewriter's letters. For paper the ink is dark.
    public func poster(ink: QRCode.Ink = .dark) -> [String] {
        var lines = Self.wrapped(content.name.text, indent: "  ")
        lines += [""]
        lines += Self.wrapped(
            "Talk with a trained peer. You need to tell nobody who you are, and whoever runs the machine in between cannot read what you write.",
            indent: "  ")
        if let code {
            lines += [""] + code.lines(ink: ink) + [""]
            lines += Self.wrapped(
                "The square holds the invite below. Scanning it asks no server and leaves no trace there.", indent: "  "
            )
        }
        lines += ["", "  1. Install Callbox, and start:  callbox join", "  2. Give it this invite, in one line:", ""]
        lines += Self.broken(text, width: Self.columns - 8).map { "        \($0)" }
        lines += ["", "  3. It shows these letters. If one of them differs, stop:", "", "        \(rootDigest)", ""]
        lines += Self.wrapped(
            "4. If you drew a slip with a code, give it that too. Nobody knows who has which.", indent: "  ")
        lines += ["", "  In danger now? Do not wait for an answer here:", ""]
        lines += content.resources.flatMap { Self.wrapped("\($0.name.text): \($0.contact.text)", indent: "        ") }
        if content.resources.isEmpty { lines += ["        Call 911. Call or text 988."] }
        return lines
    }

    /// A text in lines of at most 80 columns, broken between words where that is possible. Every character counts as one column.
    static func wrapped(_ text: String, indent: String) -> [String] {
        let width = columns - indent.count
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ").flatMap({ broken(String($0), width: width) }) {
            if !line.isEmpty && line.count + 1 + word.count > width {
                lines.append(indent + line)
                line = word
            } else {
                line += line.isEmpty ? word : " \(word)"
            }
        }
        return line.isEmpty ? lines : lines + [indent + line]
    }

    private static func broken(_ text: String, width: Int) -> [String] {
        let symbols = Array(text)
        return stride(from: 0, to: symbols.count, by: width).map {
            String(symbols[$0..<min($0 + width, symbols.count)])
        }
    }
}

extension Office {
    /// The invite to this program.
    public func invitation() throws -> Invitation {
        try Trouble.spoken {
            guard let state = try state().program else { throw ProgramError.unknownRoot }
            guard let document = state.program else { throw ProgramError.noDocument }
            return try Invitation(root: state.root.digest, content: document.document.content)
        }
    }
}
