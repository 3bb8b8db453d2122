import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire

/// `initial.json`: INIT frames with the responder's private keys, and what comes of them.
struct InitialVectors: Codable {
    struct Case: Codable {
        var comment: String
        var programId: String
        var rosterVersion: UInt64
        var rosterHash: String
        var noticeHashes: [String]
        var members: [Entry]
        var responder: Responder
        var acceptedTranscripts: [String]
        var frameB64: String
        var expect: String
        var transcript, sid, rk, hka, nhkb: String?
        var initiatorKind: Int?
        var initiatorId, replyAddress, replySealingKey, noticeHash, consentHash, content: String?
    }
    struct Entry: Codable {
        let id, sigk, ikx: String
        let choosable: Bool
    }
    struct Responder: Codable {
        let id, sigk, ikxPrivate: String
        let day: UInt32
        let spkPrivate, pqspkSeed, intakeAddress: String
    }
    let suite: Int
    let cases: [Case]
}

extension InitialVectors.Case {
    /// A frame with everything that its responder knows; nothing yet of what comes of it.
    init(_ comment: String, _ frame: Frame, _ setting: SampleHandshake) throws {
        let program = setting.sample.program
        let keys = setting.dayPrivateKeys
        self.comment = comment
        programId = program.id.bytes.hexText
        rosterVersion = program.version
        rosterHash = program.hash.bytes.hexText
        noticeHashes = program.document.content.notices.map(\.hash.bytes.hexText)
        members = program.document.content.members.map {
            InitialVectors.Entry(
                id: $0.id.bytes.hexText, sigk: $0.verificationKey.bytes.hexText,
                ikx: $0.agreementKey.bytes.hexText, choosable: $0.isChoosable(on: SampleProgram.today))
        }
        responder = InitialVectors.Responder(
            id: setting.peer.id.bytes.hexText, sigk: setting.peer.signing.publicKey.bytes.hexText,
            ikxPrivate: setting.peer.agreementKey().privateKey.revealedToATest().hexText,
            day: setting.sheet.day.number, spkPrivate: keys.agreement.hexText, pqspkSeed: keys.kemSeed.hexText,
            intakeAddress: setting.sheet.intakeAddress.bytes.hexText)
        acceptedTranscripts = []
        frameB64 = frame.bytes.base64Text
        expect = "ok"
    }

    /// The same case, with what this implementation makes of it.
    func noting(_ outcome: Result<InitialOutcome, SealingError>) -> Self {
        var noted = self
        switch outcome {
        case .failure(let error): noted.expect = error.rawValue
        case .success(let outcome):
            noted.transcript = outcome.transcript
            (noted.sid, noted.rk, noted.hka, noted.nhkb) = (outcome.sid, outcome.rk, outcome.hka, outcome.nhkb)
            noted.initiatorKind = outcome.kind
            noted.initiatorId = outcome.id
            noted.replyAddress = outcome.reply.address.bytes.hexText
            noted.replySealingKey = outcome.reply.sealingKey.bytes.hexText
            noted.noticeHash = outcome.notice
            noted.consentHash = outcome.consent
            noted.content = outcome.content
        }
        return noted
    }
}

/// What comes of an INIT, derived step by step as the vectors tell it.
struct InitialOutcome {
    let transcript, sid, rk, hka, nhkb: String
    let kind: Int
    let id, notice, consent, content: String
    let reply: ReplyMailbox

    /// Accepts a frame, and derives its keys a second time, in the open, to be written down and compared.
    static func of(
        _ frame: Frame, _ setting: SampleHandshake, accepted: ReplayCache = ReplayCache()
    ) throws -> Result<Self, SealingError> {
        do {
            let session = try setting.accept(frame, accepted: accepted)
            return .success(try Self(frame, setting, session))
        } catch let error as SealingError {
            return .failure(error)
        }
    }

    private init(_ frame: Frame, _ setting: SampleHandshake, _ accepted: borrowing AcceptedSession) throws {
        let initial = try InitialFrame(frame)
        let keys = try setting.responderKeys()
        let agreement = KeyAgreement(
            program: setting.sample.program, responder: keys.member, day: keys.day,
            agreementKey: keys.agreement.publicKey, kemKey: keys.kem.publicKey)
        var recipient = try HybridEncryption.Recipient(
            keys.kem, encapsulated: initial.encapsulated, info: agreement.info)
        let opening = try Opening(recipient.open(initial.meta, authenticating: initial.clear))
        let agreements = KeyAgreement.Agreements(
            identityWithDay: try keys.agreement.agree(with: opening.identityKey),
            ephemeralWithIdentity: try keys.identity.agree(with: opening.ephemeralKey),
            ephemeralWithDay: try keys.agreement.agree(with: opening.ephemeralKey))
        let derived = KeyAgreement.keys(
            agreements, shared: try recipient.export(Label.sharedSecret, byteCount: 32),
            transcript: accepted.transcript)
        let who = opening.initiatorFields
        transcript = accepted.transcript.bytes.hexText
        sid = derived.id.bytes.hexText
        rk = derived.rootKey.revealedToATest().hexText
        hka = derived.initiatorHeaderKey.revealedToATest().hexText
        nhkb = derived.responderHeaderKey.revealedToATest().hexText
        kind = Int(who.kind)
        id = who.id.bytes.hexText
        notice = who.notice.bytes.hexText
        consent = accepted.consent.bytes.hexText
        content = accepted.opened.content.hexText
        reply = accepted.reply
    }
}
