internal import CallboxProgram

extension Trouble {
    /// A document, statement, sheet or page that was not taken, in words. The one table of it.
    static func program(_ error: ProgramError) -> Trouble {
        switch error {
        case .tooLarge, .malformed, .field, .truncated, .trailing, .payloadType, .wrongProgram, .lifetime, .keyReused,
            .duplicate, .window, .gap:
            untrusted("The relay showed a document that is not made as the program makes them.")
        case .version:
            Trouble(
                .notTrusted, "The program uses something that this Callbox does not know.", meaning: kept,
                remedy: "Install the newest Callbox.")
        case .quorum, .badSignature, .unknownRoot:
            untrusted("The relay showed a document that the program's coordinators have not signed.")
        case .noOnlineKey:
            untrusted("The relay showed a word on the newest document, and this program has no key for that.")
        case .rollback:
            untrusted("The relay showed something older than what was here before, as if time had gone back.")
        case .fork:
            untrusted("The relay showed another document in the place of one that is known here.")
        case .wrongPrevious:
            untrusted("The relay showed a document that does not follow on the one that is here.")
        case .noDocument:
            Trouble(
                .notNow, "The program's document is not here yet.", meaning: nothing,
                remedy: "Go online, and try again in a while.")
        case .expired:
            Trouble(
                .expired, "The program's document has expired.",
                meaning: "Nothing new can begin. Conversations that run go on.",
                remedy: "Try again later. If it stays so, tell a coordinator.")
        case .frozen:
            Trouble(
                .expired, "For more than seven days nobody has confirmed that the program's document is the newest.",
                meaning: "Nothing new can begin. Conversations that run go on.",
                remedy:
                    "Go online and try again. If it stays so, tell a coordinator: somebody may be holding news back.")
        case .clockBackwards, .notYetValid:
            Trouble(
                .clock, "The clock of this machine and the program's signed times do not go together.",
                meaning: "Nothing was sent, and nothing new can begin.", remedy: "Set the clock, then try again.")
        case .unknownMember:
            Trouble(
                .usage, "Nobody in the program has this name.", meaning: nothing,
                remedy: "Look at the list of peers again.")
        case .notChoosable:
            Trouble(
                .expired, "This person cannot be chosen now: away, or a credential or training has run out.",
                meaning: nothing, remedy: "Choose somebody else.")
        case .newerRoster:
            Trouble(
                .notNow, "There is a newer document of the program than the one here.", meaning: nothing,
                remedy: "Go online, and try again.")
        case .unusableKey: untrusted("The relay showed a key that protects nothing.")
        case .alreadySigned:
            Trouble(
                .notNow, "Another document of this number was signed here before.", meaning: "Nothing was signed.",
                remedy: "Give the new one the next number.")
        }
    }

    private static let nothing = "Nothing was sent."
    private static let kept = "It was not taken. What was here before stays."

    private static func untrusted(_ happened: String) -> Trouble {
        Trouble(
            .notTrusted, happened, meaning: kept,
            remedy: "Try again later, best by another network. If it stays so, ask a coordinator, not over Callbox.")
    }
}
