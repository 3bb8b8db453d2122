/// The message that a person is writing: text, a cursor in it, and what each key does to them. Nothing that was sent stays in it, and there is no history.
package struct InputEditor: Equatable, Sendable {
    /// What a key came to, for whoever owns the editor.
    package enum Outcome: Equatable, Sendable {
        /// Only the text or the cursor changed, or nothing.
        case edited
        /// What was typed or pasted is not taken: the message would be longer than the limit.
        case tooLong
        /// The person wants this sent; the editor is empty.
        case submitted(String)
        /// Ctrl-C, or Ctrl-D with nothing written.
        case leave
        /// The screen is to be drawn anew.
        case redraw
        /// The process is to be stopped (Ctrl-Z).
        case stop
    }

    /// What is written, letter by letter; lines are separated by a line end.
    package private(set) var text: [Character] = []
    /// Before which letter the cursor stands.
    package private(set) var cursor = 0
    /// The most bytes that are taken.
    package let limit: Int

    /// An empty one.
    package init(limit: Int = 64 * 1024) { self.limit = limit }

    /// What is written.
    package var string: String { String(text) }

    /// Takes a key.
    package mutating func press(_ key: Key) -> Outcome {
        switch key {
        case .text(let text), .paste(let text): return insert(text) ? .edited : .tooLong
        case .tab: return insert("    ") ? .edited : .tooLong
        case .newline: return insert("\n") ? .edited : .tooLong
        case .enter: return enter()
        case .backspace: if cursor > 0 { remove(cursor - 1..<cursor) }
        case .delete: remove(cursor..<min(cursor + 1, text.count))
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(text.count, cursor + 1)
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .home: cursor = lineStart(of: cursor)
        case .end: cursor = lineEnd(of: cursor)
        case .up: moveLine(up: true)
        case .down: moveLine(up: false)
        case .killBefore: remove(lineStart(of: cursor)..<cursor)
        case .killAfter:
            // At the end of a line, the line end itself: pressed again and again, it takes everything.
            let end = lineEnd(of: cursor)
            remove(cursor..<(end == cursor ? min(cursor + 1, text.count) : end))
        case .killWord: remove(wordStart..<cursor)
        case .interrupt: return .leave
        case .endOfInput: if text.isEmpty { return .leave } else { remove(cursor..<min(cursor + 1, text.count)) }
        case .redraw: return .redraw
        case .stop: return .stop
        }
        return .edited
    }

    /// Puts a text back that could not be sent.
    package mutating func restore(_ string: String) {
        text = []
        cursor = 0
        _ = insert(string)
    }

    private mutating func enter() -> Outcome {
        // As in a shell: a line that ends with a backslash goes on.
        if cursor == text.count, text.last == "\\" {
            text[text.count - 1] = "\n"
            return .edited
        }
        let written = string
        guard !written.allSatisfy(\.isWhitespace) else { return .edited }
        text = []
        cursor = 0
        return .submitted(written)
    }

    /// Inserts text: of controls only line ends, tabs as spaces. Letters are counted anew where it joins, so that a mark lands on the letter before it.
    private mutating func insert(_ string: String) -> Bool {
        var cleaned = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\r": cleaned.append("\n")
            case "\n": if last != "\r" { cleaned.append("\n") }
            case "\t": cleaned.append(contentsOf: "    ".unicodeScalars)
            default: if scalar.properties.generalCategory != .control { cleaned.append(scalar) }
            }
            last = scalar
        }
        let before = String(text[..<cursor]) + String(cleaned)
        let after = String(text[cursor...])
        guard before.utf8.count + after.utf8.count <= limit else { return false }
        text = Array(before + after)
        // Where the two join, a letter may have grown over the seam: the cursor stands behind it.
        var taken = 0
        cursor = 0
        while cursor < text.count, taken < before.utf8.count {
            taken += text[cursor].utf8.count
            cursor += 1
        }
        return true
    }

    private mutating func remove(_ range: Range<Int>) {
        text.removeSubrange(range)
        cursor = range.lowerBound
    }

    private func lineStart(of position: Int) -> Int { (text[..<position].lastIndex(of: "\n") ?? -1) + 1 }
    private func lineEnd(of position: Int) -> Int { text[position...].firstIndex(of: "\n") ?? text.count }

    private var wordStart: Int {
        var position = cursor
        while position > 0, text[position - 1].isWhitespace { position -= 1 }
        while position > 0, !text[position - 1].isWhitespace { position -= 1 }
        return position
    }

    private var wordEnd: Int {
        var position = cursor
        while position < text.count, text[position].isWhitespace { position += 1 }
        while position < text.count, !text[position].isWhitespace { position += 1 }
        return position
    }

    private mutating func moveLine(up: Bool) {
        let start = lineStart(of: cursor)
        let column = cursor - start
        if up {
            guard start > 0 else { return cursor = 0 }
            cursor = min(lineStart(of: start - 1) + column, start - 1)
        } else {
            let end = lineEnd(of: cursor)
            guard end < text.count else { return cursor = end }
            cursor = min(end + 1 + column, lineEnd(of: end + 1))
        }
    }
}
