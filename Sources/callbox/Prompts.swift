internal import CallboxClient
internal import CallboxTerminal

/// Questions. Each is asked on the terminal itself; where nobody is to be asked, the command says by what else it takes the answer.
extension Terminal {
    /// A line to the person, where they read questions.
    static func show(_ text: String) { device.write(wrapped(text) + "\n", to: .person) }

    /// Asks for a line; a colon is added to the question. An empty answer is `usual`, if there is one; otherwise the question is asked again. `elsewhere` is what to
    /// do where nobody can be asked: "Name the peer: callbox reach-out NAME."
    static func ask(_ question: String, usual: String? = nil, elsewhere: String) throws -> String {
        try needPerson(elsewhere)
        while true {
            let asked = wrapped(question + (usual.map { $0.isEmpty ? "" : " [\($0)]" } ?? "") + ":") + " "
            guard let line = try device.readLine(asking: asked, isShown: true) else { throw givenUp }
            let answer = trimmed(line)
            if !answer.isEmpty { return answer }
            if let usual { return usual }
        }
    }

    /// Asks for a line that may be left empty; nil when it was.
    static func askOptional(_ question: String, elsewhere: String) throws -> String? {
        let answer = try ask(question + " (Enter for none)", usual: "", elsewhere: elsewhere)
        return answer.isEmpty ? nil : answer
    }

    /// Asks yes or no. There is no answer by an empty line: what is decided here matters.
    static func confirm(_ question: String, elsewhere: String) throws -> Bool {
        while true {
            switch try ask("\(question) (yes or no)", elsewhere: elsewhere).lowercased() {
            case "y", "yes", "s", "si", "sí": return true
            case "n", "no": return false
            default: show("Please answer yes or no. Ctrl-C stops, and nothing is done.")
            }
        }
    }

    /// Lets the person choose one of several by its number, from 1.
    static func choose(_ question: String, from choices: [String], elsewhere: String) throws -> Int {
        try needPerson(elsewhere)
        for (index, choice) in choices.enumerated() { show("  \(index + 1)  \(choice)") }
        while true {
            let answer = try ask("\(question) (1 to \(choices.count))", elsewhere: elsewhere)
            if let number = Int(answer), choices.indices.contains(number - 1) { return number - 1 }
            show("Please type one of the numbers above.")
        }
    }

    /// Asks for a word that stands for something grave: only exactly this word is a yes.
    static func confirm(byWord word: String, _ question: String, elsewhere: String) throws -> Bool {
        try ask("\(question)\nType \(word) to go on, anything else to stop", elsewhere: elsewhere) == word
    }

    /// Asks for something that does not appear on the screen.
    static func askSecret(_ question: String, elsewhere: String) throws -> String {
        try needPerson(elsewhere)
        while true {
            let asked = wrapped(question + " (it does not show as you type):") + " "
            guard let line = try device.readLine(asking: asked, isShown: false) else { throw givenUp }
            if !trimmed(line).isEmpty { return line }
        }
    }

    /// Shows a few lines of which nothing stays on the screen, until Enter.
    static func showOnce(_ text: String, then question: String, elsewhere: String) throws {
        try needPerson(elsewhere)
        let lines = Wrapping.lines(text, columns: min(max(device.columns, 20), 100))
        device.write(lines.joined(separator: "\n") + "\n", to: .person)
        let asked = question + (device.canRedraw ? "; it goes from the screen: " : "; then clear the screen yourself: ")
        guard try device.readLine(asking: asked, isShown: true) != nil else { throw givenUp }
        guard device.canRedraw else { return }
        // Up over what was shown and the line of the question, and everything from there on is cleared; then the lines that have scrolled out, where the terminal can.
        device.write("\u{1B}[\(lines.count + 1)A\r\u{1B}[J", to: .person)
        if lines.count + 2 > device.rows { device.write("\u{1B}[H\u{1B}[2J\u{1B}[3J", to: .person) }
    }

    private static func needPerson(_ elsewhere: String) throws {
        guard device.hasPerson else {
            throw Trouble(
                .usage, "A question has to be answered, and there is no terminal to ask on.",
                meaning: "Nothing was done.",
                remedy: elsewhere)
        }
    }

    static let givenUp = Trouble(
        .usage, "You ended the input.", meaning: "Nothing was done.", remedy: "Run the command again when you want to.")

    private static func trimmed(_ line: String) -> String {
        var text = line[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text.drop(while: \.isWhitespace))
    }
}
