import CallboxProgram
import CallboxSealing
import CallboxTesting
import Fuzzing

/// The envelope of a consent as it travels. Nobody here has signed one.
@main
struct SignedConsentTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }
    private static let words = fixture { try ConsentWords.english() }

    static func decode(_ bytes: [UInt8]) {
        guard let text = try? ConsentEnvelope(bytes.text), let consent = try? SignedConsent(text) else { return }
        precondition(consent.text == text, "another text than came")
        let context = ConsentContext(
            named: sample.program, current: sample.program, revoked: [consent.hash], words: words,
            today: SampleProgram.today)
        let key = consent.unverifiedRecord.terms.recipient.key
        precondition((try? consent.verify(by: .recipient(key: key), context: context)) == nil, "it was revoked")
        try? consent.checkClosing(of: consent)
    }
}
