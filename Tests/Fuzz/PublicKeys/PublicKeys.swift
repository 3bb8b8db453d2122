import CallboxCrypto
import CallboxTesting
import Fuzzing

/// Keys, ciphertexts and signatures of strangers.
@main
struct PublicKeysTarget: FuzzTarget {
    private static let kemKey: KEMKey = {
        var random = SeededRandom(seed: 1)
        return .random(from: &random)
    }()
    private static let agreementKey: AgreementKey = {
        var random = SeededRandom(seed: 2)
        return .random(from: &random)
    }()

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() & 3 {
        case 0: _ = try? KEMPublicKey.checked(rest.filled(to: KEMPublicKey.byteCount))
        case 1:
            let ciphertext = KEMCiphertext(unchecked: rest.filled(to: KEMCiphertext.byteCount))
            guard let secret = try? kemKey.decapsulate(ciphertext) else { return }
            precondition(secret.byteCount == 32, "a secret of another length")
        case 2:
            let key = AgreementPublicKey(unchecked: rest.filled(to: AgreementPublicKey.byteCount))
            precondition(((try? agreementKey.agree(with: key)) != nil) == key.isUsable, "usable for some keys only")
        default:
            let (key, signature) = (rest.filled(to: 32), [UInt8](rest.dropFirst(32)).filled(to: 64))
            let message = [UInt8](rest.dropFirst(96))
            try? VerificationKey(unchecked: key).verify(Signature(unchecked: signature), over: message.span)
        }
    }
}
