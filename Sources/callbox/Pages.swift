internal import CallboxClient
internal import CallboxTerminal

/// Texts that are to be read to their end.
extension Terminal {
    /// Shows a text; page by page where it is longer than an interactive terminal is high, so that its beginning does not run out of sight. Ctrl-D shows the rest at once.
    static func page(_ text: String, to destination: Destination) {
        var rest = Wrapping.lines(text, columns: min(max(device.columns, 20), 100))[...]
        if device.canRedraw {
            // One line is for the question, and one of the page before stays in sight.
            let room = max(device.rows - 2, 4)
            while rest.count > room {
                write(rest.prefix(room), to: .person)
                rest = rest.dropFirst(room)
                let more = rest.count == 1 ? "1 more line" : "\(rest.count) more lines"
                let answer = try? device.readLine(asking: "-- \(more). Enter goes on: ", isShown: true)
                device.write("\u{1B}[1A\r\u{1B}[J", to: .person)
                if answer == nil { break }
            }
        }
        write(rest, to: destination)
    }

    private static func write(_ lines: ArraySlice<String>, to destination: Destination) {
        device.write(lines.map { $0 + "\n" }.joined(), to: destination)
    }
}
