import CallboxTerminal
import Fuzzing

/// What comes from a keyboard, or is pasted: read as keys, and put into the line that is being written.
@main
struct TypedKeysTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let columns = 10 + Int(rest.choice() & 127)
        let cut = Int(rest.choice())
        var decoder = KeyDecoder()
        var editor = InputEditor(limit: 64)
        let keys = decoder.keys(of: rest.prefix(cut)) + decoder.keys(of: rest.dropFirst(cut))
        var area = LiveArea(
            columns: columns, rows: 10, content: LiveArea.Content(status: [], prompt: "> ", editor: editor))
        for key in keys {
            _ = editor.press(key)
            precondition(editor.cursor >= 0 && editor.cursor <= editor.text.count, "a cursor that stands nowhere")
            precondition(editor.string.utf8.count <= 64, "a line that is longer than its limit")
            _ = area.draw(LiveArea.Content(status: [Inert.line(editor.string)], prompt: "> ", editor: editor))
        }
        // However the bytes are cut, they are the same keys.
        var whole = KeyDecoder()
        precondition(whole.keys(of: rest) == keys, "other keys when the bytes come in two pieces")
        _ = area.resize(columns: columns / 2 + 1, rows: 3)
    }
}
