package import CallboxProgram

/// When a consent ends by itself.
package struct ConsentEnd: Hashable, Sendable, Codable {
    /// Its last day, at most a year after its date.
    package let day: Day
    /// What ends it before that day, if the officer likes; people judge it, and end it by revoking.
    package let event: Words<512>?
    /// An end.
    package init(day: Day, event: Words<512>? = nil) {
        self.day = day
        self.event = event
    }
}

/// How far whoever receives it may come back to the officer.
package enum FollowUp: String, Hashable, Sendable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// Once, after the first contact.
    case once
    /// Until the consent ends.
    case untilEnd = "until-end"
}

/// Four things that have to be said in every consent, in words that the program answers for.
package struct ConsentStatements: Hashable, Sendable, Codable {
    /// That it can be taken back, and how.
    package let revocation: Words<2_048>
    /// What taking it back cannot undo.
    package let reliance: Words<2_048>
    /// That support does not depend on signing.
    package let support: Words<2_048>
    /// What the recipient may and may not do with it.
    package let redisclosure: Words<2_048>

    /// The four.
    package init(
        revocation: Words<2_048>, reliance: Words<2_048>, support: Words<2_048>, redisclosure: Words<2_048>
    ) {
        self.revocation = revocation
        self.reliance = reliance
        self.support = support
        self.redisclosure = redisclosure
    }
}

/// Everything that a consent says but the hash of its text: what the officer's client puts together and the text is made of.
package struct ConsentTerms: Hashable, Sendable, Codable {
    /// Its name.
    package var id: ConsentID
    /// What it is for.
    package var kind: ConsentKind
    /// Which way it lets words go.
    package var direction: ConsentDirection
    /// Whom it is about.
    package var subject: ConsentSubject
    /// Who tells, and presents it to the recipient.
    package var discloser: ConsentParty
    /// Who is told.
    package var recipient: ConsentParty
    /// What is told, word for word; each kind at most once.
    package var items: Few<ConsentItem, 12>
    /// What is not told.
    package var excluded: Few<Words<512>, 12>
    /// Whether anything about alcohol, medicines or drugs is told.
    package var substanceUse: Bool
    /// What for.
    package var purpose: Words<2_048>
    /// When it ends.
    package var end: ConsentEnd
    /// How far the recipient may come back to the officer.
    package var followUp: FollowUp
    /// What has to be said in every consent.
    package var statements: ConsentStatements
    /// The limits notice that the officer has read.
    package var notice: NoticeHash
    /// The language of the text.
    package var language: LanguageTag
    /// The day it is signed.
    package var date: Day
    /// What it holds in.
    package var binding: ConsentBinding

    private enum CodingKeys: String, CodingKey {
        case id, kind, direction, subject, discloser, recipient, items, excluded, purpose, end, statements, notice
        case language, date, binding
        case substanceUse = "substance_use"
        case followUp = "follow_up"
    }

    /// A draft. `ConsentRecord` checks it.
    package init(
        id: ConsentID, kind: ConsentKind, subject: ConsentSubject, discloser: ConsentParty, recipient: ConsentParty,
        items: Few<ConsentItem, 12>, excluded: Few<Words<512>, 12>, substanceUse: Bool, purpose: Words<2_048>,
        end: ConsentEnd, followUp: FollowUp, statements: ConsentStatements, notice: NoticeHash, language: LanguageTag,
        date: Day, binding: ConsentBinding
    ) {
        direction = kind.direction
        self.id = id
        self.kind = kind
        self.subject = subject
        self.discloser = discloser
        self.recipient = recipient
        self.items = items
        self.excluded = excluded
        self.substanceUse = substanceUse
        self.purpose = purpose
        self.end = end
        self.followUp = followUp
        self.statements = statements
        self.notice = notice
        self.language = language
        self.date = date
        self.binding = binding
    }
}
