internal import CallboxCrypto

/// Our half of a turn: the keys that we send under.
struct SendingChain: ~Copyable {
    var chainKey: Secret
    var number: UInt32
    let headerKey: Secret
    /// The encapsulation that every header of this chain carries; none in the first chain of a session.
    let ciphertext: KEMCiphertext
}

/// The header key of a receiving chain, shared with the keys that were skipped in it.
final class HeaderKey: Sendable {
    let secret: Secret
    init(_ secret: consuming Secret) { self.secret = secret }
}

/// The other side's half of a turn.
struct ReceivingChain: ~Copyable {
    var chainKey: Secret
    /// The number of the next message that was not yet passed.
    var number: UInt32
    let headerKey: HeaderKey

    /// The keys found by walking on without changing anything.
    struct Walk: ~Copyable {
        let messageKey: Secret
        let chainKey: Secret
    }

    /// Walks to a number that lies ahead, keeping nothing of the way.
    func walk(to target: UInt32) -> Walk {
        var key = chainKey.clone()
        for _ in number..<target { key = RatchetKeys.nextChainKey(key) }
        return Walk(messageKey: RatchetKeys.messageKey(key), chainKey: RatchetKeys.nextChainKey(key))
    }

    /// Walks up to a number and hands over the last of the message keys that were passed.
    mutating func skip(to target: UInt32, keepingLast most: UInt32, keep: (UInt32, consuming Secret) -> Void) {
        while number < target {
            if target - number <= most { keep(number, RatchetKeys.messageKey(chainKey)) }
            chainKey = RatchetKeys.nextChainKey(chainKey)
            number += 1
        }
    }
}

/// Our ratchet key pairs while a reply to them is awaited.
struct OwnKeys: ~Copyable {
    let agreement: AgreementKey
    let kem: KEMKey
}

/// The other side's latest ratchet keys.
struct PeerKeys {
    let agreement: AgreementPublicKey
    let kem: KEMPublicKey
}
