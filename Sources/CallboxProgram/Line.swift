/// One line of text from a document: 1 to `limit` bytes of UTF-8, no control character and no line break. It may still
/// hold what a terminal should not see (bidirectional controls, look-alikes): whoever shows it makes it inert.
package struct Line<let limit: Int>: Hashable, Sendable, Codable {
    /// The text.
    package let text: String

    /// Takes a text from outside.
    /// - Throws: `field`.
    package init(_ text: String) throws(ProgramError) {
        guard (1...limit).contains(text.utf8.count), text.unicodeScalars.allSatisfy(isPrintable) else { throw .field }
        self.text = text
    }

    /// Reads the string.
    package init(from decoder: any Decoder) throws { try self.init(String(from: decoder)) }
    /// Writes the string.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}

/// Text of several lines: 1 to `limit` bytes of UTF-8, no control character but line feed and tab.
package struct Passage<let limit: Int>: Hashable, Sendable, Codable {
    /// The text.
    package let text: String

    /// Takes a text from outside.
    /// - Throws: `field`.
    package init(_ text: String) throws(ProgramError) {
        let isAllowed = { (scalar: Unicode.Scalar) in scalar == "\n" || scalar == "\t" || isPrintable(scalar) }
        guard (1...limit).contains(text.utf8.count), text.unicodeScalars.allSatisfy(isAllowed) else { throw .field }
        self.text = text
    }

    /// Reads the string.
    package init(from decoder: any Decoder) throws { try self.init(String(from: decoder)) }
    /// Writes the string.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}

/// Neither a C0 or C1 control nor a line or paragraph separator.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: false
    default: true
    }
}
