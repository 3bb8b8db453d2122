import CallboxTerminal
import Testing

@Suite("Lines and days")
struct WrappingTests {
    @Test(
        "Lines break between words, and what they begin with goes on below",
        arguments: [
            ("one two three", ["one two", "three"]), ("  | one two three", ["  | one two", "  | three"]),
            ("- one two three", ["- one two", "  three"]), ("  one two three", ["  one two", "  three"]),
            ("abcdefghijklmnop", ["abcdefghij", "klmnop"]), ("a\n\nb", ["a", "", "b"]),
            ("  | | a b c d", ["  | | a b c", "  | d"]),
            ("日本語日本語", ["日本語日本", "語"]), (Wrapping.hung("a b c d e f g"), ["a b c d e", "    f g"]),
            (Wrapping.hung("short"), ["short"]),
        ])
    func wrap(text: String, expected: [String]) { #expect(Wrapping.lines(text, columns: 10) == expected) }

    @Test("No line is longer than there is room, and no letter is lost")
    func room() {
        let text =
            "It was a long night, and the fourth call of its kind in a week; Aufmerksamkeitsverschiebung, 日本語, and so on."
        for columns in 9...120 {
            let lines = Wrapping.lines(text, columns: columns)
            #expect(lines.allSatisfy { Columns.count($0) <= columns })
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }

    @Test("Hours are told as people tell them, and never closer than they are known")
    func hours() {
        let when = When(now: 1_800_040_800)
        #expect(when.hour(500_011) == "today, 7 pm")
        #expect(when.hour(500_011 - 24) == "yesterday, 7 pm")
        #expect(when.hour(500_011 + 24) == "tomorrow, 7 pm")
        #expect(when.hour(500_011 - 7 - 48) == "Jan 13, noon")
        #expect(when.hour(500_011 - 24 * 30 + 5) == "Dec 17, 2026, midnight")
        #expect(when.hour(.max).isEmpty == false)
        #expect(when.hour(.min) == "Jan 1, 1970, midnight")
        #expect(When.date(20_833) == "2027-01-15")
        #expect(When.date(11_016) == "2000-02-29")
        #expect(When(now: 1_800_040_800) { _ in -5 * 3600 }.hour(500_011) == "today, 2 pm")
    }
}
