internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// Text of a bounded length, as a person wrote it. - Throws: `Trouble` of kind `usage` that names `what`.
func fit<let limit: Int>(_ text: String, _ what: String) throws(Trouble) -> Words<limit> {
    do {
        return try Words(text)
    } catch {
        throw error == .tooLong
            ? .unfit("There is too much text in \(what): at most \(limit) bytes fit.")
            : .unfit("There is no text in \(what).")
    }
}

/// Items as a person wrote them. - Throws: `Trouble` of kind `usage`.
func fit(_ items: [DisclosedItem], _ direction: ConsentDirection) throws(Trouble) -> Few<ConsentItem, 12> {
    var all: [ConsentItem] = []
    for item in items {
        guard let kind = ConsentItem.Kind(rawValue: item.kind), kind.direction == direction else {
            throw .unfit("“\(item.kind)” is none of the things that can be told here.")
        }
        guard !all.contains(where: { $0.kind == kind }) else { throw .unfit("“\(item.kind)” stands there twice.") }
        all.append(ConsentItem(kind: kind, text: try fit(item.text, "“\(item.kind)”")))
    }
    guard !all.isEmpty else { throw .unfit("There is nothing to be told.") }
    guard let few = try? Few<ConsentItem, 12>(all) else {
        throw .unfit("More than twelve things cannot be told at once.")
    }
    return few
}

/// What an officer chose, on the way to a consent's terms.
struct ConsentForm {
    let choices: ConsentChoices
    let today: Day

    /// The terms. - Throws: `Trouble` of kind `usage` that says what does not fit.
    func terms(
        id: ConsentID, kind: ConsentKind, purpose: Words<2_048>, officer: VerificationKey, sealedName: SealedName?,
        discloser: Member, recipient: Member, notice: NoticeHash, binding: ConsentBinding
    ) throws -> ConsentTerms {
        let items = try fit(choices.items, kind.direction)
        try checkSubstanceUse(items)
        guard kind == .introduction || items.all.contains(where: { $0.kind == .outcome }) else {
            throw Trouble.unfit("A closing word says how it ended: “outcome” must be among what is told.")
        }
        guard (1...365).contains(choices.days) else { throw Trouble.consent(.lifetime) }
        guard let followUp = FollowUp(rawValue: choices.followUp) else {
            throw Trouble.unfit("Whether they may come back to you is “none”, “once” or “until-end”.")
        }
        var excluded: [Words<512>] = []
        for text in choices.excluded { excluded.append(try fit(text, "what is not told")) }
        guard let few = try? Few<Words<512>, 12>(excluded) else {
            throw Trouble.unfit("At most twelve things can be named that are not told.")
        }
        let event: Words<512>? = try choices.endEvent.map { event throws in try fit(event, "what ends it earlier") }
        return ConsentTerms(
            id: id, kind: kind,
            subject: ConsentSubject(
                pseudonym: try fit(choices.pseudonym, "what you are called"),
                tier: sealedName == nil ? .pseudonymous : .identified, sealedName: sealedName, key: officer),
            discloser: try ConsentParty(discloser), recipient: try ConsentParty(recipient), items: items,
            excluded: few, substanceUse: choices.includesSubstanceUse, purpose: purpose,
            end: ConsentEnd(day: today.later(by: UInt32(choices.days)), event: event), followUp: followUp,
            statements: try ConsentStatements.english(), notice: notice, language: try ConsentWords.english().language,
            date: today, binding: binding)
    }

    /// Whether anything about alcohol, medicines or drugs is told is said outright, and fits what is told.
    private func checkSubstanceUse(_ items: Few<ConsentItem, 12>) throws(Trouble) {
        guard choices.includesSubstanceUse || !items.all.contains(where: { $0.kind == .substanceUse }) else {
            throw .unfit(
                "Something about alcohol, medicines or drugs is among what would be told, and you have not said that it may be."
            )
        }
    }
}
