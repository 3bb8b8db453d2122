/// Why bytes or text from outside are no value of ours. The raw values are the `expect` words of the test vectors.
package enum WireError: String, Error, Equatable, Sendable, CaseIterable {
    /// The bytes end before the value does.
    case truncated
    /// Something follows where the value should have ended.
    case trailing
    /// A length that this kind of value cannot have.
    case length
    /// A kind that this version does not know.
    case kind
    /// A version other than the one this build speaks.
    case version
    /// A field holds what it may not hold.
    case field
    /// Text that is not in its alphabet, or not in its one canonical form.
    case encoding
    /// A part that must be there is absent.
    case missing
    /// A part that may stand there once stands there twice.
    case repeated

    // Of a signed or paid request.

    /// The signature does not cover exactly what it must cover.
    case components
    /// The request was made for another relay.
    case relay
    /// The content is not what its digest says.
    case digest
    /// The signature names another key.
    case key
    /// The request was made too long ago, or too far ahead.
    case stale
    /// The signature does not hold.
    case signature
    /// The stamp is of another day, or not worth the work that was asked for.
    case work

    // Of what a person types.

    /// The check symbol does not match the others.
    case check
    /// The text does not begin like an invite.
    case inviteScheme = "invite-scheme"
    /// The invite is of a version that this build does not know.
    case inviteVersion = "invite-version"
    /// The invite's parts are not the ones it must have, in their order.
    case inviteParts = "invite-parts"
    /// The invite's program is no program id.
    case inviteProgram = "invite-program"
    /// One of the invite's relays is no address that a client may call.
    case inviteRelay = "invite-relay"
    /// The pin of one of the invite's relays is none, or does not go with its address.
    case invitePin = "invite-pin"
    /// The invite's root digest is none.
    case inviteRoot = "invite-root"
}

extension WireError {
    /// One plain sentence for the person who typed or pasted the text; nil when no person did.
    package var explanation: String? {
        switch self {
        case .check: "The check symbol does not match the others: probably one symbol is mistyped."
        case .inviteScheme: "This is no Callbox invite: an invite begins with callbox:join?"
        case .inviteVersion: "This invite needs a newer Callbox."
        case .inviteParts: "This invite is incomplete, or its parts are not in their order."
        case .inviteProgram: "The program in this invite is mistyped or incomplete."
        case .inviteRelay: "A relay in this invite has an address that cannot be used."
        case .invitePin: "The key of a relay in this invite is mistyped, or does not go with the relay's address."
        case .inviteRoot: "The root digest in this invite is mistyped or incomplete."
        default: nil
        }
    }
}
