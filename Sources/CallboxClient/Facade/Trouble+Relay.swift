internal import CallboxWire

extension Trouble {
    /// A call to the relay that did not come to its end, in words. The one table of it.
    static func relay(_ failure: RelayFailure) -> Trouble {
        switch failure {
        case .refused(let problem, let seconds): refused(problem, seconds)
        case .strange:
            Trouble(
                .notTrusted,
                "Something answered that is not the program's relay: perhaps a sign-in page of this network.",
                meaning: kept, remedy: "Sign in to the network or use another one, then try again.")
        case .wrongKey:
            Trouble(
                .notTrusted, "What answered has another key than the program's relay. Somebody may be listening here.",
                meaning: unsentAndKept,
                remedy: "Use another network. If it stays so, ask a coordinator, not over Callbox.")
        case .unreachable:
            Trouble(
                .network, "The relay was not reached.", meaning: kept,
                remedy: "Look whether this machine is online. " + again)
        case .tooSlow:
            Trouble(
                .network, "The relay did not answer in time.", meaning: kept,
                remedy: again + " If it stays so, try another network.")
        case .proxy:
            Trouble(
                .network, "The proxy on this machine did not let the call through.",
                meaning: unsentAndKept,
                remedy: "Look whether the proxy (for example Tor) is running.")
        }
    }

    private static func refused(_ problem: Problem, _ seconds: Int?) -> Trouble {
        switch problem {
        case .signatureStale:
            Trouble(
                .clock, "The clock of this machine is more than five minutes off.", meaning: kept,
                remedy: "Set the clock, then try again.")
        case .paymentMissing, .tokenInvalid, .tokenSpent, .workInsufficient:
            Trouble(
                .unpaid, "The relay did not take the token or the work that this was paid with.", meaning: kept,
                remedy: "It is paid anew. " + again)
        case .codeRefused:
            Trouble(
                .unpaid, "The relay does not know your enrolment code.",
                meaning: "No tokens came. Everything works without them, only slower: this machine computes instead.",
                remedy: "Compare the code with your slip, or ask for another one.")
        case .batchTaken:
            Trouble(
                .unpaid, "This period's tokens of your code, or of your membership, went to another device.",
                meaning: "No tokens came. Everything works without them, only slower: this machine computes instead.",
                remedy: "If you have not used another device, tell a coordinator.")
        case .batchRefused:
            Trouble(
                .notTrusted, "The relay does not have the token key that the program names.",
                meaning: "No tokens came.",
                remedy: "It is tried again later. If it stays so, tell a coordinator.")
        case .noSuchAddress:
            Trouble(
                .full, "The relay says that the mailbox at the other side is not there.", meaning: kept,
                remedy: "It is tried for three days: it may come back. If it cannot wait, reach somebody else.")
        case .noSuchMailbox, .mailboxDiffers: mailboxGone
        case .mailboxFull:
            Trouble(
                .full, "The mailbox at the other side is full.", meaning: kept,
                remedy: "It goes out when they have collected what is there. " + again)
        case .tooManyRequests, .busy:
            Trouble(
                .full, "The relay is busy.", meaning: kept,
                remedy: (seconds.map { "Leave it alone for \($0) seconds. " } ?? "") + again)
        case .diskFull:
            Trouble(.full, "The relay has no room.", meaning: kept, remedy: "Try again in an hour. " + again)
        case .uncertain, .slow:
            Trouble(
                .network, "The relay could not say whether it has it.", meaning: kept,
                remedy: "The very same is sent again, and nothing arrives twice. " + again)
        case .noSuchDocument:
            Trouble(
                .notNow, "The relay does not have what was asked for.", meaning: kept, remedy: "Try again later.")
        case .programNotAllowed, .notPermitted:
            Trouble(
                .notNow, "The relay does not let this key do that.", meaning: "Nothing was changed there.",
                remedy: "Ask a coordinator whether you are on the program's list.")
        case .wrongRelay:
            Trouble(
                .notTrusted, "Another relay answered than the one that this was made for.", meaning: kept,
                remedy: "Try again later. If it stays so, tell a coordinator.")
        case .documentInvalid, .documentRollback, .documentOutOfOrder, .quorumMissing:
            Trouble(
                .notNow, "The relay did not take the document or the sheets.", meaning: "Nothing was changed there.",
                remedy: "Go online to fetch the newest program document, and try again.")
        case .malformed, .noSuchPath, .wrongMethod, .notAcceptable, .tooLarge, .wrongMediaType, .signatureMissing,
            .signatureInvalid, .nonceReused:
            Trouble(
                .fault, "The relay did not understand this Callbox (\(problem.rawValue)).", meaning: kept,
                remedy: "Install the newest Callbox. If it stays so, report this sentence.")
        }
    }

    /// What was written cannot arrive, and is tried no more.
    static let mailboxGone = Trouble(
        .full, "The mailbox at the other side is gone.", meaning: "What was written there cannot arrive.",
        remedy: "Begin a new conversation.")

    /// The same trouble of a call before which nothing was stored: nobody may think that their words are kept.
    var unsent: Trouble {
        let isPassing = [.network, .full].contains(kind)
        return Trouble(
            kind, happened, meaning: "Nothing was sent, and what you wrote is not kept here.",
            remedy: isPassing
                ? "Look whether this machine is online, and write again. If it cannot wait, call: callbox crisis"
                : remedy)
    }

    private static let kept = "Nothing is lost: whatever you wrote is kept here and will be sent."
    private static let unsentAndKept = "Nothing was sent. Whatever you wrote is kept here and will be sent."
    private static let again = "Looking into the inbox later tries again; an open chat does so by itself."
}
