package import CallboxProgram

/// The words of one language that a consent's text is made of. English is built in; a program may bring others.
package struct ConsentWords: Sendable {
    /// Each phrase of the text.
    package enum Phrase: String, Hashable, Sendable, CaseIterable {
        case titleIntroduction, titleClosing, readWhole
        case you, tierA, tierB, teller, told, credential
        case items, substanceYes, substanceNo, excluded, nothingExcluded, purpose
        case room, end, endEvent, followUpNone, followUpOnce, followUpUntilEnd
        case revocation, reliance, support, redisclosure
        case signing, date, references, program, version, document, notice, consent, introduction
        case reason, incident, wellbeing, safety, substanceUse, helped, wishes, contact, needs
        case attended, outcome, advice
    }

    /// The language.
    package let language: LanguageTag
    private let phrases: [Phrase: String]

    /// The words of a language.
    /// - Throws: `field` when a phrase is missing, empty, or of more than one line.
    package init(language: LanguageTag, phrases: [Phrase: String]) throws(ConsentError) {
        let isLine = { (text: String) in !text.utf8.isEmpty && !text.utf8.contains(UInt8(ascii: "\n")) }
        guard Phrase.allCases.allSatisfy({ phrases[$0].map(isLine) ?? false }) else { throw .field }
        self.language = language
        self.phrases = phrases
    }

    /// A phrase.
    subscript(_ phrase: Phrase) -> String { phrases[phrase] ?? "" }
}

extension ConsentItem.Kind {
    /// What the text calls it.
    var phrase: ConsentWords.Phrase {
        switch self {
        case .reason: .reason
        case .incident: .incident
        case .wellbeing: .wellbeing
        case .safety: .safety
        case .substanceUse: .substanceUse
        case .support: .helped
        case .wishes: .wishes
        case .contact: .contact
        case .needs: .needs
        case .attended: .attended
        case .outcome: .outcome
        case .advice: .advice
        }
    }
}

extension FollowUp {
    /// What the text says of it.
    var phrase: ConsentWords.Phrase {
        switch self {
        case .none: .followUpNone
        case .once: .followUpOnce
        case .untilEnd: .followUpUntilEnd
        }
    }
}
