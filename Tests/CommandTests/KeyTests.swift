import CallboxTerminal
import Testing

@Suite("Keys")
struct KeyTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.keys(of: text.utf8)
    }

    @Test(
        "What terminals send is the key that was pressed",
        arguments: [
            ("a", [.text("a")]), ("é日👍", [.text("é"), .text("日"), .text("👍")]), ("\r", [.enter]), ("\n", [.newline]),
            ("\u{1B}\r", [.newline]), ("\u{1B}[13;2u", [.newline]), ("\u{1B}[27;5;13~", [.newline]),
            ("\u{7F}", [.backspace]),
            ("\u{1B}[A\u{1B}OB\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
            ("\u{1B}[1;5C\u{1B}[1;3D\u{1B}b\u{1B}f", [.wordRight, .wordLeft, .wordLeft, .wordRight]),
            ("\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}OH\u{1B}[7~", [.home, .end, .home, .end, .home, .home]),
            ("\u{1B}[3~\u{1}\u{5}\u{B}\u{15}\u{17}", [.delete, .home, .end, .killAfter, .killBefore, .killWord]),
            ("\u{3}\u{4}\u{C}\u{1A}", [.interrupt, .endOfInput, .redraw, .stop]),
        ] as [(String, [Key])])
    func known(sent: String, expected: [Key]) { #expect(keys(sent) == expected) }

    @Test("What is not known is passed over, and nothing of it becomes text")
    func unknown() {
        for sent in [
            "\u{1B}[24~", "\u{1B}[?1;2c", "\u{1B}]10;rgb:ffff/0000/0000\u{7}", "\u{1B}]0;x\u{1B}\\",
            "\u{1B}P1$r0m\u{1B}\\",
            "\u{1B}[200", "\u{1B}[[A", "\u{1B}[M", "\u{0}\u{2}\u{6}\u{7}", "\u{9B}", "\u{85}",
        ] {
            let text = keys(sent).filter { if case .text = $0 { true } else { false } }
            #expect(text == [], "\(sent.debugDescription)")
        }
    }

    @Test("Escape waits for what follows, however late: Escape and then Enter never sends")
    func patience() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(of: [0x1B]) == [])
        #expect(decoder.keys(of: [0x0D]) == [.newline])
    }

    @Test("What is pasted is one thing, whatever is in it, and however it is cut on the way")
    func pasting() {
        let pasted = "one\r\u{1B}[31mtwo\u{3}\u{1B}[20\nend"
        let sent = Array("\u{1B}[200~\(pasted)\u{1B}[201~x".utf8)
        for size in 1...9 {
            var decoder = KeyDecoder()
            var found: [Key] = []
            for start in stride(from: 0, to: sent.count, by: size) {
                found += decoder.keys(of: sent[start..<min(start + size, sent.count)])
            }
            #expect(found == [.paste(pasted), .text("x")])
        }
    }

    @Test("A paste without end takes no more memory than it may")
    func endless() {
        var decoder = KeyDecoder()
        _ = decoder.keys(of: "\u{1B}[200~".utf8)
        _ = decoder.keys(of: [UInt8](repeating: 0x61, count: KeyDecoder.pasteLimit * 2))
        guard case .paste(let text) = decoder.keys(of: "\u{1B}[201~".utf8).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == KeyDecoder.pasteLimit)
    }

    @Test("Broken UTF-8 is no letter, and the next key counts")
    func broken() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(of: [0xC3, 0x61, 0xFF, 0x80, 0xE2, 0x82, 0x0D]) == [.text("a"), .enter])
        #expect(decoder.keys(of: [0xC2, 0x9B]) == [])
        #expect(decoder.keys(of: [0xED, 0xA0, 0x80, 0x62]) == [.text("b")])
    }
}
