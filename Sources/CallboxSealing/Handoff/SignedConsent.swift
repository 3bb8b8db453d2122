package import CallboxCrypto
internal import CallboxProgram

/// The exact text of a signed envelope, as it travels inside a body: its hash is over these bytes, so nobody may write it anew.
package typealias ConsentEnvelope = Words<73_728>

/// A consent with signatures that nobody has checked. Only `verify` makes a `VerifiedConsent` of it.
package struct SignedConsent: Hashable, Sendable {
    /// The exact envelope.
    package let text: ConsentEnvelope
    /// What it says, believed by nobody yet.
    package let unverifiedRecord: ConsentRecord
    let envelope: SignedEnvelope

    /// Reads an envelope.
    /// - Throws: `malformed`, `field`, `bothDirections`, `lifetime`, `forged` when it is an envelope of another kind.
    package init(_ text: ConsentEnvelope) throws(ConsentError) {
        do {
            envelope = try SignedEnvelope(parsing: [UInt8](text.text.utf8), as: .consent)
        } catch {
            throw ConsentError(error)
        }
        self.text = text
        unverifiedRecord = try ConsentRecord(reading: envelope.unverifiedPayload)
    }

    /// The consent of an officer who has read `shown` and signs: with this signature alone it discloses nothing yet.
    /// - Throws: what the officer's own checks refuse; nothing was signed then.
    package static func sign(
        _ record: ConsentRecord, shown: String, by key: borrowing SigningKey, in session: SessionID,
        context: ConsentContext
    ) throws(ConsentError) -> SignedConsent {
        guard ConsentTextHash(of: shown) == record.textHash else { throw .textMismatch }
        guard record.terms.date == context.today else { throw .notYetValid }
        try context.check(record, by: .officer(session: session, key: key.verificationKey))
        return try SignedConsent(SignedEnvelope(signing: record.payload, as: .consent, by: key))
    }

    /// The same consent with the presenter's signature beside the officer's, which is checked first.
    /// - Throws: what the presenter's checks refuse; nothing was signed then.
    package func countersigned(
        by key: borrowing SigningKey, session: SessionID, officer: VerificationKey, context: ConsentContext
    ) throws(ConsentError) -> SignedConsent {
        try checkSignatures(of: [officer])
        guard unverifiedRecord.terms.discloser.key == key.verificationKey else { throw .wrongPresenter }
        try context.check(
            unverifiedRecord, by: .presenter(session: session, officer: officer, key: key.verificationKey))
        var envelope = envelope
        envelope.sign(as: .consent, by: key)
        return try SignedConsent(envelope)
    }

    /// Checks both signatures and everything else that this reader can judge.
    /// - Throws: the first thing that does not hold.
    package func verify(
        by reader: ConsentReader, context: ConsentContext
    ) throws(ConsentError) -> VerifiedConsent {
        let terms = unverifiedRecord.terms
        try checkSignatures(of: [terms.subject.key, terms.discloser.key])
        guard !context.revoked.contains(hash) else { throw .revoked }
        try context.check(unverifiedRecord, by: reader)
        return VerifiedConsent(self)
    }

    /// Whether this is a closing word of that introduction: names it, by the same officer, between the same two, the other way round. A peer
    /// knows by this that it is their officer who agreed.
    /// - Throws: `bothDirections` when the kinds are not those, `wrongConsent`, `wrongSession` for another officer, `wrongPresenter`,
    ///   `wrongRecipient`, `forged`.
    package func checkClosing(of introduction: SignedConsent) throws(ConsentError) {
        let (mine, first) = (unverifiedRecord.terms, introduction.unverifiedRecord.terms)
        guard mine.kind == .closingWord, first.kind == .introduction else { throw .bothDirections }
        guard mine.binding.introduction == introduction.hash else { throw .wrongConsent }
        guard mine.subject.key == first.subject.key else { throw .wrongSession }
        guard mine.discloser.key == first.recipient.key else { throw .wrongPresenter }
        guard mine.recipient.key == first.discloser.key else { throw .wrongRecipient }
        try introduction.checkSignatures(of: [first.subject.key, first.discloser.key])
        try checkSignatures(of: [mine.subject.key, mine.discloser.key])
    }

    /// SHA-512 of the exact envelope: what the handshake binds and a revocation names.
    package var hash: ConsentHash { ConsentHash(unchecked: SHA512.hash([UInt8](text.text.utf8))) }

    private func checkSignatures(of keys: [VerificationKey]) throws(ConsentError) {
        do { _ = try envelope.verify(as: .consent, by: keys, quorum: keys.count) } catch { throw .forged }
    }

    private init(_ envelope: SignedEnvelope) throws(ConsentError) {
        guard let text = try? ConsentEnvelope(String(decoding: envelope.encoded, as: UTF8.self)) else { throw .field }
        try self.init(text)
    }
}

/// A consent that counts, here and today. There is no way to make one but to verify it.
package struct VerifiedConsent: Hashable, Sendable {
    /// What the officer agreed to.
    package let terms: ConsentTerms
    /// Names the consent.
    package let hash: ConsentHash
    /// The exact envelope, to be kept and sent on.
    package let text: ConsentEnvelope

    fileprivate init(_ signed: SignedConsent) {
        terms = signed.unverifiedRecord.terms
        hash = signed.hash
        text = signed.text
    }

    /// Whether a session was begun on this consent, by the officer: the key that its handshake proves, and the hash that it binds.
    /// - Throws: `wrongSession`, `wrongConsent`.
    package func checkSession(
        identityKey: AgreementPublicKey, consent: ConsentHash
    ) throws(ConsentError) {
        guard consent == hash else { throw .wrongConsent }
        guard terms.binding.introductionKey == identityKey else { throw .wrongSession }
    }

    /// The room of the three: its name follows from the consent, so that nobody can open two.
    package var room: RoomID {
        RoomID(unchecked: Array(BLAKE2b256.hash(Label.handoffRoom, hash.bytes).prefix(RoomID.byteCount)))
    }

    /// The participant keys of that room.
    package var roomMembers: [VerificationKey] { [terms.subject.key, terms.discloser.key, terms.recipient.key] }
}
