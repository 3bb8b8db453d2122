import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

/// `ratchet.json`: whole conversations, with every private key of both ends, so that a reader can play either.
struct RatchetVectors: Codable {
    struct Case: Codable {
        let comment: String
        let sid, rk, hka, nhkb: String
        let responder: DayKeys
        var steps: [Step]
    }
    struct DayKeys: Codable { let spkPrivate, pqspkSeed: String }
    struct Step: Codable {
        let sender, mailbox, frameKind, messageB64: String
        let deliver: Bool
        var ownDhPrivate, ownKemSeed: String?
        let expect: String
        var content: String?
    }
    let cases: [Case]
}

/// Plays a conversation and writes it down.
struct RatchetRecorder: ~Copyable {
    var random: RecordingRandom
    var initiator: Session
    var responder: Session
    let mailboxes: [Role: MailboxAddress]
    let today = Day(20_000)
    private(set) var written: RatchetVectors.Case
    /// The private key and the seed behind each end's current chain.
    private var chainKeys: [Role: [[UInt8]]] = [:]

    init(_ comment: String, seed: UInt64) throws {
        var random = RecordingRandom(seed: seed)
        let keys = SessionKeys(
            id: .random(from: &random), rootKey: Secret(random: 32, from: &random),
            initiatorHeaderKey: Secret(random: 32, from: &random),
            responderHeaderKey: Secret(random: 32, from: &random))
        let agreement = AgreementKey.random(from: &random)
        let kem = KEMKey.random(from: &random)
        mailboxes = [.initiator: .random(from: &random), .responder: .random(from: &random)]
        written = RatchetVectors.Case(
            comment: comment, sid: keys.id.bytes.hexText, rk: keys.rootKey.revealedToATest().hexText,
            hka: keys.initiatorHeaderKey.revealedToATest().hexText,
            nhkb: keys.responderHeaderKey.revealedToATest().hexText,
            responder: .init(
                spkPrivate: agreement.privateKey.revealedToATest().hexText,
                pqspkSeed: kem.storedSeed.revealedToATest().hexText),
            steps: [])
        random.forget()
        // Draws its two private keys now; they belong to the first step.
        initiator = try Session(
            initiator: keys, agreementKey: agreement.publicKey, kemKey: kem.publicKey, random: &random)
        responder = Session(responder: keys, agreement: agreement, kem: kem)
        self.random = random
    }

    /// Seals a text without delivering it.
    mutating func seal(_ text: String, from role: Role) throws -> (frame: Frame, step: RatchetVectors.Step) {
        guard let to = mailboxes[role.other] else { throw SealingError.refused }
        let frame: Frame
        switch role {
        case .initiator: frame = try initiator.seal(Array(text.utf8), to: to, random: &random)
        case .responder: frame = try responder.seal(Array(text.utf8), to: to, random: &random)
        }
        // Header nonce and r are drawn for each message; a new chain draws a key pair's private key and a seed before them.
        if random.draws.count == 4 { chainKeys[role] = Array(random.draws.prefix(2)) }
        random.forget()
        let fresh = chainKeys[role] ?? []
        let step = RatchetVectors.Step(
            sender: "\(role)", mailbox: to.bytes.hexText, frameKind: "ratchet",
            messageB64: Array(frame.bytes[2...]).base64Text, deliver: true, ownDhPrivate: fresh.first?.hexText,
            ownKemSeed: fresh.dropFirst().first?.hexText, expect: "ok", content: Array(text.utf8).hexText)
        return (frame, step)
    }

    /// Delivers what was sealed, and notes what came of it.
    mutating func deliver(_ sealed: (frame: Frame, step: RatchetVectors.Step)) {
        let role: Role = sealed.step.sender == "initiator" ? .responder : .initiator
        guard let at = mailboxes[role] else { return }
        let opened: Opened?
        switch role {
        case .initiator: opened = try? initiator.open(sealed.frame, at: at, today: today)
        case .responder: opened = try? responder.open(sealed.frame, at: at, today: today)
        }
        written.steps.append(sealed.step.noting(opened))
    }

    /// Delivers a frame that was altered on its way, which must not open.
    mutating func deliver(_ sealed: (frame: Frame, step: RatchetVectors.Step), flipping index: Int) {
        let frame = sealed.frame.flipping(index)
        deliver((frame, sealed.step.carrying(frame)))
    }

    /// Notes that a frame was sealed and never arrived.
    mutating func lose(_ sealed: (frame: Frame, step: RatchetVectors.Step)) {
        written.steps.append(sealed.step.lost)
    }
}

extension RatchetVectors.Step {
    func noting(_ opened: Opened?) -> Self {
        Self(
            sender: sender, mailbox: mailbox, frameKind: frameKind, messageB64: messageB64, deliver: true,
            ownDhPrivate: ownDhPrivate, ownKemSeed: ownKemSeed, expect: opened == nil ? "refused" : "ok",
            content: opened?.content.hexText)
    }

    func carrying(_ frame: Frame) -> Self {
        Self(
            sender: sender, mailbox: mailbox, frameKind: frameKind, messageB64: Array(frame.bytes[2...]).base64Text,
            deliver: true, ownDhPrivate: ownDhPrivate, ownKemSeed: ownKemSeed, expect: expect, content: content)
    }

    var lost: Self {
        Self(
            sender: sender, mailbox: mailbox, frameKind: frameKind, messageB64: messageB64, deliver: false,
            ownDhPrivate: ownDhPrivate, ownKemSeed: ownKemSeed, expect: expect, content: content)
    }
}
