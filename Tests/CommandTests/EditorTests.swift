import CallboxTerminal
import Testing

@Suite("The message being written")
struct EditorTests {
    private func editor(_ keys: [Key]) -> InputEditor {
        var editor = InputEditor()
        for key in keys { _ = editor.press(key) }
        return editor
    }

    private func typed(_ text: String) -> [Key] { text.map { .text(String($0)) } }

    @Test("Enter gives what was written and leaves nothing behind")
    func sending() {
        var editor = editor(typed("Hello"))
        #expect(editor.press(.enter) == .submitted("Hello"))
        #expect(editor.string == "" && editor.cursor == 0)
        #expect(editor.press(.enter) == .edited)
        _ = editor.press(.text(" "))
        #expect(editor.press(.enter) == .edited)
    }

    @Test("A backslash at the end, and every key for a new line, go on in the same message")
    func lines() {
        var editor = editor(typed("a\\") + [.enter] + typed("b") + [.newline] + typed("c"))
        #expect(editor.press(.enter) == .submitted("a\nb\nc"))
    }

    @Test("What is pasted keeps its lines, loses its controls, and sends nothing")
    func pasting() {
        let editor = editor(typed("xy") + [.left, .paste("1\r\n2\r3\t\u{1B}[31m\u{7}\u{9B}")])
        #expect(editor.string == "x1\n2\n3    [31my")
        #expect(editor.cursor == editor.text.count - 1)
    }

    @Test("The cursor goes by letters, words and lines")
    func moving() {
        let text = typed("one two") + [.newline] + typed("three")
        #expect(editor(text + [.left, .left]).cursor == 11)
        #expect(editor(text + [.home]).cursor == 8)
        #expect(editor(text + [.up]).cursor == 5)
        #expect(editor(text + [.up, .up]).cursor == 0)
        #expect(editor(text + [.up, .end]).cursor == 7)
        #expect(editor(text + [.up, .home, .wordRight]).cursor == 3)
        #expect(editor(text + [.up, .home, .down]).cursor == 8)
        #expect(editor(text + [.wordLeft, .wordLeft, .wordLeft]).cursor == 0)
        #expect(editor(text + [.right, .right]).cursor == 13)
    }

    @Test("Keys take away what they say")
    func removing() {
        let text = typed("one two") + [.newline] + typed("three four")
        #expect(editor(text + [.killWord]).string == "one two\nthree ")
        #expect(editor(text + [.killBefore]).string == "one two\n")
        #expect(editor(text + [.up, .home, .right, .killAfter]).string == "o\nthree four")
        #expect(editor(text + [.up, .killAfter]).string == "one twothree four")
        #expect(editor(text + [.up, .home, .killAfter]).string == "\nthree four")
        #expect(editor(text + [.up, .home, .killAfter, .killAfter]).string == "three four")
        #expect(editor(text + [.home, .backspace]).string == "one twothree four")
        #expect(editor(text + [.home, .delete]).string == "one two\nhree four")
        #expect(editor([.backspace, .delete, .killWord, .killAfter, .killBefore]).string == "")
    }

    @Test("A letter of several code points is one letter")
    func letters() {
        #expect(editor([.text("e"), .text("\u{301}")]).text == ["é"])
        #expect(editor([.text("e"), .text("\u{301}"), .backspace]).string == "")
        #expect(editor(typed("ab") + [.left, .text("\u{301}")]).cursor == 1)
    }

    @Test("Ctrl-D leaves only when nothing is written, Ctrl-C always")
    func leaving() {
        var editor = editor(typed("ab") + [.left])
        #expect(editor.press(.endOfInput) == .edited)
        #expect(editor.string == "a")
        #expect(editor.press(.interrupt) == .leave)
        _ = editor.press(.backspace)
        #expect(editor.press(.endOfInput) == .leave)
    }

    @Test("More than the limit is not taken, and nothing that is there is lost")
    func limits() {
        var editor = InputEditor(limit: 4)
        #expect(editor.press(.paste("abc")) == .edited)
        #expect(editor.press(.text("é")) == .tooLong)
        #expect(editor.press(.text("d")) == .edited)
        #expect(editor.press(.newline) == .tooLong)
        #expect(editor.string == "abcd")
    }
}
