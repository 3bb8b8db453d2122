package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// Who begins a session.
package enum Initiator: Hashable, Sendable {
    /// An officer, who says only which limits notice was read before the first word.
    case officer(notice: NoticeHash)
    /// A member of the program, by roster keys.
    case member(MemberID)
}

/// Where answers go: a mailbox made for this one session.
package struct ReplyMailbox: Hashable, Sendable {
    /// Where to drop them.
    package let address: MailboxAddress
    /// What to seal them to.
    package let sealingKey: AgreementPublicKey

    /// A mailbox as it is told to the other side.
    package init(address: MailboxAddress, sealingKey: AgreementPublicKey) {
        self.address = address
        self.sealingKey = sealingKey
    }
}

/// What an initiator says of themself, sealed to the responder's post-quantum day key: handshake.md section 2.
struct Opening: Equatable {
    static let byteCount = 32 * 6 + 1 + MemberID.byteCount + ConsentHash.byteCount

    let identityKey: AgreementPublicKey
    let signingKey: VerificationKey
    let ephemeralKey: AgreementPublicKey
    let reply: ReplyMailbox
    let initiator: Initiator
    let consent: ConsentHash

    /// The three fields that say who begins: notice hash, initiator kind, initiator id.
    var initiatorFields: (notice: NoticeHash, kind: UInt8, id: MemberID) {
        switch initiator {
        case .officer(let notice): (notice, 0, .none)
        case .member(let id): (.none, 1, id)
        }
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        let who = initiatorFields
        writer.put(identityKey)
        writer.put(signingKey)
        writer.put(ephemeralKey)
        writer.put(reply.address)
        writer.put(reply.sealingKey)
        writer.put(who.notice)
        writer.put(who.kind)
        writer.put(who.id)
        writer.put(consent)
        return writer.bytes
    }

    init(
        identityKey: AgreementPublicKey, signingKey: VerificationKey, ephemeralKey: AgreementPublicKey,
        reply: ReplyMailbox, initiator: Initiator, consent: ConsentHash
    ) {
        self.identityKey = identityKey
        self.signingKey = signingKey
        self.ephemeralKey = ephemeralKey
        self.reply = reply
        self.initiator = initiator
        self.consent = consent
    }

    init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        identityKey = try reader.value()
        signingKey = try reader.value()
        ephemeralKey = try reader.value()
        reply = ReplyMailbox(address: try reader.value(), sealingKey: try reader.value())
        let notice: NoticeHash = try reader.value()
        let kind: UInt8 = try reader.integer()
        let id: MemberID = try reader.value()
        consent = try reader.value()
        try reader.finish()
        switch (kind, notice, id) {
        case (0, _, .none): initiator = .officer(notice: notice)
        case (1, .none, _): initiator = .member(id)
        default: throw .field
        }
    }
}

extension MemberID {
    /// What stands in the place of an officer's id: zero bytes.
    static let none = MemberID(unchecked: [UInt8](repeating: 0, count: byteCount))
}

extension NoticeHash {
    /// What stands in the place of a member's notice: zero bytes.
    static let none = NoticeHash(unchecked: [UInt8](repeating: 0, count: byteCount))
}
