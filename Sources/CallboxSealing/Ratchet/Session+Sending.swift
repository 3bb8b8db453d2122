package import CallboxCrypto
package import CallboxWire

extension Session {
    /// Seals content into a RATCHET frame for a mailbox. Store the session before the cell leaves.
    /// - Throws: `tooLong` (over 5,651 bytes), `exhausted`, `unusableKey`; the session is then unchanged.
    package mutating func seal(
        _ content: [UInt8], to address: MailboxAddress, random: inout some RandomSource
    ) throws(SealingError) -> Frame {
        var frame = Frame.begin(.ratchet)
        try seal(content, to: address, filling: &frame, random: &random)
        return Frame(filled: frame)
    }

    /// Appends one ratchet message to a frame that was begun, filling it to its fixed length.
    mutating func seal(
        _ content: [UInt8], to address: MailboxAddress, filling frame: inout [UInt8], random: inout some RandomSource
    ) throws(SealingError) {
        let room = Frame.byteCount - frame.count - RatchetMessage.overhead
        let padded = try Padding.pad(content, to: room)
        if sending == nil { try takeTurn(random: &random) }
        guard var chain = sending.take() else { throw .unusableKey }
        guard let header = header(for: chain) else {
            sending = consume chain
            throw .exhausted
        }
        let messageKey = RatchetKeys.messageKey(chain.chainKey)
        chain.chainKey = RatchetKeys.nextChainKey(chain.chainKey)
        chain.number += 1
        RatchetMessage.seal(
            padded, header: header, headerKey: chain.headerKey, messageKey: messageKey,
            associatedData: id.associatedData(from: role, to: address), random: &random, into: &frame)
        sending = consume chain
    }

    /// A fresh chain: new keys of ours, and an encapsulation to the other side's latest.
    private mutating func takeTurn(random: inout some RandomSource) throws(SealingError) {
        guard let peer else { throw .unusableKey }
        let own = OwnKeys(agreement: .random(from: &random), kem: .random(from: &random))
        let step: RatchetKeys.Step
        let ciphertext: KEMCiphertext
        do {
            let encapsulation = try peer.kem.encapsulate()
            ciphertext = encapsulation.ciphertext
            let context = RatchetKeys.context(
                sender: own.agreement.publicKey, receiver: peer.agreement, kem: peer.kem, ciphertext: ciphertext)
            step = RatchetKeys.rootStep(
                rootKey, agreement: try own.agreement.agree(with: peer.agreement),
                encapsulated: encapsulation.secret, context: context)
        } catch {
            throw .unusableKey
        }
        sending = SendingChain(
            chainKey: step.chainKey.clone(), number: 0, headerKey: nextSendingHeaderKey.clone(),
            ciphertext: ciphertext)
        nextSendingHeaderKey = step.nextHeaderKey.clone()
        rootKey = step.rootKey.clone()
        self.own = consume own
    }

    private func header(for chain: borrowing SendingChain) -> RatchetHeader? {
        guard chain.number < UInt32.max else { return nil }
        switch own {
        case .some(let own):
            return RatchetHeader(
                isEncapsulated: chain.ciphertext != .none, agreementKey: own.agreement.publicKey,
                kemKey: own.kem.publicKey, ciphertext: chain.ciphertext, previousCount: previousCount,
                number: chain.number)
        case .none:
            return nil
        }
    }
}
