internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// The values that a handshake runs over, the same on both sides, and what is derived from them: handshake.md section 2.
struct KeyAgreement {
    static let suite: UInt16 = 1

    let program: VerifiedProgram
    let responder: Member
    let day: Day
    let agreementKey: AgreementPublicKey
    let kemKey: KEMPublicKey

    /// HPKE's info.
    var info: [UInt8] {
        var writer = ByteWriter()
        writer.put(Label.initialInfo)
        writer.put(program.id)
        writer.put(program.version)
        writer.put(program.hash)
        writer.put(responder.id)
        writer.put(day.number)
        return writer.bytes
    }

    /// T.
    func transcript(_ opening: Opening, encapsulated: KEMCiphertext, meta: [UInt8]) -> TranscriptHash {
        let who = opening.initiatorFields
        var writer = ByteWriter(capacity: 3200)
        writer.put(Label.transcript)
        writer.put(Self.suite)
        writer.put(program.id)
        writer.put(program.version)
        writer.put(program.hash)
        writer.put(responder.id)
        writer.put(who.notice)
        writer.put(who.kind)
        writer.put(who.id)
        writer.put(opening.identityKey)
        writer.put(opening.signingKey)
        writer.put(responder.verificationKey)
        writer.put(responder.agreementKey)
        writer.put(opening.ephemeralKey)
        writer.put(opening.reply.address)
        writer.put(opening.reply.sealingKey)
        writer.put(day.number)
        writer.put(agreementKey)
        writer.put(kemKey)
        writer.put(encapsulated)
        writer.put(SHA512.hash(meta))
        writer.put(opening.consent)
        return TranscriptHash(unchecked: SHA512.hash(writer.bytes))
    }

    /// The three agreements, in their order.
    struct Agreements: ~Copyable {
        let identityWithDay: Secret
        let ephemeralWithIdentity: Secret
        let ephemeralWithDay: Secret
    }

    /// RK, HKa, NHKb and SID.
    static func keys(
        _ agreements: borrowing Agreements, shared: borrowing Secret, transcript: TranscriptHash
    ) -> SessionKeys {
        var extraction = HMAC512(key: Label.handshake.bytes.span)
        extraction.update(agreements.identityWithDay)
        extraction.update(agreements.ephemeralWithIdentity)
        extraction.update(agreements.ephemeralWithDay)
        extraction.update(shared)
        var keys = HKDF512.Expansion(extraction.finish(), info: Label.sessionKeys.bytes + transcript.bytes)
        let rootKey = keys.next(32)
        let initiatorHeaderKey = keys.next(32)
        let responderHeaderKey = keys.next(32)
        var id = [UInt8]()
        keys.next(SessionID.byteCount).appendInTheClear(to: &id)
        return SessionKeys(
            id: SessionID(unchecked: id), rootKey: rootKey, initiatorHeaderKey: initiatorHeaderKey,
            responderHeaderKey: responderHeaderKey)
    }
}
