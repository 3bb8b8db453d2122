package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// Who begins a session, with the keys for it. An officer's are fresh for this session; a member's are the roster's.
package struct InitiatorKeys: ~Copyable {
    let who: Initiator
    let identity: AgreementKey
    let signingKey: VerificationKey

    /// The two keys of who begins; of the signing key the public half is enough.
    package init(_ who: Initiator, identity: consuming AgreementKey, signingKey: VerificationKey) {
        self.who = who
        self.identity = identity
        self.signingKey = signingKey
    }
}

/// A session that was begun, and the frame that begins it at the other side. Store the session before the cell leaves.
package struct BegunSession: ~Copyable {
    /// The session, with its first message sealed.
    package var session: Session
    /// The INIT frame.
    package let frame: Frame
    /// What both sides agree on.
    package let transcript: TranscriptHash

    /// Begins a session with a member, on today's sheet, with the first part of the first body.
    /// - Throws: `tooLong` (over 4,230 bytes), `unusableKey`. Nothing was made then.
    package static func begin(
        by keys: consuming InitiatorKeys, with sheet: VerifiedSheet, in program: VerifiedProgram,
        reply: ReplyMailbox, consent: ConsentHash = .none, content: [UInt8], random: inout some RandomSource
    ) throws(SealingError) -> BegunSession {
        let agreement = KeyAgreement(
            program: program, responder: sheet.member, day: sheet.day, agreementKey: sheet.agreementKey,
            kemKey: sheet.kemKey)
        let ephemeral = AgreementKey.random(from: &random)
        let opening = Opening(
            identityKey: keys.identity.publicKey, signingKey: keys.signingKey, ephemeralKey: ephemeral.publicKey,
            reply: reply, initiator: keys.who, consent: consent)
        do {
            var sender = try HybridEncryption.Sender(to: sheet.kemKey, info: agreement.info)
            var frame = InitialFrame.clear(day: sheet.day, rosterVersion: program.version)
            let meta = sender.seal(opening.bytes, authenticating: frame)
            let transcript = agreement.transcript(opening, encapsulated: sender.encapsulated, meta: meta)
            let agreements = KeyAgreement.Agreements(
                identityWithDay: try keys.identity.agree(with: sheet.agreementKey),
                ephemeralWithIdentity: try ephemeral.agree(with: sheet.member.agreementKey),
                ephemeralWithDay: try ephemeral.agree(with: sheet.agreementKey))
            let sessionKeys = KeyAgreement.keys(
                agreements, shared: sender.export(Label.sharedSecret, byteCount: 32), transcript: transcript)
            var session = try Session(
                initiator: sessionKeys, agreementKey: sheet.agreementKey, kemKey: sheet.kemKey, random: &random)
            frame += sender.encapsulated.bytes
            frame += meta
            try session.seal(content, to: sheet.intakeAddress, filling: &frame, random: &random)
            return BegunSession(session: session, frame: Frame(filled: frame), transcript: transcript)
        } catch let error as SealingError {
            throw error
        } catch {
            throw .unusableKey
        }
    }
}
