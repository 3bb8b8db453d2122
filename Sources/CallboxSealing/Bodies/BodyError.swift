internal import CallboxProgram
internal import CallboxWire

/// Why bytes are no part or body, or none can be made. The raw values are the `expect` words of the test vectors.
package enum BodyError: String, Error, Equatable, Sendable, CaseIterable {
    /// Not the JSON that a body is, or a member is missing or of another kind.
    case malformed
    /// A field holds what it may not hold.
    case field
    /// More than 64 parts hold, or than this field may have.
    case tooLong = "too-long"
    /// The body says another id than its parts.
    case wrongID = "wrong-id"
    /// A part that cannot be: its count, its index, or the length of its chunk.
    case part
    /// A part that says something else than an earlier one of the same body. The earlier one stays.
    case conflict
    /// Stored state that we never wrote.
    case damaged

    /// The same failure, met while reading JSON.
    init(_ error: ProgramError) {
        switch error {
        case .tooLarge: self = .tooLong
        case .field: self = .field
        default: self = .malformed
        }
    }
}
