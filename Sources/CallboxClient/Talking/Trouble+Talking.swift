extension Trouble {
    static func noConversation(_ id: Int) -> Trouble {
        Trouble(
            .usage, "There is no conversation \(id).", meaning: "Nothing was sent.",
            remedy: "Look at the inbox for the numbers of your conversations.")
    }

    static let conversationOver = Trouble(
        .notNow, "This conversation has ended: somebody left it.", meaning: "Nothing was sent.",
        remedy: "You can begin a new one at any time.")

    static let otherIsGone = Trouble(
        .notNow, "The other side's mailbox is gone: nobody collects from it any more.", meaning: "Nothing was sent.",
        remedy: "Begin a new conversation, with the same person or with somebody else.")

    static let tooMuchWork = Trouble(
        .unpaid, "There is no token left here, and the relay asks for days of computing instead.",
        meaning: "What you wrote is kept here and will be sent.",
        remedy: "It is tried again by itself. If it stays so, ask a coordinator for a code, not over Callbox.")

    static let textTooLong = Trouble(
        .usage, "This text is longer than one message can be.", meaning: "Nothing was sent.",
        remedy: "Send it in two or more messages.")

    static let textEmpty = Trouble(
        .usage, "There is nothing in this message.", meaning: "Nothing was sent.", remedy: "Write at least one letter.")

    static let noticeUnread = Trouble(
        .notNow, "The notice on the limits of confidentiality was not read and acknowledged yet, or it has changed.",
        meaning: "Nothing was sent.", remedy: "Read the notice, acknowledge it, and try again.")

    static let forgedSheet = Trouble(
        .notTrusted,
        "The keys that the relay shows for this person are not theirs. Somebody may want to read what is meant for them.",
        meaning: "Nothing was sent.",
        remedy: "Choose somebody else, or try again later by another network. Tell a coordinator, not over Callbox.")

    static let noSheet = Trouble(
        .notNow, "This person's keys of today are not at the relay: their machine has not been online for long.",
        meaning: "Nothing was sent.", remedy: "Choose somebody else, or try again tomorrow.")
}
