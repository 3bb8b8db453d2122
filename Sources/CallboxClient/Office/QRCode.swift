internal import CQRCode

/// A text as a QR code (ISO/IEC 18004), in Unicode half blocks: two rows of modules to a line, one column to a module, four empty modules around it.
public struct QRCode: Equatable, Sendable {
    /// What is drawn where ink or light is.
    public enum Ink: Sendable {
        /// The dark modules: for paper, and for dark letters on a light screen.
        case dark
        /// The light modules: for light letters on a dark screen.
        case light
    }

    /// The modules in a row.
    let width: Int
    private let dark: [Bool]

    /// The empty modules on each side.
    private static let quiet = 4

    /// The code of a text of 1 to 1,024 bytes, at the second level of error correction (15 %), or at the first (7 %) if it is wider than `columns` else; nil when it
    /// is wider even so.
    init?(_ text: String, columns: Int) {
        let bytes = Array(text.utf8)
        let drawing = Drawing()
        guard !bytes.isEmpty, bytes.allSatisfy({ qr_put(drawing.number, $0) == 0 }) else { return nil }
        for level: Int32 in [1, 0] {
            let width = Int(qr_draw(drawing.number, level))
            guard width > 0, width + 2 * Self.quiet <= columns else { continue }
            self.width = width
            dark = (0..<width * width).map { qr_is_dark(drawing.number, Int32($0 / width), Int32($0 % width)) == 1 }
            return
        }
        return nil
    }

    /// The lines. Each is as wide as the code with the empty modules around it.
    public func lines(ink: Ink) -> [String] {
        let edge = width + Self.quiet
        return stride(from: -Self.quiet, to: edge, by: 2).map { row in
            String(
                (-Self.quiet..<edge).map { column -> Character in
                    let upper = isDark(row, column) == (ink == .dark)
                    let lower = row + 1 < edge ? isDark(row + 1, column) == (ink == .dark) : false
                    return upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ")
                })
        }
    }

    private func isDark(_ row: Int, _ column: Int) -> Bool {
        (0..<width).contains(row) && (0..<width).contains(column) && dark[row * width + column]
    }
}

/// A drawing of the C half, freed at its end.
private struct Drawing: ~Copyable {
    let number = qr_begin()
    deinit { qr_end(number) }
}
