/// Lines broken between words, so that a terminal does not break them inside one.
package enum Wrapping {
    /// Breaks every line of a text. What a line begins with is repeated, or left blank, below: spaces, one bar (`| `, before what others wrote), one
    /// dash (`- `, of a list).
    package static func wrap(_ text: String, columns: Int) -> String {
        lines(text, columns: columns).joined(separator: "\n")
    }

    /// The same as lines.
    package static func lines(_ text: String, columns: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrap(line: $0, columns: columns) }
    }

    /// A line of ours with a name or a few words of others in it: what does not fit stands further in, so that nothing of theirs begins a line and poses as one of
    /// ours.
    package static func hung(_ line: String) -> String { "\(mark)\(line)" }

    /// Inert text has no controls, so nobody else's line begins so.
    private static let mark: Character = "\u{1}"

    private static func wrap(line: Substring, columns: Int) -> [String] {
        if line.first == mark {
            let line = line.dropFirst()
            return wrap(line: line, columns: columns, further: "    ")
        }
        return wrap(line: line, columns: columns, further: "")
    }

    private static func wrap(line: Substring, columns: Int, further: String) -> [String] {
        guard Columns.count(line) > columns else { return [String(line)] }
        let first = leads(line).first
        let following = leads(line).following + further
        var room = columns - Columns.count(first)
        // On a screen that is no wider than the lead there is no good way; this one ends.
        if room < 8 { room = 8 }
        var lines: [String] = []
        var current = "", width = 0
        for word in words(line.dropFirst(first.count)) {
            let needed = Columns.count(word)
            let trimmed = Columns.count(word.drop { $0 == " " })
            if width + needed <= room {
                current += word
                width += needed
            } else if trimmed <= room {
                lines.append(current)
                room = max(8, columns - Columns.count(following))
                current = String(word.drop { $0 == " " })
                width = trimmed
            } else {
                // Longer than a line: an address, or somebody who leans on a key.
                for character in word {
                    let needed = Columns.count(character)
                    if width + needed > room {
                        lines.append(current)
                        room = max(8, columns - Columns.count(following))
                        (current, width) = ("", 0)
                    }
                    current.append(character)
                    width += needed
                }
            }
        }
        lines.append(current)
        return lines.enumerated().map { ($0 == 0 ? first : following) + $1 }
    }

    /// What a line begins with, and what stands in its place on the lines that follow.
    private static func leads(_ line: Substring) -> (first: String, following: String) {
        var first = String(line.prefix { $0 == " " })
        var following = first
        let rest = line.dropFirst(first.count)
        if rest.hasPrefix("| ") {
            first += "| "
            following += "| "
        } else if rest.hasPrefix("- ") {
            first += "- "
            following += "  "
        }
        return (first, following)
    }

    /// Words, each with the spaces before it.
    private static func words(_ line: Substring) -> [Substring] {
        var words: [Substring] = []
        var rest = line
        while !rest.isEmpty {
            let start = rest.firstIndex { $0 != " " } ?? rest.endIndex
            let end = rest[start...].firstIndex(of: " ") ?? rest.endIndex
            words.append(rest[..<end])
            rest = rest[end...]
        }
        return words
    }
}
