internal import CallboxCrypto

/// The four derivations of ratchet.md section 1.
enum RatchetKeys {
    /// What a root step makes.
    struct Step: ~Copyable {
        let rootKey: Secret
        let chainKey: Secret
        let nextHeaderKey: Secret
    }

    /// The keys that a message is sealed with, and the commitment to them.
    struct Message: ~Copyable {
        let key: Secret
        let commitment: Secret
    }

    /// KDF_RK. Without an encapsulation (the first chain) `ss` is 32 zero bytes.
    static func rootStep(
        _ rootKey: borrowing Secret, agreement: borrowing Secret, encapsulated: borrowing Secret, context: [UInt8]
    ) -> Step {
        var extraction = HMAC512(key: rootKey)
        extraction.update(agreement)
        extraction.update(encapsulated)
        var keys = HKDF512.Expansion(extraction.finish(), info: Label.rootStep.bytes + context)
        return Step(rootKey: keys.next(32), chainKey: keys.next(32), nextHeaderKey: keys.next(32))
    }

    /// The hash over both ratchet keys and the encapsulation that a root step is bound to.
    static func context(
        sender: AgreementPublicKey, receiver: AgreementPublicKey, kem: KEMPublicKey, ciphertext: KEMCiphertext
    ) -> [UInt8] {
        var hash = SHA512()
        hash.update(sender.bytes)
        hash.update(receiver.bytes)
        hash.update(kem.bytes)
        hash.update(ciphertext.bytes)
        return hash.finish()
    }

    /// KDF_CK, first half: the message key.
    static func messageKey(_ chainKey: borrowing Secret) -> Secret { half(chainKey, 1) }

    /// KDF_CK, second half: the next chain key.
    static func nextChainKey(_ chainKey: borrowing Secret) -> Secret { half(chainKey, 2) }

    /// `k ‖ com`: bound to the place, the header and fresh randomness, so that a restored state makes other keys.
    static func message(
        _ messageKey: borrowing Secret, random: Span<UInt8>, associatedData: [UInt8], header: Span<UInt8>
    ) -> Message {
        var hash = SHA512()
        hash.update(associatedData)
        hash.update(header)
        var info = Label.messageKey.bytes
        info.reserveCapacity(info.count + random.count + SHA512.byteCount)
        for index in random.indices { info.append(random[index]) }
        info += hash.finish()
        var keys = HKDF512.Expansion(messageKey.clone(), info: info)
        return Message(key: keys.next(32), commitment: keys.next(32))
    }

    private static func half(_ chainKey: borrowing Secret, _ tag: UInt8) -> Secret {
        var mac = HMAC512(key: chainKey)
        mac.update(tag)
        return mac.finish().part(0..<32)
    }
}
