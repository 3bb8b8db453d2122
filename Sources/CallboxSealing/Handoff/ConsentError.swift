internal import CallboxProgram

/// Why a consent does not count, or was not signed. Nothing is disclosed then. The raw values are the `expect` words of the test vectors.
package enum ConsentError: String, Error, Equatable, Sendable, CaseIterable {
    /// Not the JSON that a consent is, or a member is missing or of another kind.
    case malformed
    /// A field holds what it may not hold, or does not go with another.
    case field
    /// It speaks both to the clinician and back to the peer. Each needs a consent of its own.
    case bothDirections = "both-directions"
    /// It ends before it begins, or lasts longer than a year.
    case lifetime
    /// Not signed by those who had to, or changed since.
    case forged
    /// Not of this session, or not of whoever began it.
    case wrongSession = "wrong-session"
    /// Its recipient is not us, or nobody whom the program vouches for now.
    case wrongRecipient = "wrong-recipient"
    /// Its discloser is not who presents it, or nobody whom the program vouches for now.
    case wrongPresenter = "wrong-presenter"
    /// Of another program, another version of its document, or a notice that is not in it.
    case wrongProgram = "wrong-program"
    /// Dated in the future.
    case notYetValid = "not-yet-valid"
    /// Its last day has passed.
    case expired
    /// The officer has taken it back.
    case revoked
    /// Another consent than the one that was named.
    case wrongConsent = "wrong-consent"
    /// More, or something else, than the officer agreed to.
    case exceedsItems = "exceeds-items"
    /// The text that was shown is not the text of this consent.
    case textMismatch = "text-mismatch"

    /// The same failure, met while reading a document.
    init(_ error: ProgramError) {
        switch error {
        case .quorum, .badSignature, .payloadType: self = .forged
        case .field: self = .field
        default: self = .malformed
        }
    }
}
