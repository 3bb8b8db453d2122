/// The lines at the bottom of a terminal that are drawn anew: where things stand, and the message being written. What is printed above them scrolls away as on any
/// terminal, and can be scrolled back to, searched and copied.
///
/// A value: it says which bytes to write, and remembers what stands on the screen then. It moves with `ESC [ n A`, clears with `ESC [ J`, and uses nothing else, so it
/// works in tmux, screen, over ssh, and on the Linux console. No line reaches the last column, so no terminal wraps one by itself.
package struct LiveArea: Sendable {
    /// What the area shows.
    package struct Content: Equatable, Sendable {
        /// Lines above the message: where things stand.
        package var status: [String]
        /// Before the first line of the message.
        package var prompt: String
        /// The message.
        package var editor: InputEditor

        /// The area's content.
        package init(status: [String], prompt: String, editor: InputEditor) {
            self.status = status
            self.prompt = prompt
            self.editor = editor
        }
    }

    /// The size of the terminal.
    package private(set) var columns: Int, rows: Int
    private var drawn: [String] = []
    private var cursorRow = 0
    private var content: Content

    /// Nothing is drawn yet.
    package init(columns: Int, rows: Int, content: Content) {
        (self.columns, self.rows) = (max(columns, 10), max(rows, 3))
        self.content = content
    }

    /// Draws the area with what is in it now.
    package mutating func draw(_ content: Content) -> String {
        self.content = content
        return erased() + drawnAnew()
    }

    /// Prints lines above the area, where they stay, and draws it below them.
    package mutating func print(_ lines: [String], _ content: Content) -> String {
        self.content = content
        return erased() + lines.map { $0 + "\n" }.joined() + drawnAnew()
    }

    /// Takes the area away: what follows is ordinary output.
    package mutating func removed() -> String { erased() }

    /// The terminal has another size. Terminals put what stands on them into lines of the new width, or cut it; how many rows the area takes then is known in both
    /// cases, for no line of it was as wide as the screen.
    package mutating func resize(columns: Int, rows: Int) -> String {
        let former = drawn
        let width = max(columns, 10)
        // Rows that the lines above and of the cursor take in the new width.
        cursorRow = former.prefix(cursorRow).reduce(0) { $0 + max(1, (Columns.count($1) + width - 1) / width) }
        (self.columns, self.rows) = (width, max(rows, 3))
        return erased() + drawnAnew()
    }

    /// Forgets what stands on the screen and draws after clearing it.
    package mutating func drawnOnClearScreen() -> String {
        (drawn, cursorRow) = ([], 0)
        return "\u{1B}[H\u{1B}[2J" + drawnAnew()
    }

    private mutating func erased() -> String {
        guard !drawn.isEmpty else { return "" }
        let up = cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : ""
        (drawn, cursorRow) = ([], 0)
        return up + "\r\u{1B}[J"
    }

    private mutating func drawnAnew() -> String {
        let width = columns - 1
        let status = content.status.flatMap { Wrapping.lines($0, columns: width) }.suffix(max(1, rows / 3))
        let (message, row, column) = messageLines(width: width)
        // Of a long message the lines around the cursor are shown.
        let room = max(1, min(rows - status.count - 1, max(rows / 2, 3)))
        let first = max(0, min(row - room / 2, message.count - room))
        let shown = message[first..<min(first + room, message.count)]
        drawn = Array(status + shown)
        cursorRow = status.count + row - first
        let below = drawn.count - 1 - cursorRow
        return drawn.joined(separator: "\n") + (below > 0 ? "\u{1B}[\(below)A" : "") + "\r"
            + (column > 0 ? "\u{1B}[\(column)C" : "")
    }

    /// The message in lines as they are shown, and where the cursor is in them.
    private func messageLines(width: Int) -> (lines: [String], row: Int, column: Int) {
        let lead = Columns.count(content.prompt) < width / 2 ? content.prompt : "> "
        let indent = String(repeating: " ", count: Columns.count(lead))
        var lines: [String] = []
        var line = lead, used = Columns.count(lead)
        var place = (row: 0, column: used)
        for (index, character) in content.editor.text.enumerated() {
            let shown = character == "\n" ? "" : Inert.line(String(character))
            let needed = Columns.count(shown)
            if used + needed > width {
                lines.append(line)
                (line, used) = (indent, Columns.count(indent))
            }
            if index == content.editor.cursor { place = (lines.count, used) }
            line += shown
            used += needed
            if character == "\n" {
                lines.append(line)
                (line, used) = (indent, Columns.count(indent))
            }
        }
        if content.editor.cursor == content.editor.text.count { place = (lines.count, min(used, width)) }
        lines.append(line)
        return (lines, place.row, place.column)
    }
}
