internal import CallboxClient
internal import CallboxTerminal

/// One message, written at the terminal.
enum Compose {
    /// With all keys of `chat`. nil: the person left with nothing written.
    static func text(_ prompt: String) async throws -> String? {
        let device = Terminal.device
        Terminal.show("\(prompt). Enter sends, Alt-Enter begins a new line, Ctrl-C sends nothing.")
        var written: String?
        var hasLeft = false
        _ = try await device.live(isPlain: false) { live in
            var decoder = KeyDecoder()
            var content = LiveArea.Content(status: [], prompt: "> ", editor: InputEditor())
            var area = LiveArea(columns: device.columns, rows: device.rows, content: content)
            device.write(area.draw(content), to: .person)
            events: for await event in live.events {
                switch event {
                case .gone: break events
                case .changed: device.write(area.resize(columns: device.columns, rows: device.rows), to: .person)
                case .typed(let bytes):
                    for key in decoder.keys(of: bytes) {
                        switch content.editor.press(key) {
                        case .submitted(let text):
                            written = text
                            break events
                        case .leave:
                            hasLeft = true
                            break events
                        case .redraw: device.write(area.drawnOnClearScreen(), to: .person)
                        case .stop: live.stop()
                        case .tooLong: device.write("\u{7}", to: .person)
                        case .edited: break
                        }
                    }
                    device.write(area.draw(content), to: .person)
                }
            }
            device.write(area.removed(), to: .person)
        }
        if hasLeft { throw CancellationError() }
        if let written { Terminal.show(Terminal.quote(written)) }
        return written
    }

    /// Line by line, where nothing may be drawn anew.
    static func plainText(_ prompt: String) throws -> String? {
        Terminal.show(
            "\(prompt). Finish with a line that has only a full stop in it, or with Ctrl-D. Ctrl-C sends nothing.")
        var lines: [String] = []
        while let line = try Terminal.device.readLine(asking: "", isShown: true), line != "." { lines.append(line) }
        let text = lines.joined(separator: "\n")
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }
}
