package import CallboxCrypto
package import CallboxProgram
package import CallboxSealing
package import CallboxWire

/// A peer of a sample program with the sheet of today, and whoever begins a session with them.
package struct SampleHandshake: Sendable {
    /// The program with all its keys.
    package let sample: SampleProgram
    /// The responder.
    package let peer: SampleMember
    /// The responder's roster entry.
    package let entry: Member
    /// Today's sheet, verified.
    package let sheet: VerifiedSheet
    /// Where the initiator collects answers.
    package let reply: ReplyMailbox
    /// The notice that an officer has read.
    package let notice: NoticeHash
    private let dayKeys: [[UInt8]]
    /// What the handshakes draw from.
    package var random: RecordingRandom

    /// A setting; the same seed makes the same keys.
    package init(seed: UInt64) throws {
        var random = RecordingRandom(seed: seed)
        sample = try SampleProgram(from: &random)
        peer = sample.peers[0]
        entry = try peer.entry()
        let intake = AgreementKey.random(from: &random)
        let mailbox = SampleMailbox(address: .random(from: &random), sealingKey: intake.publicKey)
        let made = sample.sheet(of: peer, mailbox: mailbox, from: &random)
        sheet = try made.sheet.verify(in: sample.program, now: SampleProgram.now)
        dayKeys = [
            made.secrets.agreementKey.privateKey.revealedToATest(), made.secrets.kemKey.storedSeed.revealedToATest(),
            intake.privateKey.revealedToATest(),
        ]
        reply = ReplyMailbox(
            address: .random(from: &random), sealingKey: AgreementKey.random(from: &random).publicKey)
        notice = sample.program.document.content.notices[0].hash
        random.forget()
        self.random = random
    }

    /// An officer's fresh keys.
    package mutating func officer() -> InitiatorKeys {
        let identity = AgreementKey.random(from: &random)
        let signing = SigningKey.random(from: &random)
        return InitiatorKeys(.officer(notice: notice), identity: identity, signingKey: signing.verificationKey)
    }

    /// Another member's roster keys.
    package func member(_ member: SampleMember) -> InitiatorKeys {
        InitiatorKeys(.member(member.id), identity: member.agreementKey(), signingKey: member.signing.publicKey)
    }

    /// Begins a session with the peer.
    package mutating func begin(
        by keys: consuming InitiatorKeys, consent: ConsentHash = .none, content: [UInt8] = Array("hello".utf8)
    ) throws(SealingError) -> BegunSession {
        try BegunSession.begin(
            by: keys, with: sheet, in: sample.program, reply: reply, consent: consent, content: content,
            random: &random)
    }

    /// The responder's private keys of a day.
    package func responderKeys(
        of member: SampleMember? = nil, day: Day = SampleProgram.today, agreement: [UInt8]? = nil,
        kemSeed: [UInt8]? = nil
    ) throws -> ResponderKeys {
        let scalar = agreement ?? dayKeys[0]
        let seed = kemSeed ?? dayKeys[1]
        return ResponderKeys(
            member: try (member ?? peer).entry(), identity: (member ?? peer).agreementKey(), day: day,
            agreement: try AgreementKey(Secret(copying: scalar.span)),
            kem: try KEMKey(seed: Secret(copying: seed.span)))
    }

    /// Opens what was sealed to the intake mailbox.
    package func intakeKey() throws -> AgreementKey {
        let scalar = dayKeys[2]
        return try AgreementKey(Secret(copying: scalar.span))
    }

    /// SPK's private key and PQSPK's seed, 32 bytes each.
    package var dayPrivateKeys: (agreement: [UInt8], kemSeed: [UInt8]) { (dayKeys[0], dayKeys[1]) }

    /// Accepts a frame as the peer.
    package func accept(_ frame: Frame, accepted: ReplayCache = ReplayCache()) throws -> AcceptedSession {
        try AcceptedSession.accept(
            InitialFrame(frame), at: sheet.intakeAddress, with: responderKeys(), in: sample.program,
            accepted: accepted, today: SampleProgram.today)
    }
}
