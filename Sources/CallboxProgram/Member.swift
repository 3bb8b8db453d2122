package import CallboxCrypto

/// What somebody is in the program.
package enum MemberRole: String, Sendable, Codable, CaseIterable {
    /// A trained peer support officer.
    case peer
    /// A vetted clinician.
    case clinician
    /// A coordinator to whom monthly counts and questions go. This key signs no document.
    case coordinator
}

/// Whether somebody takes part at the moment.
package enum MemberStatus: String, Sendable, Codable, CaseIterable {
    /// Takes part.
    case active
    /// On leave; conversations that run go on.
    case away
    /// Barred until further notice.
    case suspended
    /// No longer a member. The entry stays, so that the keys are never given to anybody else.
    case removed
}

/// One entry of the roster: what the program vouches for, and what people choose by.
package struct Member: Hashable, Sendable, Codable {
    /// The member's name for good, 16 bytes.
    package var id: MemberID
    /// Peer, clinician or coordinator.
    package var role: MemberRole
    /// Active, away, suspended or removed.
    package var status: MemberStatus
    /// SIGK (Ed25519): signs prekey sheets, requests and consents.
    package var verificationKey: VerificationKey
    /// IKX (X25519): the identity in the handshake.
    package var agreementKey: AgreementPublicKey
    /// The first day on which the program vouches for this member.
    package var designatedSince: Day
    /// The credential, as a consent names it.
    package var credential: Line<120>
    /// The last day on which the credential holds.
    package var credentialExpires: Day
    /// The last day on which the training counts.
    package var trainingExpires: Day
    /// What people choose by.
    package var profile: MemberProfile

    enum CodingKeys: String, CodingKey {
        case id, role, status, credential, profile
        case verificationKey = "verification_key"
        case agreementKey = "agreement_key"
        case designatedSince = "designated_since"
        case credentialExpires = "credential_expires"
        case trainingExpires = "training_expires"
    }

    /// An entry. The program document that takes it checks it against all others.
    package init(
        id: MemberID, role: MemberRole, status: MemberStatus = .active, verificationKey: VerificationKey,
        agreementKey: AgreementPublicKey, designatedSince: Day, credential: Line<120>, credentialExpires: Day,
        trainingExpires: Day, profile: MemberProfile
    ) {
        self.id = id
        self.role = role
        self.status = status
        self.verificationKey = verificationKey
        self.agreementKey = agreementKey
        self.designatedSince = designatedSince
        self.credential = credential
        self.credentialExpires = credentialExpires
        self.trainingExpires = trainingExpires
        self.profile = profile
    }

    /// Whether a new session may be opened with this member on that day: active, designated, credential and training
    /// valid. Which role fits is the caller's question.
    package func isChoosable(on day: Day) -> Bool {
        status == .active && designatedSince <= day && day <= min(credentialExpires, trainingExpires)
    }
}
