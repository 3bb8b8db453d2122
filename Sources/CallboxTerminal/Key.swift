/// What a person does at a keyboard.
package enum Key: Equatable, Sendable {
    /// A letter, or anything else that is text. Line ends and tabs come so only in what is pasted.
    case text(String)
    /// Text that was pasted.
    case paste(String)
    /// Sends.
    case enter
    /// A new line in the same message: Alt-Enter, Ctrl-J.
    case newline
    case backspace, delete, tab
    case left, right, up, down, wordLeft, wordRight
    /// The beginning and the end of the line.
    case home, end
    /// Away with everything before the cursor, after it, and the word before it.
    case killBefore, killAfter, killWord
    /// Ctrl-C, Ctrl-D, Ctrl-L, Ctrl-Z.
    case interrupt, endOfInput, redraw, stop
}

/// Makes keys of the bytes that a terminal sends: UTF-8, the escape sequences of the usual terminals, bracketed paste. Whatever it does not know is passed over;
/// nothing of it becomes text.
package struct KeyDecoder: Sendable {
    /// More than this many bytes are not pasted in one go.
    package static let pasteLimit = 256 * 1024

    private enum State {
        case ground
        /// After ESC. It waits for as long as it takes: Escape, then Enter, is a new line, and never sends half a message because a line was slow.
        case escape
        /// After `ESC [`.
        case sequence([UInt8])
        /// After `ESC O`.
        case single
        /// Inside of what a terminal sends as an answer (`ESC ]`, `ESC P`): up to BEL or ST.
        case answer(isEscaped: Bool)
        case letter([UInt8], count: Int)
        /// Inside of a paste; so many bytes of what ends it have come.
        case paste(matched: Int)
    }
    private var state = State.ground
    private var paste: [UInt8] = []

    /// At the beginning.
    package init() {}

    /// The keys that end with these bytes.
    package mutating func keys(of bytes: some Sequence<UInt8>) -> [Key] { bytes.flatMap { next($0) } }

    private mutating func next(_ byte: UInt8) -> [Key] {
        switch state {
        case .ground: return ground(byte)
        case .escape: return escape(byte)
        case .sequence(let before): return sequence(before, byte)
        case .single:
            state = .ground
            return [named(final: byte, numbers: [])].compactMap { $0 }
        case .answer(let isEscaped):
            let hasEnded = byte == 0x07 || byte == 0x9C || isEscaped && byte == UInt8(ascii: "\\")
            state = hasEnded ? .ground : .answer(isEscaped: byte == 0x1B)
            return []
        case .letter(let before, let count): return letter(before + [byte], count: count)
        case .paste(let matched): return pasted(byte, matched: matched)
        }
    }

    private mutating func pasted(_ byte: UInt8, matched: Int) -> [Key] {
        let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]
        let matched = byte == end[matched] ? matched + 1 : byte == end[0] ? 1 : 0
        // What is too much is let go: nobody pastes that on purpose.
        if paste.count < Self.pasteLimit || matched > 0 { paste.append(byte) }
        guard matched == end.count else {
            state = .paste(matched: matched)
            return []
        }
        let text = String(decoding: paste.dropLast(end.count), as: UTF8.self)
        (state, paste) = (.ground, [])
        return [.paste(text)]
    }

    private mutating func ground(_ byte: UInt8) -> [Key] {
        switch byte {
        case 0x1B: state = .escape
        case 0x20...0x7E: return [.text(String(Unicode.Scalar(byte)))]
        case 0xC2...0xDF: state = .letter([byte], count: 2)
        case 0xE0...0xEF: state = .letter([byte], count: 3)
        case 0xF0...0xF4: state = .letter([byte], count: 4)
        default: return [control(byte)].compactMap { $0 }
        }
        return []
    }

    private func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x01: .home
        case 0x02: .left
        case 0x03: .interrupt
        case 0x04: .endOfInput
        case 0x05: .end
        case 0x06: .right
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0A: .newline
        case 0x0B: .killAfter
        case 0x0C: .redraw
        case 0x0D: .enter
        case 0x0E: .down
        case 0x10: .up
        case 0x15: .killBefore
        case 0x17: .killWord
        case 0x1A: .stop
        default: nil
        }
    }

    private mutating func letter(_ bytes: [UInt8], count: Int) -> [Key] {
        guard bytes[bytes.count - 1] & 0xC0 == 0x80 else {
            // A letter that breaks off is none; the byte that broke it counts by itself.
            state = .ground
            return ground(bytes[bytes.count - 1])
        }
        guard bytes.count == count else {
            state = .letter(bytes, count: count)
            return []
        }
        state = .ground
        guard let text = String(validating: bytes, as: UTF8.self) else { return [] }
        // C1 controls are no text, in whatever coding.
        return text.unicodeScalars.allSatisfy { $0.value >= 0xA0 } ? [.text(text)] : []
    }

    private mutating func escape(_ byte: UInt8) -> [Key] {
        state = .ground
        switch byte {
        case UInt8(ascii: "["): state = .sequence([])
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .answer(isEscaped: false)
        case 0x1B: state = .escape
        case 0x0D, 0x0A: return [.newline]
        case 0x7F, 0x08: return [.killWord]
        case UInt8(ascii: "b"): return [.wordLeft]
        case UInt8(ascii: "f"): return [.wordRight]
        case 0x03, 0x04: return [control(byte)].compactMap { $0 }
        default:
            // Escape by itself, then text: the text counts.
            return ground(byte)
        }
        return []
    }

    private mutating func sequence(_ before: [UInt8], _ byte: UInt8) -> [Key] {
        switch byte {
        case 0x20...0x3F where before.count < 32:
            state = .sequence(before + [byte])
            return []
        case 0x40...0x7E:
            state = .ground
            // The Linux console sends `ESC [ [ A` for a function key.
            if byte == UInt8(ascii: "["), before.isEmpty {
                state = .single
                return []
            }
            let numbers = before.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
                Int(String(decoding: $0, as: UTF8.self)) ?? 0
            }
            if byte == UInt8(ascii: "~"), numbers.first == 200 {
                state = .paste(matched: 0)
                return []
            }
            return [named(final: byte, numbers: numbers)].compactMap { $0 }
        case 0x1B: state = .escape
        default: state = .ground
        }
        return []
    }

    /// `final` and the numbers before it, as xterm, the Linux console, rxvt, tmux and screen send them.
    private func named(final: UInt8, numbers: [Int]) -> Key? {
        // The second number says which of Shift (1), Alt (2) and Ctrl (4) were held, plus one.
        let modifiers = numbers.count > 1 ? max(0, numbers[1] - 1) : 0
        let isWord = modifiers & 6 != 0
        switch (Unicode.Scalar(final), numbers.first ?? 0) {
        case ("A", _): return .up
        case ("B", _): return .down
        case ("C", _): return isWord ? .wordRight : .right
        case ("D", _): return isWord ? .wordLeft : .left
        case ("H", _), ("~", 1), ("~", 7): return .home
        case ("F", _), ("~", 4), ("~", 8): return .end
        case ("~", 3): return .delete
        case ("M", 0): return .enter
        // Enter with Shift, Alt or Ctrl, where a terminal tells them apart.
        case ("u", 13),
            ("~", 27) where numbers.last == 13:
            return modifiers == 0 ? .enter : .newline
        default: return nil
        }
    }
}
