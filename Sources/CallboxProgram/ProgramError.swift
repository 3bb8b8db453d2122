package import CallboxCrypto
package import CallboxWire

/// Why a document, a sheet or a decision about them is refused. The raw values are the `expect` words of the test vectors.
package enum ProgramError: String, Error, Equatable, Sendable, CaseIterable {
    // The bytes.

    /// Longer than this kind may be.
    case tooLarge
    /// Not the JSON that we read, or a member is missing or of another kind.
    case malformed
    /// A field holds what it may not hold.
    case field
    /// The bytes end before the value does.
    case truncated
    /// Something follows where the value should have ended.
    case trailing
    /// A format version other than the one this build speaks.
    case version

    // Who signed.

    /// An envelope of another kind of document.
    case payloadType
    /// Too few of the keys that count have signed.
    case quorum
    /// The one signature that was asked for is not there.
    case badSignature
    /// A freshness statement for a program whose root names no online key.
    case noOnlineKey

    // What a document says.

    /// Of another program.
    case wrongProgram
    /// It expires before it is issued, or later than it may.
    case lifetime
    /// One key in two places.
    case keyReused
    /// One member id or notice language twice, or one token epoch.
    case duplicate

    // One document after another.

    /// None of the roots shown is the one that is pinned.
    case unknownRoot
    /// Older than what was already seen.
    case rollback
    /// Two different documents of one version were shown.
    case fork
    /// It does not follow on the document before it.
    case wrongPrevious
    /// A version in between is missing.
    case gap

    // Time, for new sessions.

    /// No program document was accepted yet.
    case noDocument
    /// The program document has expired.
    case expired
    /// Nobody has vouched for the program document for too long.
    case frozen
    /// The clock is behind a time that the program signed.
    case clockBackwards
    /// It bears a time that has not come yet.
    case notYetValid

    // Sheets.

    /// Nobody in the program document has this id.
    case unknownMember
    /// The member cannot be chosen: not active, not yet designated, or a credential or training has expired.
    case notChoosable
    /// Not for this day, or its window is not that day's.
    case window
    /// Made under a newer program document than ours: fetch it first.
    case newerRoster
    /// A key that no secret can come from.
    case unusableKey

    // The signer's own memory.

    /// Another document of this version was signed before.
    case alreadySigned
}

extension ProgramError {
    /// The same failure, met while reading bytes.
    package init(_ error: WireError) {
        switch error {
        case .truncated: self = .truncated
        case .trailing: self = .trailing
        case .version, .kind: self = .version
        case .signature: self = .badSignature
        default: self = .field
        }
    }

    /// The same failure, met in a primitive.
    package init(_ error: CryptoError) {
        switch error {
        case .badSignature, .badProof: self = .badSignature
        case .unusableKey: self = .unusableKey
        case .wrongLength, .refused, .unacceptableCost, .outOfMemory: self = .field
        }
    }
}
