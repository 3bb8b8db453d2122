internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

extension Session {
    /// Opens a RATCHET frame that was collected from a mailbox of ours. Store the session and the content in one step, then acknowledge.
    /// - Throws: `refused`; the session is then unchanged.
    package mutating func open(
        _ frame: Frame, at address: MailboxAddress, today: Day
    ) throws(SealingError) -> Opened {
        guard frame.kind == .ratchet else { throw .refused }
        return try open(RatchetMessage([UInt8](frame.rest)), at: address, today: today)
    }

    /// Gives up the skipped keys that are older than 30 days. A receipt does so too; a session that hears nothing needs it once a day.
    package mutating func forgetOldKeys(today: Day) { skipped.prune(today: today) }

    mutating func open(
        _ message: RatchetMessage, at address: MailboxAddress, today: Day
    ) throws(SealingError) -> Opened {
        let data = id.associatedData(from: role.other, to: address)
        let current = receiving?.headerKey
        if let current, let header = message.header(under: current.secret, associatedData: data) {
            return try openInChain(message, header, data, current, today)
        }
        for key in skipped.headerKeys(except: current) {
            if let header = message.header(under: key.secret, associatedData: data) {
                return try openSkipped(message, header.number, data, key)
            }
        }
        if let header = message.header(under: nextReceivingHeaderKey, associatedData: data) {
            return try openNextChain(message, header, data, today)
        }
        throw .refused
    }

    private mutating func openSkipped(
        _ message: RatchetMessage, _ number: UInt32, _ data: [UInt8], _ headerKey: HeaderKey
    ) throws(SealingError) -> Opened {
        guard let entry = skipped.entry(under: headerKey, number: number) else { throw .refused }
        let content = try message.open(with: entry.messageKey, associatedData: data)
        skipped.remove(entry)
        return Opened(content: content, missing: 0)
    }

    private mutating func openInChain(
        _ message: RatchetMessage, _ header: RatchetHeader, _ data: [UInt8], _ headerKey: HeaderKey, _ today: Day
    ) throws(SealingError) -> Opened {
        guard var chain = receiving.take() else { throw .refused }
        do throws(SealingError) {
            let opened =
                header.number < chain.number
                ? try openSkipped(message, header.number, data, headerKey)
                : try openAhead(message, header.number, data, in: &chain, today)
            receiving = consume chain
            return opened
        } catch {
            receiving = consume chain
            throw error
        }
    }

    private mutating func openAhead(
        _ message: RatchetMessage, _ number: UInt32, _ data: [UInt8], in chain: inout ReceivingChain, _ today: Day
    ) throws(SealingError) -> Opened {
        let missing = number - chain.number
        guard missing <= SkippedKeys.walk, number < UInt32.max else { throw .refused }
        let walk = chain.walk(to: number)
        let content = try message.open(with: walk.messageKey, associatedData: data)
        advance(&chain, past: number, walk: walk, today)
        skipped.prune(today: today)
        return Opened(content: content, missing: missing)
    }

    /// The other side took its turn: a step of the root key with our waiting keys.
    private mutating func openNextChain(
        _ message: RatchetMessage, _ header: RatchetHeader, _ data: [UInt8], _ today: Day
    ) throws(SealingError) -> Opened {
        let passed = receiving?.number
        let isFirst = role == .responder && passed == nil
        guard header.isEncapsulated != isFirst, header.previousCount >= passed ?? 0 else { throw .refused }
        let missingBefore = passed.map { header.previousCount - $0 } ?? 0
        guard missingBefore <= SkippedKeys.walk, header.number <= SkippedKeys.walk - missingBefore else {
            throw .refused
        }
        let step = try receivingStep(header)
        var chain = ReceivingChain(
            chainKey: step.chainKey.clone(), number: 0, headerKey: HeaderKey(nextReceivingHeaderKey.clone()))
        let walk = chain.walk(to: header.number)
        let content = try message.open(with: walk.messageKey, associatedData: data)
        // A key that we could never answer to is refused now, not when the person has written a reply.
        guard (try? KEMPublicKey.checked(header.kemKey.bytes)) != nil else { throw .refused }

        // It opened: from here on nothing fails, and all of it is kept.
        finishReceivingChain(at: header.previousCount, today)
        advance(&chain, past: header.number, walk: walk, today)
        receiving = consume chain
        skipped.prune(today: today)
        rootKey = step.rootKey.clone()
        nextReceivingHeaderKey = step.nextHeaderKey.clone()
        peer = PeerKeys(agreement: header.agreementKey, kem: header.kemKey)
        previousCount = sending?.number ?? previousCount
        sending = nil
        own = nil
        return Opened(content: content, missing: missingBefore + header.number)
    }

    private func receivingStep(_ header: RatchetHeader) throws(SealingError) -> RatchetKeys.Step {
        switch own {
        case .some(let own):
            do {
                let context = RatchetKeys.context(
                    sender: header.agreementKey, receiver: own.agreement.publicKey, kem: own.kem.publicKey,
                    ciphertext: header.ciphertext)
                let encapsulated = header.isEncapsulated ? try own.kem.decapsulate(header.ciphertext) : .zero32
                return RatchetKeys.rootStep(
                    rootKey, agreement: try own.agreement.agree(with: header.agreementKey),
                    encapsulated: encapsulated, context: context)
            } catch {
                throw .refused
            }
        case .none:
            throw .refused
        }
    }

    /// Keeps the keys of what is still to come in the chain that the other side has left.
    private mutating func finishReceivingChain(at count: UInt32, _ today: Day) {
        guard var chain = receiving.take() else { return }
        keepSkipped(of: &chain, upTo: count, today)
    }

    private mutating func advance(
        _ chain: inout ReceivingChain, past number: UInt32, walk: borrowing ReceivingChain.Walk, _ today: Day
    ) {
        keepSkipped(of: &chain, upTo: number, today)
        chain.chainKey = walk.chainKey.clone()
        chain.number = number + 1
    }

    private mutating func keepSkipped(of chain: inout ReceivingChain, upTo number: UInt32, _ today: Day) {
        let headerKey = chain.headerKey
        chain.skip(to: number, keepingLast: SkippedKeys.perChain) { number, messageKey in
            skipped.append(
                SkippedKeys.Entry(headerKey: headerKey, number: number, day: today, messageKey: messageKey))
        }
    }
}
