/// Text that somebody else wrote, made so that a terminal does nothing but show it, and so that nothing in it is hidden.
///
/// What would act on the screen (C0, DEL, C1 and with them every escape sequence), turn the direction of text, join or hide letters, or show as
/// nothing at all is put in as a visible `‹U+202E›`. Marks that pile up are cut. Spaces of other widths become ordinary ones. What is left is printable, and its
/// order on the screen is its order in memory, but for letters that are written from right to left by themselves.
package enum Inert {
    /// How many combining marks stand on one letter.
    static let marksPerLetter = 4

    /// A name, a title, the beginning of a message: on one line. A line end is shown as `‹U+000A›`, a tab is a space.
    package static func line(_ text: String) -> String { inert(text, isPassage: false) }

    /// As `line`, cut so that it takes at most that many columns.
    package static func line(_ text: String, columns: Int) -> String {
        // A name of a megabyte is looked at no further than it is shown.
        let shown = line(String(String.UnicodeScalarView(text.unicodeScalars.prefix(columns * 8))))
        guard Columns.count(shown) > columns || text.unicodeScalars.count > columns * 8 else { return shown }
        return Columns.prefix(of: shown, columns: max(0, columns - 1)) + "…"
    }

    /// A message: line ends stay, tabs are expanded to every fourth column.
    package static func passage(_ text: String) -> String { inert(text, isPassage: true) }

    /// Whether a code point may go to a terminal as it is, wherever it stands.
    package static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value >= 0x20 }
        // An empty cell of Braille shows as nothing.
        guard scalar.value != 0x2800, !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    private static func inert(_ text: String, isPassage: Bool) -> String {
        let scalars = Array(text.unicodeScalars)
        var shown = String.UnicodeScalarView()
        var column = 0, marks = 0
        for (index, scalar) in scalars.enumerated() {
            if isMark(scalar), isHarmless(scalar) {
                marks += 1
                // A mark with nothing to stand on would stand on what we wrote before it.
                if marks == 1, column == 0 { shown.append("\u{25CC}") }
                if marks <= marksPerLetter { shown.append(scalar) }
                if marks == marksPerLetter + 1 { shown.append(contentsOf: "‹…›".unicodeScalars) }
                column += 1
                continue
            }
            if isVariation(scalar), index > 0, scalars[index - 1].properties.isEmoji { continue }
            marks = 0
            switch scalar {
            case "\n" where isPassage:
                shown.append(scalar)
                column = 0
                continue
            case "\r" where isPassage && index + 1 < scalars.count && scalars[index + 1] == "\n": continue
            case "\t":
                let count = isPassage ? 4 - column % 4 : 1
                shown.append(contentsOf: repeatElement(" ", count: count))
                column += count
                continue
            default: break
            }
            if isHarmless(scalar) || joins(scalars, index, isPassage: isPassage) {
                shown.append(scalar)
            } else if scalar.properties.generalCategory == .spaceSeparator {
                shown.append(" ")
            } else {
                shown.append(contentsOf: substitute(scalar).unicodeScalars)
            }
            column += 1
        }
        return String(shown)
    }

    /// `‹U+202E›`
    private static func substitute(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "‹U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "›"
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }

    /// Asks for the colourful or the plain form of an emoji. Left out: how wide the result is, terminals do not agree on.
    private static func isVariation(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{FE0E}" || scalar == "\u{FE0F}" }

    /// Whether this is a joiner that does nothing but its work: between two emoji, or, in a message, between two letters of a script from Arabic to
    /// Sinhala, which cannot be written without it.
    private static func joins(_ scalars: [Unicode.Scalar], _ index: Int, isPassage: Bool) -> Bool {
        guard scalars[index] == "\u{200D}" || scalars[index] == "\u{200C}", index > 0, index + 1 < scalars.count else {
            return false
        }
        var before = scalars[index - 1]
        if isVariation(before), index > 1 { before = scalars[index - 2] }
        let after = scalars[index + 1]
        if scalars[index] == "\u{200D}", isPicture(before), isPicture(after) { return true }
        return isPassage && isJoinedScript(before) && isJoinedScript(after)
    }

    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x2000 && scalar.properties.isEmoji
    }

    private static func isJoinedScript(_ scalar: Unicode.Scalar) -> Bool {
        (0x0620...0x0DFF).contains(scalar.value) && (scalar.properties.isAlphabetic || isMark(scalar))
            && isHarmless(scalar)
    }
}
