internal import CallboxTerminal

/// JSON that does nothing to a terminal.
enum JSONText {
    /// The same JSON, in which every code point that a terminal would act on or hide is written as `\u…`. Outside of its strings JSON has none.
    static func inert(_ json: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if scalar == "\n" || Inert.isHarmless(scalar) {
                text.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text.append(
                        contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
                }
            }
        }
        return String(text)
    }
}
