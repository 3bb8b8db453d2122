/// What a person meant by a line in chat.
enum ChatInput: Equatable {
    case message(String)
    case command(ChatCommand)
    /// A slash and something that is no command. It is not sent: somebody mistyped.
    case unknown(String)

    init(_ line: String) {
        guard line.hasPrefix("/"), !line.contains("\n") else {
            self = .message(line)
            return
        }
        guard !line.hasPrefix("//") else {
            self = .message(String(line.dropFirst()))
            return
        }
        let word = line.dropFirst().prefix { !$0.isWhitespace }.lowercased()
        self = ChatCommand(rawValue: word).map(Self.command) ?? .unknown(word)
    }
}

/// The commands of a chat.
enum ChatCommand: String, CaseIterable {
    case help, who, consent, sign, crisis, notice, safety, retry, lock, quit

    /// What it does.
    var meaning: String {
        switch self {
        case .help: "this list"
        case .who: "who is here, where a handoff stands, how long messages are kept"
        case .consent: "what is proposed or signed"
        case .sign: "read, change and sign what is proposed; the chat waits for you"
        case .crisis: "who helps now, by telephone"
        case .notice: "the limits of confidentiality"
        case .safety: "the four questions for somebody who may be in danger"
        case .retry: "try the relay again now"
        case .lock: "lock the vault, clear the screen and leave"
        case .quit: "leave; what waits to be sent is kept"
        }
    }

    static var list: String {
        let lines = allCases.map {
            "  /" + $0.rawValue + String(repeating: " ", count: 10 - $0.rawValue.count) + $0.meaning
        }
        return lines.joined(separator: "\n") + "\n\n"
            + "To send a line that begins with /, write //. Keys: callbox help keys"
    }
}
