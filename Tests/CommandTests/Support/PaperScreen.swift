import CallboxTerminal

/// A terminal on paper: as much of one as `LiveArea` needs, and it refuses anything else. Lines that scroll out at the top are kept.
struct PaperScreen {
    private(set) var columns: Int, rows: Int
    /// All lines from the beginning, those that scrolled out first.
    private(set) var lines: [[Character]] = [[]]
    private(set) var row = 0, column = 0
    /// Whatever was written that this terminal does not know, and every letter that fell off the right edge.
    private(set) var faults: [String] = []

    init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

    /// The text of all lines, without spaces at their ends.
    var text: [String] {
        lines.map { line in
            var line = line[...]
            while line.last == " " { line.removeLast() }
            return String(line.filter { $0 != "\u{0}" })
        }
    }

    /// Another size, as terminals that do not fill lines anew have it.
    mutating func resize(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

    mutating func write(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\n":
                row += 1
                column = 0
                while lines.count <= row { lines.append([]) }
            case "\r": column = 0
            case "\u{1B}": escape(&rest)
            default: put(Character(scalar))
            }
        }
    }

    private mutating func put(_ character: Character) {
        let width = Columns.count(character)
        if width == 0 {
            if column > 0, column <= lines[row].count {
                let base = String(lines[row][column - 1]) + String(character)
                lines[row][column - 1] = base.first ?? " "
            }
            return
        }
        if column + width > columns { faults.append("beyond the edge: \(character)") }
        while lines[row].count < column + width { lines[row].append(" ") }
        lines[row][column] = character
        // The other half of a wide letter.
        if width == 2 { lines[row][column + 1] = "\u{0}" }
        column += width
    }

    private mutating func escape(_ rest: inout Substring.UnicodeScalarView) {
        guard rest.popFirst() == "[" else { return faults.append("escape") }
        var digits = ""
        while let scalar = rest.popFirst() {
            if scalar.properties.numericType != nil {
                digits.unicodeScalars.append(scalar)
                continue
            }
            let number = Int(digits) ?? 1
            switch scalar {
            case "A":
                let top = max(0, lines.count - rows)
                if row - number < top { faults.append("above the top") }
                row = max(top, row - number)
            case "C": column = min(columns - 1, column + number)
            case "J" where digits.isEmpty:
                lines[row] = Array(lines[row].prefix(column))
                lines.removeSubrange((row + 1)...)
            case "H": (row, column) = (max(0, lines.count - rows), 0)
            case "J" where digits == "2": lines = lines.prefix(max(0, lines.count - rows)) + [[]]
            default: faults.append("sequence \(digits)\(scalar)")
            }
            return
        }
    }
}
