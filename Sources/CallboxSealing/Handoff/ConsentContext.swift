package import CallboxCrypto
package import CallboxProgram

/// Who looks at a consent, and what they know of the session it was signed in.
package enum ConsentReader: Hashable, Sendable {
    /// The officer, in that session, with the SIG of the session with the peer.
    case officer(session: SessionID, key: VerificationKey)
    /// The presenter, in that session, by their own SIGK; with the SIG of the officer in it. For a closing word that is the key of the
    /// introduction, by which the clinician knows the officer.
    case presenter(session: SessionID, officer: VerificationKey, key: VerificationKey)
    /// The recipient, by their own SIGK. They know nothing of that session.
    case recipient(key: VerificationKey)
}

/// What a consent is held against: the program, the day, and what was taken back.
package struct ConsentContext: Sendable {
    /// The version of the program document that the consent names, verified.
    package let named: VerifiedProgram
    /// The version that counts now.
    package let current: VerifiedProgram
    /// The consents that were revoked.
    package let revoked: Set<ConsentHash>
    /// The words of the consent's language.
    package let words: ConsentWords
    /// Today.
    package let today: Day

    /// What a consent is held against.
    package init(
        named: VerifiedProgram, current: VerifiedProgram, revoked: Set<ConsentHash>, words: ConsentWords, today: Day
    ) {
        self.named = named
        self.current = current
        self.revoked = revoked
        self.words = words
        self.today = today
    }

    /// Everything but the signatures.
    func check(_ record: ConsentRecord, by reader: ConsentReader) throws(ConsentError) {
        let terms = record.terms
        try check(reader, terms)
        try checkProgram(terms)
        guard words.language == terms.language, ConsentTextHash(of: words.text(of: terms)) == record.textHash else {
            throw .textMismatch
        }
        guard terms.date <= today else { throw .notYetValid }
        guard today <= terms.end.day else { throw .expired }
    }

    private func check(_ reader: ConsentReader, _ terms: ConsentTerms) throws(ConsentError) {
        switch reader {
        case .officer(let session, let key):
            guard terms.binding.session == ConsentSessionTag(session), terms.subject.key == key else {
                throw .wrongSession
            }
        case .presenter(let session, let officer, let key):
            guard terms.discloser.key == key else { throw .wrongPresenter }
            guard terms.binding.session == ConsentSessionTag(session), terms.subject.key == officer else {
                throw .wrongSession
            }
        case .recipient(let key):
            guard terms.recipient.key == key else { throw .wrongRecipient }
        }
    }

    /// The parties stood in the document that was named, and still count in the one of now.
    private func checkProgram(_ terms: ConsentTerms) throws(ConsentError) {
        let binding = terms.binding
        guard binding.program == named.id, binding.version == named.version, binding.roster == named.hash,
            named.id == current.id, named.version <= current.version, named.hasNotice(terms.notice)
        else { throw .wrongProgram }
        let roles: (teller: MemberRole, told: MemberRole) =
            terms.direction == .toClinician ? (.peer, .clinician) : (.clinician, .peer)
        guard stands(terms.discloser, as: roles.teller) else { throw .wrongPresenter }
        guard stands(terms.recipient, as: roles.told) else { throw .wrongRecipient }
    }

    private func stands(_ party: ConsentParty, as role: MemberRole) -> Bool {
        guard party.isVouched(for: named.member(party.id)), let now = current.member(party.id) else { return false }
        return now.role == role && now.verificationKey == party.key && now.isChoosable(on: today)
    }
}
