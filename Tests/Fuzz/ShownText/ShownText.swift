import CallboxTerminal
import Fuzzing

/// Words of others on their way to a terminal: nothing that acts on it comes through, and no line is longer than its columns.
@main
struct ShownTextTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let columns = 8 + Int(rest.choice() & 127)
        let line = Inert.line(rest.text)
        precondition(line.unicodeScalars.allSatisfy(Inert.isHarmless), "a line that acts on a terminal")
        let short = Inert.line(rest.text, columns: columns)
        precondition(short.unicodeScalars.allSatisfy(Inert.isHarmless), "a short line that acts on a terminal")
        precondition(Columns.count(short) <= columns, "a line that is longer than was asked for")
        let passage = Inert.passage(rest.text)
        precondition(
            passage.unicodeScalars.allSatisfy { $0 == "\n" || Inert.isHarmless($0) },
            "a passage that acts on a terminal")
        _ = Wrapping.lines(passage, columns: columns)
        // Behind a letter: what is set in keeps its blanks, however narrow the screen.
        for line in Wrapping.lines("x" + line, columns: columns) {
            precondition(Columns.count(line) <= columns, "a line that is longer than the screen is wide")
        }
    }
}
