/// How many columns of a terminal inert text takes.
package enum Columns {
    /// The columns of one letter as it is shown: 0, 1 or 2.
    package static func count(_ character: Character) -> Int {
        var widest = 0
        for scalar in character.unicodeScalars {
            if scalar == "\u{FE0F}" { return 2 }
            widest = max(widest, count(scalar))
        }
        return widest
    }

    /// The columns of a line.
    package static func count(_ line: some StringProtocol) -> Int { line.reduce(0) { $0 + count($1) } }

    /// As much of the beginning of a line as fits.
    package static func prefix(of line: some StringProtocol, columns: Int) -> String {
        var taken = 0
        return String(
            line.prefix { character in
                taken += count(character)
                return taken <= columns
            })
    }

    private static func count(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return scalar.properties.isEmojiPresentation || wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// What UAX 11 calls wide or full-width, in whole blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18AFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
