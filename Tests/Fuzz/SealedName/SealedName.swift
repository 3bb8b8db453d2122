import CallboxCrypto
import CallboxSealing
import CallboxTesting
import Fuzzing

/// A name for the clinician: noise, or a sealed box of whatever somebody puts behind the label.
@main
struct SealedNameTarget: FuzzTarget {
    private static let introductionKey = AgreementPublicKey(unchecked: [UInt8](repeating: 1, count: 32))
    private static let key: AgreementKey = {
        var random = SeededRandom(seed: 1)
        return .random(from: &random)
    }()

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let kind = rest.choice()
        let label = [UInt8]("callbox/v1/consent-name".utf8) + introductionKey.bytes
        let content = ((kind & 2 == 0 ? [] : label) + rest).filled(to: SealedName.byteCount - SealedBox.overhead)
        let sealed =
            kind & 1 == 0
            ? rest.filled(to: SealedName.byteCount) : fixture { try SealedBox.seal(content.span, to: key.publicKey) }
        guard let name = try? SealedName(unchecked: sealed).open(with: key, introductionKey: introductionKey) else {
            return
        }
        let again = fixture { try SealedName.seal(name, to: key.publicKey, introductionKey: introductionKey) }
        precondition((try? again.open(with: key, introductionKey: introductionKey)) == name, "another name")
    }
}
