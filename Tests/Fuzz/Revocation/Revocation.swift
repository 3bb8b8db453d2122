import CallboxProgram
import CallboxSealing
import CallboxTesting
import Fuzzing

/// The end of a consent: an envelope as it comes, and a payload that the officer has signed.
@main
struct RevocationTarget: FuzzTarget {
    private static let kind = PayloadType("application/vnd.callbox.revocation.v1+json", limit: 4_096)
    private static let consent = ConsentHash(unchecked: [UInt8](repeating: 4, count: ConsentHash.byteCount))
    private static let officer = fixture {
        var random = SeededRandom(seed: 1)
        return SampleKey(from: &random)
    }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let envelope = rest.choice() & 1 == 0 ? rest : [officer].sign(rest, as: kind).encoded
        guard let text = try? ConsentEnvelope(envelope.text),
            let revocation = try? Revocation(text, of: consent, by: officer.publicKey)
        else { return }
        precondition(revocation.consent == consent && revocation.text == text, "it ends another consent")
    }
}
