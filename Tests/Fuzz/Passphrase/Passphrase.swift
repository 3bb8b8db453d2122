import CallboxCrypto
import Fuzzing

/// What a person typed; and the cost of a passphrase hash as a file says it.
@main
struct PassphraseTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        guard rest.choice() & 1 == 0 else {
            _ = try? PassphraseHash.Cost(memory: rest.number(), passes: rest.number())
            return
        }
        guard let words = read(rest.text) else { return }
        precondition(read(words) == words, "the words that a person writes down are another passphrase")
    }

    private static func read(_ text: String) -> String? {
        guard let passphrase = try? Passphrase(reading: text) else { return nil }
        precondition((1...Passphrase.maximumWordCount).contains(passphrase.wordCount), "too many words, or none")
        return passphrase.revealedForPaper()
    }
}
