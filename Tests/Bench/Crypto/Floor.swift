import CSodium
import CallboxCrypto

/// The raw calls, on buffers that are there already: what no implementation of the protocol can do without.
final class Floor {
    private var key = [UInt8](repeating: 1, count: 64)
    private var nonce = [UInt8](repeating: 2, count: 24)
    private var message = [UInt8](repeating: 3, count: 8192)
    private var output = [UInt8](repeating: 0, count: 8300)
    private var context = [UInt8](repeating: 4, count: 2600)
    private var digest = [UInt8](repeating: 0, count: 64)
    private var publicKey = [UInt8](repeating: 0, count: 32)
    private var secretKey = [UInt8](repeating: 0, count: 32)
    private let kem: KEMKey
    private let kemCiphertext: KEMCiphertext

    init() throws {
        var random = SystemRandom()
        _ = random.bytes(1)
        _ = unsafe crypto_box_keypair(&publicKey, &secretKey)
        kem = KEMKey.random(from: &random)
        kemCiphertext = try kem.publicKey.encapsulate().ciphertext
    }

    func hmac(_ count: Int) {
        unsafe _ = crypto_auth_hmacsha512(&digest, message, UInt64(count), key)
    }

    func sha512(_ count: Int) { unsafe _ = crypto_hash_sha512(&digest, message, UInt64(count)) }

    func seal(_ count: Int, context contextCount: Int) {
        unsafe _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &output, nil, message, UInt64(count), context, UInt64(contextCount), nil, nonce, key)
    }

    func random(_ count: Int) { unsafe randombytes_buf(&nonce, count) }

    func boxSeal(_ count: Int) { unsafe _ = crypto_box_seal(&output, message, UInt64(count), publicKey) }

    func agreement() { unsafe _ = crypto_scalarmult(&digest, secretKey, publicKey) }

    func agreementKeyPair() { unsafe _ = crypto_scalarmult_base(&digest, secretKey) }

    func encapsulate() { _ = try? kem.publicKey.encapsulate() }

    func decapsulate() { _ = try? kem.decapsulate(kemCiphertext) }

    func kemKeyPair() {
        var random = SystemRandom()
        _ = KEMKey.random(from: &random).publicKey
    }
}
