import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Fuzzing

/// Frames at a responder whose keys we know, from a peer who seals whatever they like: noise, any header in the current chain or in
/// the next one, or any body behind a right header (ratchet.md sections 1 to 3).
@main
struct RatchetTarget: FuzzTarget {
    private static let vault = Secret(copying: [UInt8](repeating: 1, count: AEAD.keyByteCount).span)
    private static let id = [UInt8](repeating: 2, count: SessionID.byteCount)
    private static let mailbox = MailboxAddress(unchecked: [UInt8](repeating: 3, count: MailboxAddress.byteCount))
    private static let nextHeaderKey = [UInt8](repeating: 4, count: 32)
    private static let chainKey = [UInt8](repeating: 5, count: 32)
    private static let headerKey = [UInt8](repeating: 6, count: 32)
    private static let nonce = [UInt8](repeating: 7, count: AEAD.nonceByteCount)
    private static let nextNumber: UInt32 = 5
    private static let headerByteCount = 1 + 32 + KEMPublicKey.byteCount + KEMCiphertext.byteCount + 4 + 4
    private static let associatedData = [UInt8]("callbox/v1/ad".utf8) + id + [0] + mailbox.bytes

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() & 3 {
        case 0: open(rest)
        case 1: open(header(rest, under: headerKey))
        case 2: open(header(rest, under: nextHeaderKey))
        default: openBody(rest)
        }
    }

    @discardableResult
    private static func open(_ rest: [UInt8], on today: Day = Day(20_000)) -> [UInt8]? {
        let frame = fixture { try Frame(.ratchet, rest: rest.filled(to: Frame.restByteCount)) }
        var session = fixture { try Session.open(stored, under: vault) }
        return try? session.open(frame, at: mailbox, today: today).content
    }

    /// A sealed header.
    private static func header(_ plain: [UInt8], under key: [UInt8]) -> [UInt8] {
        var output = nonce
        AEAD.seal(
            plain.filled(to: headerByteCount).span, key: Secret(copying: key.span), nonce: nonce.span,
            authenticating: associatedData.span, into: &output)
        return output
    }

    /// A whole message, with that many before it missing, on that day, with that padded content.
    private static func openBody(_ bytes: [UInt8]) {
        var padded = bytes
        let missing = UInt32(padded.choice() & 7)
        let today = padded.choice() & 1 == 0 ? Day(20_000) : Day(.max)
        var number = ByteWriter()
        number.put(nextNumber + missing)
        let plain = [UInt8](repeating: 0, count: headerByteCount - 4) + number.bytes
        let header = header(plain, under: headerKey)
        var key = Secret(copying: chainKey.span)
        for _ in 0..<missing { key = half(key, 2) }
        var hash = SHA512()
        hash.update(associatedData + header)
        let info = [UInt8]("callbox/v1/mk".utf8) + nonce + hash.finish()
        var keys = HKDF512.Expansion(half(key, 1), info: info)
        let messageKey = keys.next(32)
        var commitment: [UInt8] = []
        keys.next(32).appendInTheClear(to: &commitment)
        var message = header + nonce + commitment
        padded = padded.filled(to: Frame.restByteCount - message.count - AEAD.tagByteCount)
        AEAD.seal(
            padded.span, key: messageKey, nonce: nonce.span,
            authenticating: (associatedData + header + commitment).span, into: &message)
        let count = Int(padded[0]) << 8 | Int(padded[1])
        let isPadded = count <= padded.count - 2 && padded.dropFirst(2 + count).allSatisfy { $0 == 0 }
        let content = isPadded ? [UInt8](padded[2..<2 + count]) : nil
        precondition(open(message, on: today) == content, "the padding was read otherwise")
    }

    /// One half of a step along the chain: ratchet.md section 1.
    private static func half(_ chainKey: borrowing Secret, _ tag: UInt8) -> Secret {
        var mac = HMAC512(key: chainKey)
        mac.update([tag])
        return mac.finish().part(0..<32)
    }

    /// A responder in the initiator's first chain, in the form that the vault seals: ratchet.md section 2.
    private static let stored: [UInt8] = {
        var random = SeededRandom(seed: 1)
        let agreement = AgreementKey.random(from: &random)
        let kem = KEMKey.random(from: &random)
        var writer = SecretWriter()
        writer.put([1, 1] + id + [UInt8](repeating: 8, count: 64) + nextHeaderKey)
        writer.put(UInt32(0))
        writer.put(UInt8(1))
        writer.put(agreement.privateKey)
        writer.put(agreement.publicKey.bytes)
        writer.put(kem.storedSeed)
        writer.put(kem.publicKey.bytes)
        writer.put([0, 0, 1] + chainKey)
        writer.put(nextNumber)
        writer.put(headerKey + [0, 0, 0, 0])
        return writer.sealed(under: vault, authenticating: [UInt8]("callbox/v1/session".utf8), random: &random)
    }()
}
