internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// One session with one other party: the Double Ratchet with encrypted headers and an X-Wing step at every turn (ratchet.md).
///
/// A failed receipt leaves it as it was. It must be stored before a sealed cell leaves, and together with whatever it opened.
package struct Session: ~Copyable {
    /// The session's name, 32 bytes; both sides have the same.
    package let id: SessionID
    /// Which end we are.
    package let role: Role

    var rootKey: Secret
    /// Our ratchet keys, while a reply to them is awaited.
    var own: OwnKeys?
    var peer: PeerKeys?
    var sending: SendingChain?
    var receiving: ReceivingChain?
    var nextSendingHeaderKey: Secret
    var nextReceivingHeaderKey: Secret
    /// How many messages our previous sending chain had.
    var previousCount: UInt32 = 0
    var skipped = SkippedKeys()

    /// A responder's session, before the first message: the day's keys stand in for a ratchet step.
    init(responder keys: borrowing SessionKeys, agreement: consuming AgreementKey, kem: consuming KEMKey) {
        id = keys.id
        role = .responder
        rootKey = keys.rootKey.clone()
        own = OwnKeys(agreement: agreement, kem: kem)
        peer = nil
        sending = nil
        receiving = nil
        nextSendingHeaderKey = keys.responderHeaderKey.clone()
        nextReceivingHeaderKey = keys.initiatorHeaderKey.clone()
    }

    /// An initiator's session, with its first sending chain made against the day's keys.
    /// - Throws: `unusableKey`.
    init(
        initiator keys: borrowing SessionKeys, agreementKey: AgreementPublicKey, kemKey: KEMPublicKey,
        random: inout some RandomSource
    ) throws(SealingError) {
        let own = OwnKeys(agreement: .random(from: &random), kem: .random(from: &random))
        guard let agreement = try? own.agreement.agree(with: agreementKey) else { throw .unusableKey }
        let context = RatchetKeys.context(
            sender: own.agreement.publicKey, receiver: agreementKey, kem: kemKey, ciphertext: .none)
        let step = RatchetKeys.rootStep(
            keys.rootKey, agreement: agreement, encapsulated: .zero32, context: context)
        id = keys.id
        role = .initiator
        rootKey = step.rootKey.clone()
        sending = SendingChain(
            chainKey: step.chainKey.clone(), number: 0, headerKey: keys.initiatorHeaderKey.clone(), ciphertext: .none)
        nextSendingHeaderKey = step.nextHeaderKey.clone()
        nextReceivingHeaderKey = keys.responderHeaderKey.clone()
        self.own = consume own
        peer = PeerKeys(agreement: agreementKey, kem: kemKey)
        receiving = nil
    }

    /// A stored session: see `Session+Storage.swift`.
    init(
        id: SessionID, role: Role, rootKey: consuming Secret, nextSendingHeaderKey: consuming Secret,
        nextReceivingHeaderKey: consuming Secret, previousCount: UInt32
    ) {
        self.id = id
        self.role = role
        self.rootKey = rootKey
        self.nextSendingHeaderKey = nextSendingHeaderKey
        self.nextReceivingHeaderKey = nextReceivingHeaderKey
        self.previousCount = previousCount
        own = nil
        peer = nil
        sending = nil
        receiving = nil
    }
}

/// What the handshake gives a session: handshake.md section 2.
struct SessionKeys: ~Copyable {
    let id: SessionID
    let rootKey: Secret
    /// HKa: the headers of the initiator's first chain.
    let initiatorHeaderKey: Secret
    /// NHKb: the headers of the responder's first chain.
    let responderHeaderKey: Secret
}

/// One message that opened.
package struct Opened: Equatable, Sendable {
    /// The content without its padding.
    package let content: [UInt8]
    /// How many earlier messages are still missing that this one was the first to tell of.
    package let missing: UInt32
}

extension Secret {
    /// Stands for the encapsulated secret of a chain that has none.
    static var zero32: Secret { Secret(copying: [UInt8](repeating: 0, count: 32).span) }
}
