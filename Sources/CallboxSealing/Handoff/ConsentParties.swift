package import CallboxCrypto
package import CallboxProgram

/// Names one consent, 16 random bytes, so that two of the same words and day are still two.
package struct ConsentID: FixedBytes, Codable {
    /// 16.
    package static let byteCount = 16
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension ConsentHash: Codable {}

/// Whom a consent is about: the officer.
package struct ConsentSubject: Hashable, Sendable, Codable {
    /// How much the recipient learns of who it is.
    package enum Tier: String, Hashable, Sendable, Codable, CaseIterable {
        /// A pseudonym, and nothing else.
        case pseudonymous = "A"
        /// A name too, sealed to the recipient alone.
        case identified = "B"
    }

    /// What the officer is called here.
    package let pseudonym: Words<64>
    /// Pseudonymous or identified.
    package let tier: Tier
    /// The name, for the recipient's eyes; there exactly in tier B.
    package let sealedName: SealedName?
    /// The officer's SIG of the session with the peer, for an introduction and for the closing word after it: the peer knows it, the
    /// clinician learns it here. Bears the officer's name in the room of a handoff.
    package let key: VerificationKey

    /// The officer.
    package init(pseudonym: Words<64>, tier: Tier, sealedName: SealedName? = nil, key: VerificationKey) {
        self.pseudonym = pseudonym
        self.tier = tier
        self.sealedName = sealedName
        self.key = key
    }

    private enum CodingKeys: String, CodingKey {
        case pseudonym, tier, key
        case sealedName = "sealed_name"
    }
}

/// A member who discloses or receives, as the roster has them.
package struct ConsentParty: Hashable, Sendable, Codable {
    /// The member.
    package let id: MemberID
    /// Their SIGK. Bears their name in the room of a handoff.
    package let key: VerificationKey
    /// Their name.
    package let name: Words<80>
    /// Their credential.
    package let credential: Words<120>

    /// A member, as the roster has them.
    /// - Throws: never for a member of a verified program, whose lines are shorter.
    package init(_ member: Member) throws(BodyError) {
        id = member.id
        key = member.verificationKey
        name = try Words(member.profile.name.text)
        credential = try Words(member.credential.text)
    }

    /// Whether the program vouches for this party, by this key, name and credential.
    func isVouched(for member: Member?) -> Bool { member.flatMap { try? ConsentParty($0) } == self }
}
