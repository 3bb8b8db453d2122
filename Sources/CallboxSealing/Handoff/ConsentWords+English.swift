internal import CallboxProgram

extension ConsentWords {
    /// The built-in words. A change here changes the hash of every text made afterwards: give it a new version of the record.
    package static func english() throws(ConsentError) -> ConsentWords {
        guard let language = try? LanguageTag("en") else { throw .field }
        return try ConsentWords(language: language, phrases: englishPhrases)
    }

    private static let englishPhrases: [Phrase: String] = [
        .titleIntroduction: "YOUR CONSENT TO BE INTRODUCED TO A CLINICIAN",
        .titleClosing: "YOUR CONSENT TO LET YOUR PEER KNOW HOW IT WENT",
        .readWhole: "Please take your time and read all of it. Nothing is told to anybody before you sign.",
        .you: "You are called",
        .tierA: "Your name is not told. The person below knows you by this name only.",
        .tierB: "Your real name is told as well, sealed so that only the person below can read it.",
        .teller: "Who tells",
        .told: "Who is told",
        .credential: "Credential",
        .items: "What is told, word for word, and nothing else",
        .substanceYes: "This includes something about alcohol, medicines or drugs.",
        .substanceNo: "Nothing about alcohol, medicines or drugs is told.",
        .excluded: "What is not told",
        .nothingExcluded: "Everything that is not listed above.",
        .purpose: "What it is for",
        .room:
            "You meet in one room, all three. Each sees whether the clinician accepts, and that you two have spoken.",
        .end: "It ends by itself after",
        .endEvent: "or earlier, when",
        .followUpNone: "The person who is told does not come back to you about it.",
        .followUpOnce: "The person who is told may come back to you once.",
        .followUpUntilEnd: "The person who is told may come back to you until it ends.",
        .revocation: "You can take it back",
        .reliance: "What taking it back cannot undo",
        .support: "You do not have to sign",
        .redisclosure: "What they may pass on",
        .signing: "Signing means: you have read this, and you agree to this and to nothing more. You keep a copy.",
        .date: "Date",
        .references: "References",
        .program: "Program",
        .version: "version",
        .document: "Program document",
        .notice: "Limits notice",
        .consent: "Consent",
        .introduction: "Introduction",
        .reason: "What brings you here",
        .incident: "What happened",
        .wellbeing: "How you are",
        .safety: "Your safety",
        .substanceUse: "Alcohol, medicines or drugs",
        .helped: "What has helped so far",
        .wishes: "What you hope for",
        .contact: "When and how to reach you through Callbox",
        .needs: "What they should know to receive you well",
        .attended: "That the two of you have met",
        .outcome: "How it ended",
        .advice: "What your peer can do now",
    ]
}

extension ConsentStatements {
    /// Words to begin from. What the law where a program is wants said instead, the program says.
    package static func english() throws(BodyError) -> ConsentStatements {
        ConsentStatements(
            revocation: try Words(
                "You can take this consent back at any time, without a reason: in this conversation choose \"take it back\"."
                    + " From the moment it arrives nothing more is told."),
            reliance: try Words(
                "What was told before you took it back cannot be untold, and what was done in good faith because of it stays done."
            ),
            support: try Words(
                "Your peer stays there for you whether you sign or not. Nobody may make help, work or treatment depend on it."
            ),
            redisclosure: try Words(
                "The clinician is bound by professional secrecy and passes nothing on without your consent, unless the law"
                    + " demands it. What the law protects here it may protect less once somebody else has it."))
    }
}
