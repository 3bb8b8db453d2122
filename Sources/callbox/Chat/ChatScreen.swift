internal import CallboxClient
internal import CallboxTerminal

/// How a chat stands on the screen: lines that stay, and below them, where it can be drawn anew, where things stand and the message being written.
struct ChatScreen {
    /// What a key or a line came to.
    enum Outcome: Equatable {
        case nothing
        case submitted(String)
        case leave
        case stop
    }

    private let isPlain: Bool
    private var area: LiveArea
    private var content: LiveArea.Content
    private var decoder = KeyDecoder()
    /// In plain mode: bytes of a line that has not ended, and lines that go on.
    private var line: [UInt8] = []
    private var written = ""

    init(isPlain: Bool, columns: Int, rows: Int) {
        self.isPlain = isPlain
        content = LiveArea.Content(status: [], prompt: "> ", editor: InputEditor())
        area = LiveArea(columns: columns, rows: rows, content: content)
    }

    /// Prints lines above the area. Returns what to write.
    mutating func print(_ text: String, status: [String]) -> String {
        let lines = Wrapping.lines(text, columns: min(area.columns - 1, 100))
        guard !isPlain else { return lines.map { $0 + "\n" }.joined() }
        content.status = status
        return area.print(lines, content)
    }

    /// Where things stand has changed.
    mutating func update(status: [String]) -> String {
        guard !isPlain, status != content.status else { return "" }
        content.status = status
        return area.draw(content)
    }

    /// The terminal has another size.
    mutating func resize(columns: Int, rows: Int) -> String { isPlain ? "" : area.resize(columns: columns, rows: rows) }

    /// The area goes.
    mutating func removed() -> String { isPlain ? "" : area.removed() }

    /// Puts back what could not be said.
    mutating func restore(_ text: String) -> String {
        guard !isPlain, content.editor.text.isEmpty else { return "" }
        content.editor.restore(text)
        return area.draw(content)
    }

    /// Takes what was typed. Returns what came of it, in order, and what to write.
    mutating func type(_ bytes: [UInt8]) -> (outcomes: [Outcome], write: String) {
        isPlain ? (typePlain(bytes), "") : typeLive(bytes)
    }

    private mutating func typeLive(_ bytes: [UInt8]) -> ([Outcome], String) {
        var outcomes: [Outcome] = []
        var write = ""
        for key in decoder.keys(of: bytes) {
            switch content.editor.press(key) {
            case .edited: break
            case .tooLong: write += "\u{7}"
            case .submitted(let text): outcomes.append(.submitted(text))
            case .leave: outcomes.append(.leave)
            case .stop: outcomes.append(.stop)
            case .redraw: write += area.drawnOnClearScreen()
            }
        }
        return (outcomes, write + area.draw(content))
    }

    private mutating func typePlain(_ bytes: [UInt8]) -> [Outcome] {
        var outcomes: [Outcome] = []
        for byte in bytes {
            guard byte == 0x0A else {
                if line.count < 1 << 18 { line.append(byte) }
                continue
            }
            let text = String(decoding: line, as: UTF8.self)
            line = []
            if text.hasSuffix("\\") {
                written += text.dropLast() + "\n"
                continue
            }
            written += text
            if !written.allSatisfy(\.isWhitespace) { outcomes.append(.submitted(written)) }
            written = ""
        }
        return outcomes
    }

    /// The input has ended: what stands there without a line end was meant to be said.
    mutating func end() -> [Outcome] { isPlain && !(line.isEmpty && written.isEmpty) ? typePlain([0x0A]) : [] }
}
