internal import Crypto
internal import FoundationEssentials

/// HPKE base mode (RFC 9180) with X-Wing (0x647a), HKDF-SHA256 and ChaCha20-Poly1305, by swift-crypto.
package enum HybridEncryption {
    private static let suite = HPKE.Ciphersuite(
        kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)

    /// How much longer a ciphertext is than its plaintext.
    package static let tagByteCount = 16

    /// The sending side: one encapsulation, then messages in order and exported secrets.
    package struct Sender {
        /// The encapsulated key, `enc`, 1,120 bytes.
        package let encapsulated: KEMCiphertext
        private var context: HPKE.Sender

        /// Sets up towards a key.
        /// - Throws: `unusableKey`.
        package init(to key: KEMPublicKey, info: [UInt8]) throws(CryptoError) {
            guard let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: key.bytes),
                let context = try? HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(info))
            else { throw .unusableKey }
            self.encapsulated = KEMCiphertext(unchecked: [UInt8](context.encapsulatedKey))
            self.context = context
        }

        /// Seals the next message.
        package mutating func seal(_ plaintext: [UInt8], authenticating data: [UInt8]) -> [UInt8] {
            guard let sealed = try? context.seal(plaintext, authenticating: data) else {
                fatalError("sealing under a context that was set up cannot fail")
            }
            return [UInt8](sealed)
        }

        /// A secret that both sides can derive.
        package func export(_ label: StaticString, byteCount: Int) -> Secret {
            guard let key = try? context.exportSecret(context: label.bytes, outputByteCount: byteCount) else {
                fatalError("exporting from a context that was set up cannot fail")
            }
            return Secret(key)
        }
    }

    /// The receiving side.
    package struct Recipient {
        private var context: HPKE.Recipient

        /// Sets up from an encapsulated key.
        /// - Throws: `refused`.
        package init(_ key: borrowing KEMKey, encapsulated: KEMCiphertext, info: [UInt8]) throws(CryptoError) {
            guard let key = key.expanded(),
                let context = try? HPKE.Recipient(
                    privateKey: key, ciphersuite: suite, info: Data(info), encapsulatedKey: Data(encapsulated.bytes))
            else { throw .refused }
            self.context = context
        }

        /// Opens the next message.
        /// - Throws: `refused`.
        package mutating func open(_ ciphertext: [UInt8], authenticating data: [UInt8]) throws(CryptoError) -> [UInt8] {
            guard let plaintext = try? context.open(ciphertext, authenticating: data) else { throw .refused }
            return [UInt8](plaintext)
        }

        /// A secret that both sides can derive.
        /// - Throws: `refused`.
        package func export(_ label: StaticString, byteCount: Int) throws(CryptoError) -> Secret {
            guard let key = try? context.exportSecret(context: label.bytes, outputByteCount: byteCount) else {
                throw .refused
            }
            return Secret(key)
        }
    }
}
