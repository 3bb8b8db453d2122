internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Trouble {
    /// Runs what an office does, and says in words what stops it.
    static func spoken<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw said(error) }
    }

    /// The same, for what goes to the relay.
    static func spoken<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch { throw said(error) }
    }

    private static func said(_ error: any Error) -> any Error {
        switch error {
        case is Trouble, is CancellationError: error
        case let error as ProgramError: Trouble(coordinator: error)
        case let error as RelayFailure: Trouble(office: error)
        case let error as StateError:
            Trouble(
                .fault, "A record of this office is damaged or missing (\(error)).", meaning: "Nothing was signed.",
                remedy: "This is a fault of Callbox. Use another coordinator's office, and report it.")
        default:
            Trouble(
                .fault, "Something went wrong that should not (\(error)).", meaning: "Nothing was signed or sent.",
                remedy: "This is a fault of Callbox. Please report it.")
        }
    }

    /// What a document that is refused means to a coordinator. One sentence for each refusal.
    init(coordinator error: ProgramError) {
        let words = Self.words(for: error)
        self.init(
            words.kind, words.happened, meaning: "Nothing was signed, and nothing was changed.", remedy: words.remedy)
    }

    private static func words(for error: ProgramError) -> (kind: Kind, happened: String, remedy: String) {
        switch error {
        case .tooLarge:
            (
                .usage, "The document is larger than it may be.",
                "Make texts shorter, or take out members who left long ago."
            )
        case .malformed, .truncated, .trailing, .version, .payloadType:
            (
                .usage, "This is not a document that Callbox knows, or it was damaged on the way.",
                "Ask for the file again. If it comes from a newer Callbox, install that."
            )
        case .field:
            (
                .usage, "Something in the document is empty, too long, or not among what may stand there.",
                "Look at the draft with: callbox program draft show"
            )
        case .quorum:
            (
                .notNow, "Too few coordinators have signed this.",
                "Give the file to the others: callbox program sign FILE"
            )
        case .badSignature:
            (
                .notTrusted, "The signature on this document does not hold.",
                "Do not use the file. Ask the others where it came from."
            )
        case .noOnlineKey:
            (
                .notNow, "This program has no online key, so nothing vouches for its document day by day.",
                "Its documents hold for 14 days instead. To have an online key: callbox program rotate --online"
            )
        case .wrongProgram:
            (
                .notTrusted, "This document is of another program.",
                "One office signs for one program. Use another home for the other."
            )
        case .lifetime:
            (
                .usage, "The document would hold for longer than it may.",
                "Choose fewer days: at most 90, or 14 in a program without an online key."
            )
        case .keyReused:
            (
                .usage,
                "One key stands in two places: two members, a member and a relay, or a member and a coordinator.",
                "Everybody needs a key of their own, and each office too. Ask for a new request."
            )
        case .duplicate:
            (
                .usage, "Something stands twice that may stand once: a member, a language, a relay, or a token epoch.",
                "Look at the draft with: callbox program draft show"
            )
        case .unknownRoot:
            (
                .notTrusted, "This office does not know the root that this belongs to.",
                "Take the program over first, by its invite: callbox program follow INVITE"
            )
        case .rollback:
            (
                .notTrusted, "This is older than what this office knows or has signed.",
                "Begin a new draft from the newest document: callbox program draft new"
            )
        case .fork:
            (
                .notTrusted, "There are two different documents of one number.",
                "Do not sign. Ask the other coordinators which one they know; somebody may be showing you another program."
            )
        case .wrongPrevious:
            (
                .notNow, "This does not follow on the newest document that this office knows.",
                "Fetch what is newest with: callbox program update. Then begin a new draft, or ask for the file again."
            )
        case .gap:
            (
                .notNow, "Documents between this one and the newest one here are missing.",
                "Fetch them with: callbox program update"
            )
        case .noDocument:
            (.notNow, "There is no program document yet.", "Sign and publish the first one.")
        case .expired:
            (.expired, "The program document has expired.", "Sign and publish a new one: callbox program draft new")
        case .frozen:
            (
                .expired, "Nobody has vouched for the program document for more than a week.",
                "Run: callbox program refresh"
            )
        case .clockBackwards, .notYetValid:
            (
                .clock, "This machine's clock and the times in the document do not go together.",
                "Set the clock, and try again."
            )
        case .unknownMember, .notChoosable, .window, .newerRoster, .unusableKey:
            (.usage, "A key in the document is of no use.", "Ask the member for a new request.")
        case .alreadySigned:
            (
                .notNow, "This office has signed another document of this number before, and signs only one of each.",
                "If that one was given up, go on with the next number: callbox program draft skip"
            )
        }
    }

    /// What a relay's answer means to a coordinator.
    init(office failure: RelayFailure) {
        switch failure {
        case .refused(let problem, _):
            let words = Self.words(for: problem)
            self.init(words.kind, words.happened, meaning: Self.meaning(failure), remedy: words.remedy)
        case .strange:
            self.init(
                .notTrusted, "What answered is not the program's relay, or it is broken.",
                meaning: Self.meaning(failure),
                remedy:
                    "Look whether a portal or a proxy stands between. Then try again: what was done before is not done twice."
            )
        case .wrongKey:
            self.init(
                .notTrusted, "The relay's key is not the one that was named for it.", meaning: Self.meaning(failure),
                remedy: "Ask who runs the relay whether its key was changed, by a way that does not go through it.")
        case .unreachable, .tooSlow:
            self.init(
                .network, failure == .tooSlow ? "The relay took too long." : "The relay was not reached.",
                meaning: Self.meaning(failure), remedy: "Try again: what was done before is not done twice.")
        case .proxy:
            self.init(
                .network, "The proxy on this machine does not work.", meaning: Self.meaning(failure),
                remedy: "Look whether it runs, and where.")
        }
    }

    private static func meaning(_ failure: RelayFailure) -> String {
        switch failure.effect {
        case .nothingStored: "The relay has stored nothing of it. What was signed is kept here."
        case .unknown: "The relay may have stored it or not. What was signed is kept here."
        }
    }

    private static func words(for problem: Problem) -> (kind: Kind, happened: String, remedy: String) {
        switch problem {
        case .programNotAllowed:
            (
                .notNow, "The relay does not serve this program yet.",
                "Whoever runs the relay allows it by the root's digest: callboxd allow DIGEST (callbox program show prints it)."
            )
        case .quorumMissing:
            (
                .notNow, "The relay counts too few signatures under the root that it has.",
                "Let more coordinators sign the file. After a rotation, those of the new root sign too."
            )
        case .documentRollback:
            (
                .notTrusted, "The relay has a newer document than this one.",
                "Run: callbox program update. Then look what was published."
            )
        case .documentOutOfOrder:
            (
                .notNow, "This does not follow on what the relay has: somebody else has published meanwhile.",
                "Run: callbox program update. Then begin a new draft, and make your changes again."
            )
        case .documentInvalid:
            (
                .notTrusted, "The relay finds that the document does not hold.",
                "If its date is a day ahead, set this machine's clock. Otherwise report it with the file."
            )
        case .notPermitted:
            (
                .notNow,
                "The relay takes this from a coordinator of its newest root only, and this office's key is not in that.",
                "Let a coordinator who is in the root publish it."
            )
        case .signatureStale:
            (
                .clock, "This machine's clock and the relay's differ by more than five minutes.",
                "Set the clock, and try again."
            )
        case .wrongRelay:
            (
                .notTrusted, "The relay is another one than the document names: its identity key differs.",
                "Put the relay's identity key right: callbox program relay add"
            )
        case .noSuchDocument:
            (.notNow, "The relay has no such document yet.", "Publish it first: callbox program publish")
        case .tooManyRequests, .busy, .uncertain, .slow:
            (.full, "The relay has too much to do, or failed.", "Wait a minute, and try again.")
        case .diskFull:
            (
                .full, "The relay is full.",
                "Tell whoever runs it. For codes: 100,000 is the most that a program may have."
            )
        case .tooLarge:
            (.usage, "The relay takes no document that large.", "Make it smaller.")
        default:
            (
                .fault, "The relay refused: \(problem.title)",
                "This is a fault of Callbox or of the relay. Please report it."
            )
        }
    }

    /// The key that is wanted is not kept in this office.
    static func noKey(_ purpose: KeyLine.Purpose) -> Trouble {
        switch purpose {
        case .coordinator:
            Trouble(
                .notNow, "This office has no coordinator's key.", meaning: "Nothing was signed.",
                remedy: "Make one with: callbox program key")
        case .online:
            Trouble(
                .notNow, "The program's online key is not kept on this machine.", meaning: "Nothing was signed.",
                remedy: "Run this where it is kept. To give the program another one: callbox program rotate --online")
        }
    }

    /// Something that was given is not written right.
    static func unusable(_ happened: String, _ remedy: String) -> Trouble {
        Trouble(.usage, happened, meaning: "Nothing was changed.", remedy: remedy)
    }
}
