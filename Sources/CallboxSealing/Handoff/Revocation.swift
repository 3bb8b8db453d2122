package import CallboxCrypto
internal import CallboxProgram

/// The officer's word that a consent is over: handoff.md section 5. Final from receipt; nothing revives the consent.
package struct Revocation: Hashable, Sendable {
    /// Its exact envelope.
    package let text: ConsentEnvelope
    /// The consent that it ends.
    package let consent: ConsentHash
    /// When it was signed.
    package let at: Hour

    /// Takes a consent back.
    /// - Throws: `wrongSession` when the key is not the one that signed the consent.
    package static func sign(
        _ consent: VerifiedConsent, at hour: Hour, by key: borrowing SigningKey
    ) throws(ConsentError) -> Revocation {
        try sign(consent.hash, of: consent.terms.subject.key, at: hour, by: key)
    }

    /// Takes a consent back that nobody else has signed yet, or that does not verify any more: whoever signed can always take it back.
    /// - Throws: `wrongSession` when the key is not the one that signed the consent.
    package static func sign(
        _ consent: SignedConsent, at hour: Hour, by key: borrowing SigningKey
    ) throws(ConsentError) -> Revocation {
        try sign(consent.hash, of: consent.unverifiedRecord.terms.subject.key, at: hour, by: key)
    }

    private static func sign(
        _ consent: ConsentHash, of officer: VerificationKey, at hour: Hour, by key: borrowing SigningKey
    ) throws(ConsentError) -> Revocation {
        guard key.verificationKey == officer else { throw .wrongSession }
        let content = Content(v: 1, consent: consent, at: hour)
        let envelope = SignedEnvelope(signing: DocumentCoding.encode(content), as: .revocation, by: key)
        guard let text = try? ConsentEnvelope(String(decoding: envelope.encoded, as: UTF8.self)) else { throw .field }
        return try Revocation(text, of: consent, by: key.verificationKey)
    }

    /// Believes a revocation of a consent that this officer's key signed. Its time is not judged: it counts from now.
    /// - Throws: `malformed`, `field`, `forged`; `wrongConsent` when it ends another one.
    package init(
        _ text: ConsentEnvelope, of consent: ConsentHash, by officer: VerificationKey
    ) throws(ConsentError) {
        do {
            let envelope = try SignedEnvelope(parsing: [UInt8](text.text.utf8), as: .revocation)
            let payload = try envelope.verify(as: .revocation, by: [officer], quorum: 1)
            let content: Content = try DocumentCoding.decode(from: payload.bytes, limit: PayloadType.revocation.limit)
            guard content.v == 1 else { throw ConsentError.malformed }
            guard content.consent == consent else { throw ConsentError.wrongConsent }
            self.text = text
            self.consent = content.consent
            at = content.at
        } catch let error as ConsentError {
            throw error
        } catch let error as ProgramError {
            throw ConsentError(error)
        } catch {
            throw .malformed
        }
    }

    private struct Content: Codable {
        let v: UInt32
        let consent: ConsentHash
        let at: Hour
    }
}
