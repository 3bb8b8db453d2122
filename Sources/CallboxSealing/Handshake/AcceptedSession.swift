package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What a responder needs to accept: their roster entry, and the private halves of it and of the day's sheet.
package struct ResponderKeys: ~Copyable {
    let member: Member
    let identity: AgreementKey
    let day: Day
    let agreement: AgreementKey
    let kem: KEMKey

    /// A member's keys for one day.
    package init(
        member: Member, identity: consuming AgreementKey, day: Day, agreement: consuming AgreementKey,
        kem: consuming KEMKey
    ) {
        self.member = member
        self.identity = identity
        self.day = day
        self.agreement = agreement
        self.kem = kem
    }
}

/// A session that was accepted, with its first message. Store session, transcript and content in one step, then acknowledge.
package struct AcceptedSession: ~Copyable {
    /// The session.
    package var session: Session
    /// Who began it.
    package let initiator: Initiator
    /// The key behind the initiator's consents: an officer's for this session, a member's SIGK.
    package let signingKey: VerificationKey
    /// The initiator's identity key: an officer's for this session, which a consent may name; a member's IKX.
    package let identityKey: AgreementPublicKey
    /// Where answers go.
    package let reply: ReplyMailbox
    /// The consent it was begun on, or `none`. The record itself comes in a body, and must have this hash.
    package let consent: ConsentHash
    /// What both sides agree on; goes into the replay cache.
    package let transcript: TranscriptHash
    /// The first content.
    package let opened: Opened

    /// Accepts an INIT that was collected from the intake mailbox.
    /// - Throws: `unknownDay`, `unknownVersion`: keep the cell; `repeated`: acknowledge it; `refused`. Nothing was changed.
    package static func accept(
        _ frame: InitialFrame, at intake: MailboxAddress, with keys: borrowing ResponderKeys,
        in program: VerifiedProgram, accepted: ReplayCache, today: Day
    ) throws(SealingError) -> AcceptedSession {
        guard frame.day == keys.day else { throw .unknownDay }
        guard frame.rosterVersion == program.version else { throw .unknownVersion }
        let agreement = KeyAgreement(
            program: program, responder: keys.member, day: keys.day, agreementKey: keys.agreement.publicKey,
            kemKey: keys.kem.publicKey)
        do {
            var recipient = try HybridEncryption.Recipient(
                keys.kem, encapsulated: frame.encapsulated, info: agreement.info)
            let opening = try Opening(recipient.open(frame.meta, authenticating: frame.clear))
            try check(opening, by: keys.member, in: program, today: today)
            let transcript = agreement.transcript(opening, encapsulated: frame.encapsulated, meta: frame.meta)
            guard !accepted.contains(transcript, of: frame.day) else { throw SealingError.repeated }
            let agreements = KeyAgreement.Agreements(
                identityWithDay: try keys.agreement.agree(with: opening.identityKey),
                ephemeralWithIdentity: try keys.identity.agree(with: opening.ephemeralKey),
                ephemeralWithDay: try keys.agreement.agree(with: opening.ephemeralKey))
            let sessionKeys = KeyAgreement.keys(
                agreements, shared: try recipient.export(Label.sharedSecret, byteCount: 32), transcript: transcript)
            var session = Session(
                responder: sessionKeys, agreement: keys.agreement.clone(), kem: keys.kem.clone())
            let opened = try session.open(frame.message, at: intake, today: today)
            // An INIT carries the first message of its chain, and no other.
            guard opened.missing == 0 else { throw SealingError.refused }
            return AcceptedSession(
                session: session, initiator: opening.initiator, signingKey: opening.signingKey,
                identityKey: opening.identityKey, reply: opening.reply, consent: opening.consent,
                transcript: transcript, opened: opened)
        } catch SealingError.repeated {
            throw .repeated
        } catch {
            throw .refused
        }
    }

    /// Whether the initiator may be who they say.
    private static func check(
        _ opening: Opening, by responder: Member, in program: VerifiedProgram, today: Day
    ) throws(SealingError) {
        guard opening.reply.sealingKey.isUsable else { throw .refused }
        switch opening.initiator {
        case .officer(let notice):
            guard program.hasNotice(notice) else { throw .refused }
        case .member(let id):
            guard id != responder.id, let member = program.member(id), member.isChoosable(on: today),
                member.agreementKey == opening.identityKey, member.verificationKey == opening.signingKey
            else { throw .refused }
        }
    }
}
