import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Fuzzing

/// A stored session: sealed bytes as they come, and whatever could stand in them. What opens goes on working or says why not.
@main
struct StoredSessionTarget: FuzzTarget {
    private static let key = Secret(copying: [UInt8](repeating: 1, count: AEAD.keyByteCount).span)
    private static let mailbox = MailboxAddress(unchecked: [UInt8](repeating: 2, count: MailboxAddress.byteCount))

    static func decode(_ bytes: [UInt8]) {
        _ = try? Session.open(bytes, under: key).role
        var writer = SecretWriter()
        writer.put(bytes)
        var random = SeededRandom(seed: 1)
        let stored = writer.sealed(under: key, authenticating: [UInt8]("callbox/v1/session".utf8), random: &random)
        guard var session = try? Session.open(stored, under: key) else { return }
        let again = restored(session)
        precondition(sealed(again) == sealed(session), "stored again it is another session")
        let frame = fixture { try Frame(.ratchet, rest: bytes.filled(to: Frame.restByteCount)) }
        for day in [Day(0), Day(.max)] { _ = try? session.open(frame, at: mailbox, today: day) }
        guard (try? session.seal([1], to: mailbox, random: &random)) != nil else { return }
        precondition(sealed(restored(session)) == sealed(session), "after a message it is another session")
    }

    private static func sealed(_ session: borrowing Session) -> [UInt8] {
        var random = SeededRandom(seed: 2)
        return session.sealed(under: key, random: &random)
    }

    private static func restored(_ session: borrowing Session) -> Session {
        let stored = sealed(session)
        return fixture { try Session.open(stored, under: key) }
    }
}
