/// A language as BCP 47 names it: subtags of 1 to 8 ASCII letters and digits joined by `-`, the first of letters only, 35
/// characters at most. Only the shape is checked. Compared without regard to case, as BCP 47 says.
package struct LanguageTag: Hashable, Sendable, Codable {
    /// The tag as it was written.
    package let text: String

    /// Takes a tag from outside.
    /// - Throws: `field`.
    package init(_ text: String) throws(ProgramError) {
        let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let first = subtags.first,
            (2...8).contains(first.count), first.allSatisfy(isLetter),
            subtags.dropFirst().allSatisfy({
                (1...8).contains($0.count) && $0.allSatisfy { isLetter($0) || isDigit($0) }
            })
        else { throw .field }
        self.text = text
    }

    /// Reads the string.
    package init(from decoder: any Decoder) throws { try self.init(String(from: decoder)) }
    /// Writes the string.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }

    /// The same language, whatever the case of its letters.
    package static func == (left: LanguageTag, right: LanguageTag) -> Bool { left.folded == right.folded }
    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    private var folded: String { text.lowercased() }
}

private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
