internal import CallboxSealing

extension Trouble {
    /// A consent that does not count, in words. The one table of it.
    static func consent(_ error: ConsentError) -> Trouble {
        switch error {
        case .malformed, .field:
            refused(.notTrusted, "The consent is not made as consents are.", "Ask for a new one.")
        case .bothDirections:
            refused(
                .notTrusted, "The consent speaks to the clinician and back to the peer at once.",
                "Each way needs a consent of its own.")
        case .lifetime:
            refused(.usage, "A consent lasts from one day to a year.", "Choose another last day.")
        case .forged:
            refused(
                .notTrusted, "The consent is not signed by those who had to sign it, or was changed since.",
                "Do not rely on it. Ask the others, in another way than by this conversation.")
        case .wrongSession:
            refused(
                .notTrusted, "The consent was signed in another conversation than this one.",
                "Do not rely on it. Ask for a new one.")
        case .wrongRecipient:
            refused(
                .expired, "Who would be told is not, or is no longer, somebody whom the program vouches for in this.",
                "Look at the list of clinicians, and agree on somebody else.")
        case .wrongPresenter:
            refused(
                .expired, "Who would tell is not, or is no longer, somebody whom the program vouches for in this.",
                "Ask a coordinator.")
        case .wrongProgram:
            refused(
                .notTrusted, "The consent names a document of the program that is not here.",
                "Go online and try again. If it stays so, ask for a new consent.")
        case .notYetValid:
            refused(
                .clock, "The consent bears another day than today.", "Look at the clock, and begin the consent anew.")
        case .expired: refused(.expired, "The consent has ended: its last day is over.", "Agree on a new one.")
        case .revoked: refused(.expired, "The consent was taken back.", "Only a new consent can be used.")
        case .wrongConsent:
            refused(.notTrusted, "It names another consent than the one that is here.", "Ask for a new one.")
        case .exceedsItems:
            refused(
                .notTrusted, "It holds more, or something else, than was agreed to.",
                "Nothing of it is shown. Tell a coordinator.")
        case .textMismatch:
            refused(
                .notTrusted,
                "The text that was read is not the text of this consent, or is in a language that is not here.",
                "Read the consent again. If it stays so, ask for a new one.")
        }
    }

    /// An act that does not fit where a handoff stands, in words. The one table of it.
    static func handoff(_ error: HandoffError) -> Trouble {
        switch error {
        case .outOfTurn:
            refused(
                .notNow, "This cannot be done as things stand now.",
                "Look at the conversation: its head says where a handoff stands.")
        case .notTheirs:
            refused(
                .notNow, "This is for somebody else to do.",
                "Look at the conversation: its head says where a handoff stands.")
        case .expired: refused(.expired, "The last day is over.", "Begin again with a new proposal.")
        case .wrongConsent:
            refused(.notTrusted, "It names another consent than the one that is here.", "Ask for a new one.")
        case .damaged:
            Trouble(
                .fault, "A record of this handoff cannot be read.", meaning: "Nothing was told.",
                remedy: "This is a fault of Callbox. Please report it.")
        }
    }

    /// Something a person wrote that does not fit.
    static func unfit(_ what: String) -> Trouble {
        refused(.usage, what, "Change it, and try again.")
    }

    private static func refused(_ kind: Kind, _ happened: String, _ remedy: String) -> Trouble {
        Trouble(kind, happened, meaning: "Nothing was told to anybody.", remedy: remedy)
    }
}
