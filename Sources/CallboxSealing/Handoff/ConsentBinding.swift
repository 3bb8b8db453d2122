package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// A session's name in a consent: BLAKE2b-256 over its SID, so that the SID itself goes to nobody; 32 bytes.
package struct ConsentSessionTag: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    /// The tag of the session in which a consent is signed.
    package init(_ session: SessionID) {
        self.init(unchecked: BLAKE2b256.hash(Label.consentSession, session.bytes))
    }
}

/// What a consent holds for good in, beside the people.
package struct ConsentBinding: Hashable, Sendable, Codable {
    /// The program.
    package let program: ProgramID
    /// The version of its document.
    package let version: UInt64
    /// The hash of that document.
    package let roster: RosterHash
    /// The session in which it is signed.
    package let session: ConsentSessionTag
    /// IK of the session that the officer will begin with the clinician; there exactly in an introduction. Who has the signed consent but
    /// not this key's private half cannot begin that session.
    package let introductionKey: AgreementPublicKey?
    /// The consent that introduced the two; there exactly in a closing word, which is signed by the same key of the officer's.
    package let introduction: ConsentHash?

    /// What an introduction holds in.
    package init(program: VerifiedProgram, session: SessionID, introductionKey: AgreementPublicKey) {
        self.init(program, session, introductionKey, nil)
    }

    /// What a closing word holds in.
    package init(program: VerifiedProgram, session: SessionID, introduction: ConsentHash) {
        self.init(program, session, nil, introduction)
    }

    private init(
        _ program: VerifiedProgram, _ session: SessionID, _ introductionKey: AgreementPublicKey?,
        _ introduction: ConsentHash?
    ) {
        self.program = program.id
        version = program.version
        roster = program.hash
        self.session = ConsentSessionTag(session)
        self.introductionKey = introductionKey
        self.introduction = introduction
    }

    private enum CodingKeys: String, CodingKey {
        case program, version, roster, session, introduction
        case introductionKey = "introduction_key"
    }
}
