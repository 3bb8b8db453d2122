internal import CallboxProgram

/// What a person wrote: 1 to `limit` bytes of UTF-8, exactly as written. Nothing is normalised, so what was signed stays what was
/// read; equal means the same bytes. It may hold anything: whoever shows it makes it inert.
package struct Words<let limit: Int>: Hashable, Sendable, Codable {
    /// The text.
    package let text: String

    /// Takes a text.
    /// - Throws: `field` when it is empty, `tooLong`.
    package init(_ text: String) throws(BodyError) {
        guard !text.utf8.isEmpty else { throw .field }
        guard text.utf8.count <= limit else { throw .tooLong }
        self.text = text
    }

    /// Reads the string.
    package init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        guard (1...limit).contains(text.utf8.count) else { throw ProgramError.field }
        self.text = text
    }

    /// Writes the string.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }

    // Swift's own comparison calls two spellings of one letter equal; a signature does not.

    /// The same bytes.
    package static func == (left: Words, right: Words) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(text.utf8.count)
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
