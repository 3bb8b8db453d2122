internal import CSodium

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), by libsodium: 32-byte key, 24-byte nonce, 16-byte tag.
package enum AEAD {
    /// The length of a key in bytes.
    package static let keyByteCount = 32
    /// The length of a nonce in bytes: long enough to be drawn at random.
    package static let nonceByteCount = 24
    /// How much longer a ciphertext is than its plaintext.
    package static let tagByteCount = 16

    /// Appends the ciphertext and its tag to `output`.
    package static func seal(
        _ plaintext: Span<UInt8>, key: borrowing Secret, nonce: Span<UInt8>, authenticating context: Span<UInt8>,
        into output: inout [UInt8]
    ) {
        precondition(key.byteCount == keyByteCount && nonce.count == nonceByteCount, "fixed lengths, made by us")
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: plaintext.count + tagByteCount))
        unsafe output.withUnsafeMutableBytes { output in
            guard let target = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            unsafe plaintext.octets { message, messageLength in
                unsafe context.octets { context, contextLength in
                    unsafe nonce.octets { nonce, _ in
                        unsafe _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                            target + start, nil, message, UInt64(messageLength), context, UInt64(contextLength), nil,
                            nonce, key.octets)
                    }
                }
            }
        }
    }

    /// Seals what stands in `bytes` from an index on, where it stands, and appends the tag: for what is too large to be held twice.
    package static func sealInPlace(
        _ bytes: inout [UInt8], from start: Int, key: borrowing Secret, nonce: Span<UInt8>,
        authenticating context: Span<UInt8>
    ) {
        precondition(key.byteCount == keyByteCount && nonce.count == nonceByteCount, "fixed lengths, made by us")
        precondition(bytes.indices.contains(start) || start == bytes.count, "a place in the bytes, or their end")
        let length = bytes.count - start
        bytes.append(contentsOf: repeatElement(0, count: tagByteCount))
        unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let target = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            unsafe context.octets { context, contextLength in
                unsafe nonce.octets { nonce, _ in
                    // libsodium allows source and target to be the same.
                    unsafe _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                        target + start, nil, target + start, UInt64(length), context, UInt64(contextLength), nil, nonce,
                        key.octets)
                }
            }
        }
    }

    /// Opens a ciphertext into public memory (text that a person will read).
    /// - Throws: `refused`.
    package static func open(
        _ ciphertext: Span<UInt8>, key: borrowing Secret, nonce: Span<UInt8>, authenticating context: Span<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        precondition(key.byteCount == keyByteCount, "a key of a fixed length, made by us")
        guard ciphertext.count >= tagByteCount, nonce.count == nonceByteCount else { throw .refused }
        let length = ciphertext.count - tagByteCount
        let key = unsafe key.octets
        guard let plaintext = unsafe filled(length, by: { unsafe decrypt(ciphertext, key, nonce, context, into: $0) })
        else { throw .refused }
        return plaintext
    }

    /// Opens a ciphertext into guarded memory (keys).
    /// - Throws: `refused`.
    package static func openSecret(
        _ ciphertext: Span<UInt8>, key: borrowing Secret, nonce: Span<UInt8>, authenticating context: Span<UInt8>
    ) throws(CryptoError) -> Secret {
        precondition(key.byteCount == keyByteCount, "a key of a fixed length, made by us")
        guard ciphertext.count >= tagByteCount, nonce.count == nonceByteCount else { throw .refused }
        let plaintext = Secret(byteCount: ciphertext.count - tagByteCount)
        guard unsafe decrypt(ciphertext, key.octets, nonce, context, into: plaintext.octets) else { throw .refused }
        return plaintext
    }

    @unsafe private static func decrypt(
        _ ciphertext: Span<UInt8>, _ key: UnsafePointer<UInt8>, _ nonce: Span<UInt8>, _ context: Span<UInt8>,
        into output: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        unsafe ciphertext.octets { box, boxLength in
            unsafe context.octets { context, contextLength in
                unsafe nonce.octets { nonce, _ in
                    unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                        output, nil, nil, box, UInt64(boxLength), context, UInt64(contextLength), nonce, key) == 0
                }
            }
        }
    }
}
