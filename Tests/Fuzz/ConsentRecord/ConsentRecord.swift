import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import Fuzzing

/// A consent, and what its readers make of it once the sample's people have signed it.
@main
struct ConsentRecordTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }
    private static let words = fixture { try ConsentWords.english() }
    private static let kind = PayloadType("application/vnd.callbox.consent.v1+json", limit: 49_152)
    private static let officer = fixture {
        var random = SeededRandom(seed: 1)
        return SampleKey(from: &random)
    }

    static func decode(_ bytes: [UInt8]) {
        let record = RoundTrip.stable(bytes, { try ConsentRecord(reading: $0) }, DocumentCoding.encode)
        guard let record else { return }
        _ = words.text(of: record.terms)
        let envelope = [officer, sample.peers[0].signing, sample.clinician.signing].sign(bytes, as: kind)
        guard let text = try? ConsentEnvelope(envelope.encoded.text), let consent = try? SignedConsent(text) else {
            preconditionFailure("a record that can be read cannot be sent")
        }
        precondition(consent.unverifiedRecord == record, "another record than was signed")
        let context = ConsentContext(
            named: sample.program, current: sample.program, revoked: [], words: words, today: SampleProgram.today)
        for key in [sample.peers[0].signing.publicKey, sample.clinician.signing.publicKey] {
            guard let verified = try? consent.verify(by: .recipient(key: key), context: context) else { continue }
            precondition((try? verified.permits(verified.wholePacket)) != nil, "not even what was agreed to")
            _ = (verified.room, verified.roomMembers)
        }
        try? consent.checkClosing(of: consent)
    }
}
