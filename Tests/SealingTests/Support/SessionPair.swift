import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire

/// Two ends of one session, made from given keys without a handshake.
struct SessionPair: ~Copyable {
    var initiator: Session
    var responder: Session
    var random: SeededRandom
    let initiatorMailbox: MailboxAddress
    let responderMailbox: MailboxAddress
    let today = Day(20_000)

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        let keys = SessionKeys(
            id: .random(from: &random), rootKey: Secret(random: 32, from: &random),
            initiatorHeaderKey: Secret(random: 32, from: &random),
            responderHeaderKey: Secret(random: 32, from: &random))
        let agreement = AgreementKey.random(from: &random)
        let kem = KEMKey.random(from: &random)
        initiator = try Session(
            initiator: keys, agreementKey: agreement.publicKey, kemKey: kem.publicKey, random: &random)
        responder = Session(responder: keys, agreement: agreement, kem: kem)
        initiatorMailbox = .random(from: &random)
        responderMailbox = .random(from: &random)
    }

    /// Seals a text at one end, for the other end's mailbox.
    mutating func send(_ text: String, from role: Role) throws -> Frame {
        switch role {
        case .initiator: try initiator.seal(Array(text.utf8), to: responderMailbox, random: &random)
        case .responder: try responder.seal(Array(text.utf8), to: initiatorMailbox, random: &random)
        }
    }

    /// Opens a frame at one end, out of its own mailbox.
    mutating func receive(_ frame: Frame, at role: Role) throws(SealingError) -> Opened {
        switch role {
        case .initiator: try initiator.open(frame, at: initiatorMailbox, today: today)
        case .responder: try responder.open(frame, at: responderMailbox, today: today)
        }
    }

    /// Seals at one end and opens at the other.
    mutating func exchange(_ text: String, from role: Role) throws -> String {
        let frame = try send(text, from: role)
        return String(decoding: try receive(frame, at: role.other).content, as: UTF8.self)
    }

    /// Every stored byte of one end's state, to show that nothing changed.
    func state(of role: Role) -> [UInt8] {
        var fixed = SeededRandom(seed: 0)
        let key = Secret(random: 32, from: &fixed)
        switch role {
        case .initiator: return initiator.sealed(under: key, random: &fixed)
        case .responder: return responder.sealed(under: key, random: &fixed)
        }
    }

    /// Puts one end through its stored form.
    mutating func restart(_ role: Role) throws {
        let key = Secret(random: 32, from: &random)
        switch role {
        case .initiator: initiator = try .open(initiator.sealed(under: key, random: &random), under: key)
        case .responder: responder = try .open(responder.sealed(under: key, random: &random), under: key)
        }
    }
}

extension Frame {
    /// The bytes of the same frame with one bit changed.
    func flippedBytes(_ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }

    /// The same frame with one bit changed behind its head.
    func flipping(_ index: Int) -> Frame {
        guard let frame = try? Frame(flippedBytes(index)) else { preconditionFailure("the head stays as it is") }
        return frame
    }
}
