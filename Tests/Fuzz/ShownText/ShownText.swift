import CallboxTerminal
import Fuzzing

/// Words of others on their way to a terminal: nothing that acts on it comes through, and no line is longer than its columns.
@main
struct ShownTextTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let columns = 8 + Int(rest.choice() & 127)
        let line = Inert.line(rest.text)
        precondition(isInert(line), "a line that acts on a terminal")
        let short = Inert.line(rest.text, columns: columns)
        precondition(isInert(short), "a short line that acts on a terminal")
        precondition(Columns.count(short) <= columns, "a line that is longer than was asked for")
        let passage = Inert.passage(rest.text)
        precondition(
            passage.unicodeScalars.split(separator: "\n").allSatisfy { isInert(String($0)) },
            "a passage that acts on a terminal")
        _ = Wrapping.lines(passage, columns: columns)
        // Behind a letter: what is set in keeps its blanks, however narrow the screen.
        for line in Wrapping.lines("x" + line, columns: columns) {
            precondition(Columns.count(line) <= columns, "a line that is longer than the screen is wide")
        }
    }

    /// Harmless wherever it stands, or a joiner that stands between two letters.
    private static func isInert(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.allSatisfy { index in
            let isJoiner = scalars[index] == "\u{200D}" || scalars[index] == "\u{200C}"
            return Inert.isHarmless(scalars[index]) || isJoiner && index > 0 && index + 1 < scalars.count
        }
    }
}
