internal import CallboxProgram

/// One of a closed list, or a word of at most 64 bytes that a newer Callbox has in its list: kept as it came, and shown as "needs a
/// newer Callbox".
package enum Choice<Known: RawRepresentable & Hashable & Sendable>: Hashable, Sendable, Codable
where Known.RawValue == String {
    /// One of the list.
    case known(Known)
    /// None of the list.
    case unlisted(String)

    /// Reads the word.
    package init(from decoder: any Decoder) throws {
        let word = try String(from: decoder)
        guard (1...64).contains(word.utf8.count) else { throw ProgramError.field }
        self = Known(rawValue: word).map(Self.known) ?? .unlisted(word)
    }

    /// Writes the word.
    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .known(let known): try known.rawValue.encode(to: encoder)
        case .unlisted(let word): try word.encode(to: encoder)
        }
    }
}
