import CallboxTerminal
import CallboxTesting
import Testing

@Suite("The lines at the bottom of a chat")
struct LiveAreaTests {
    private func content(_ text: String, status: [String] = ["-- Dana Reyes · connected"]) -> LiveArea.Content {
        var editor = InputEditor()
        editor.restore(text)
        return LiveArea.Content(status: status, prompt: "> ", editor: editor)
    }

    @Test("What is printed stays above, the message below, and the cursor is in it")
    func printing() {
        var area = LiveArea(columns: 30, rows: 10, content: content(""))
        var screen = PaperScreen(columns: 30, rows: 10)
        screen.write(area.draw(content("half a")))
        screen.write(area.print(["Dana: I am here."], content("half a")))
        screen.write(area.draw(content("half a message")))
        #expect(screen.text == ["Dana: I am here.", "-- Dana Reyes · connected", "> half a message"])
        #expect((screen.row, screen.column) == (2, 16))
        screen.write(area.removed())
        #expect(screen.text == ["Dana: I am here.", ""])
        #expect(screen.faults == [])
    }

    @Test("A long message wraps by itself, and of a very long one the lines around the cursor are shown")
    func wrapping() {
        var area = LiveArea(columns: 12, rows: 8, content: content(""))
        var screen = PaperScreen(columns: 12, rows: 8)
        screen.write(area.draw(content("abcdefghijklmnop日本語", status: ["--"])))
        let lines = ["--", "> abcdefghi", "  jklmnop日", "  本語"]
        #expect(screen.text == lines)
        let long = content((1...40).map { "line \($0)" }.joined(separator: "\n"), status: ["--"])
        screen.write(area.draw(long))
        #expect(screen.text.count <= 8)
        #expect(screen.text.last == "  line 40")
        #expect(screen.faults == [])
    }

    @Test("Nothing that is written comes to the terminal but as text")
    func inert() {
        var area = LiveArea(columns: 60, rows: 8, content: content(""))
        var screen = PaperScreen(columns: 60, rows: 8)
        screen.write(area.draw(content("a\u{202E}b", status: ["--"])))
        #expect(screen.text.last == "> a‹U+202E›b")
    }

    @Test("Whatever is typed, printed and resized, no line is lost, doubled or drawn over")
    func anything() {
        for seed in 0..<60 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            func below(_ bound: Int) -> Int { random.bytes(2).reduce(0) { $0 << 8 | Int($1) } % bound }
            var (columns, rows) = (20 + below(60), 6 + below(20))
            var content = content("")
            var area = LiveArea(columns: columns, rows: rows, content: content)
            var screen = PaperScreen(columns: columns, rows: rows)
            var printed: [String] = []
            screen.write(area.draw(content))
            for step in 0..<120 {
                switch below(8) {
                case 0:
                    let line = String("\(step) ".prefix(columns - 1))
                    printed.append(line.filter { $0 != " " })
                    screen.write(area.print([line], content))
                case 1: screen.write(area.draw(content))
                case 2:
                    // Never narrower: what stands there is then cut by some terminals and filled anew by others.
                    columns += below(10)
                    rows = max(6, rows + below(5))
                    screen.resize(columns: columns, rows: rows)
                    screen.write(area.resize(columns: columns, rows: rows))
                default:
                    let keys: [Key] = [
                        .text("x"), .text("日"), .paste("a b\nc"), .newline, .left, .up, .home, .backspace, .killWord,
                        .end,
                    ]
                    _ = content.editor.press(keys[below(keys.count)])
                    screen.write(area.draw(content))
                }
            }
            #expect(screen.faults == [], "seed \(seed)")
            let above = screen.text.prefix { !$0.hasPrefix("--") }
            #expect(Array(above) == printed, "seed \(seed)")
        }
    }
}
