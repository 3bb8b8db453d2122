import CallboxTerminal
import Testing

@Suite("Text from others")
struct InertTests {
    /// Every code point that acts on a terminal, turns text around, or does not show.
    static let dangerous: [Unicode.Scalar] = {
        let ranges: [ClosedRange<UInt32>] = [
            0x00...0x1F, 0x7F...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x115F...0x1160, 0x17B4...0x17B5,
            0x180B...0x180F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x2800...0x2800, 0x3164...0x3164,
            0xFE00...0xFE0D, 0xFEFF...0xFEFF, 0xFFA0...0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3,
            0x1D173...0x1D17A, 0xE000...0xF8FF, 0xE0000...0xE0FFF, 0xF0000...0xF00FF, 0x10FFF0...0x10FFFF,
        ]
        return ranges.flatMap { $0.compactMap { Unicode.Scalar($0) } }
    }()

    /// Kept out of loops over many: a thousand expectations a second are too few.
    private func failures(_ isGood: (Unicode.Scalar) -> Bool) -> [String] {
        Self.dangerous.filter { !isGood($0) }.map { String($0.value, radix: 16) }
    }

    @Test("Nothing dangerous is left of a name, whatever stands around it, and something is seen in its place")
    func names() {
        for (before, after) in [("", ""), ("a", "b"), ("[", "31m"), ("é", "é"), ("~", "2")] {
            let found = failures { scalar in
                let shown = Inert.line(before + String(scalar) + after)
                return !shown.unicodeScalars.contains(scalar) && shown.unicodeScalars.allSatisfy(Inert.isHarmless)
                    && Columns.count(shown) > Columns.count(before) + Columns.count(after)
            }
            #expect(found == [], "between \(before) and \(after)")
        }
    }

    @Test("Nothing dangerous is left of a message but its line ends")
    func passages() {
        for (before, after) in [("", ""), ("a", "b"), ("\n", "\n"), ("]0;", "\u{7}"), ("\u{1B}", "c"), ("\u{9B}", "m")]
        {
            let found = failures { scalar in
                let shown = Inert.passage(before + String(scalar) + after).unicodeScalars
                return shown.allSatisfy { $0 == "\n" || Inert.isHarmless($0) }
                    && (scalar == "\n" || !shown.contains(scalar))
            }
            #expect(found == [], "between \(before) and \(after)")
        }
    }

    @Test("No code point at all comes through as a control, after a letter")
    func everything() {
        var found: [UInt32] = []
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            if !Inert.line("a" + String(scalar)).unicodeScalars.allSatisfy(Inert.isHarmless) { found.append(value) }
        }
        #expect(found == [])
    }

    @Test(
        "What is put in says what was there",
        arguments: [
            ("a\u{202E}b", "a‹U+202E›b"), ("\u{1B}[31m", "‹U+001B›[31m"), ("a\r\nb", "a‹U+000D›‹U+000A›b"),
            ("a\tb", "a b"), ("\u{E0041}", "‹U+E0041›"), ("a\u{A0}\u{2003}b", "a  b"), ("O\u{200B}K", "O‹U+200B›K"),
            ("\u{301}x", "\u{25CC}\u{301}x"),
        ])
    func substitutes(text: String, expected: String) {
        #expect(Array(Inert.line(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("A message keeps its lines, and its tabs become spaces up to the next fourth column")
    func lines() {
        #expect(Inert.passage("a\r\n\tb\nab\tc\rd") == "a\n    b\nab  c‹U+000D›d")
    }

    @Test("Marks do not pile up, nor climb on what stands before the text")
    func marks() {
        let flood = "e" + String(repeating: "\u{301}", count: 500) + "x"
        let kept = "e" + String(repeating: "\u{301}", count: 4) + "‹…›x"
        #expect(Array(Inert.line(flood).unicodeScalars) == Array(kept.unicodeScalars))
        #expect(Inert.passage("a\n\u{20DD}").unicodeScalars.map(\.value) == [0x61, 0x0A, 0x25CC, 0x20DD])
    }

    @Test("What people write every day is left as it is")
    func ordinary() {
        for text in ["¿Cómo estás, José?", "Łódź", "עברית", "日本語", "👍🏽", "👨‍👩‍👧", "na\u{EF}ve “quotes”, 10 €"] {
            #expect(Inert.line(text) == text)
            #expect(Inert.passage(text) == text)
        }
        // A joiner that Persian cannot be written without stays in a message, not in a name.
        #expect(Inert.passage("می\u{200C}خواهم") == "می\u{200C}خواهم")
        #expect(Inert.line("می\u{200C}خواهم") == "می‹U+200C›خواهم")
        #expect(Inert.line("❤\u{FE0F}!") == "❤!")
    }

    @Test("A name that is too long is cut where it is, and says so")
    func cut() {
        #expect(Inert.line("Sergeant", columns: 8) == "Sergeant")
        #expect(Inert.line("Sergeants", columns: 8) == "Sergean…")
        #expect(Inert.line("日本語日本語", columns: 6) == "日本…")
        #expect(Columns.count(Inert.line(String(repeating: "a", count: 1_000_000), columns: 20)) == 20)
        #expect(Columns.count(Inert.line(String(repeating: "\u{202E}", count: 100), columns: 20)) <= 20)
    }
}
