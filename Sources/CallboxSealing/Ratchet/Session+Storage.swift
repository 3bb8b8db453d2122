package import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// A session is stored in one form only: sealed, from guarded memory into ciphertext. The fields stand in the order of ratchet.md section 2.
extension Session {
    private static let storedVersion: UInt8 = 1

    /// The stored form: nonce, ciphertext and tag under a 32-byte key of the vault.
    package func sealed(under key: borrowing Secret, random: inout some RandomSource) -> [UInt8] {
        var writer = SecretWriter(capacity: 8192)
        writer.put(Self.storedVersion)
        writer.put(role.rawValue)
        writer.put(id.bytes)
        writer.put(rootKey)
        writer.put(nextSendingHeaderKey)
        writer.put(nextReceivingHeaderKey)
        writer.put(previousCount)
        putOwn(to: &writer)
        putPeer(to: &writer)
        putSending(to: &writer)
        putReceiving(to: &writer)
        return writer.sealed(under: key, authenticating: Label.storedSession.bytes, random: &random)
    }

    /// A stored session again.
    /// - Throws: `damaged`: wrong key, altered bytes, or a form that this version never wrote.
    package static func open(_ stored: [UInt8], under key: borrowing Secret) throws(SealingError) -> Session {
        do {
            var reader = try SecretReader.open(stored, under: key, authenticating: Label.storedSession.bytes)
            guard try reader.integer(UInt8.self) == storedVersion, let role = Role(rawValue: try reader.integer())
            else { throw SealingError.damaged }
            var session = Session(
                id: SessionID(unchecked: try reader.take(SessionID.byteCount)), role: role,
                rootKey: try reader.secret(32), nextSendingHeaderKey: try reader.secret(32),
                nextReceivingHeaderKey: try reader.secret(32), previousCount: try reader.integer())
            session.own = try takeOwn(from: &reader)
            session.peer = try takePeer(from: &reader)
            session.sending = try takeSending(from: &reader)
            try session.takeReceiving(from: &reader)
            try reader.finish()
            return session
        } catch {
            throw .damaged
        }
    }

    // MARK: Our keys and theirs

    private func putOwn(to writer: inout SecretWriter) {
        switch own {
        case .some(let own):
            writer.put(UInt8(1))
            writer.put(own.agreement.privateKey)
            writer.put(own.agreement.publicKey.bytes)
            writer.put(own.kem.storedSeed)
            writer.put(own.kem.publicKey.bytes)
        case .none: writer.put(UInt8(0))
        }
    }

    private static func takeOwn(from reader: inout SecretReader) throws(CryptoError) -> OwnKeys? {
        guard try isPresent(&reader) else { return nil }
        let agreement = try AgreementKey(
            reader.secret(32), storedPublicKey: AgreementPublicKey(reader.take(AgreementPublicKey.byteCount)))
        let kem = try KEMKey(
            seed: reader.secret(32), storedPublicKey: KEMPublicKey(reader.take(KEMPublicKey.byteCount)))
        return OwnKeys(agreement: agreement, kem: kem)
    }

    private func putPeer(to writer: inout SecretWriter) {
        writer.put(UInt8(peer == nil ? 0 : 1))
        guard let peer else { return }
        writer.put(peer.agreement.bytes)
        writer.put(peer.kem.bytes)
    }

    private static func takePeer(from reader: inout SecretReader) throws(CryptoError) -> PeerKeys? {
        guard try isPresent(&reader) else { return nil }
        return PeerKeys(
            agreement: try AgreementPublicKey(reader.take(AgreementPublicKey.byteCount)),
            kem: try KEMPublicKey(reader.take(KEMPublicKey.byteCount)))
    }

    // MARK: Chains

    private func putSending(to writer: inout SecretWriter) {
        switch sending {
        case .some(let chain):
            writer.put(UInt8(1))
            writer.put(chain.chainKey)
            writer.put(chain.number)
            writer.put(chain.headerKey)
            writer.put(chain.ciphertext.bytes)
        case .none: writer.put(UInt8(0))
        }
    }

    private static func takeSending(from reader: inout SecretReader) throws(CryptoError) -> SendingChain? {
        guard try isPresent(&reader) else { return nil }
        return SendingChain(
            chainKey: try reader.secret(32), number: try reader.integer(), headerKey: try reader.secret(32),
            ciphertext: try KEMCiphertext(reader.take(KEMCiphertext.byteCount)))
    }

    /// The receiving chain, then the header keys of earlier chains, then the skipped keys, each by the place of its header key in
    /// that order (the current chain is place 0).
    private func putReceiving(to writer: inout SecretWriter) {
        var headerKeys: [HeaderKey] = []
        switch receiving {
        case .some(let chain):
            writer.put(UInt8(1))
            writer.put(chain.chainKey)
            writer.put(chain.number)
            writer.put(chain.headerKey.secret)
            headerKeys.append(chain.headerKey)
        case .none: writer.put(UInt8(0))
        }
        let earlier = skipped.headerKeys(except: headerKeys.first)
        headerKeys += earlier
        writer.put(UInt16(earlier.count))
        for key in earlier { writer.put(key.secret) }
        writer.put(UInt16(skipped.entries.count))
        for entry in skipped.entries {
            writer.put(UInt16(headerKeys.firstIndex { $0 === entry.headerKey } ?? 0))
            writer.put(entry.number)
            writer.put(entry.day.number)
            writer.put(entry.messageKey)
        }
    }

    private mutating func takeReceiving(from reader: inout SecretReader) throws(CryptoError) {
        var headerKeys: [HeaderKey] = []
        if try Self.isPresent(&reader) {
            let chainKey = try reader.secret(32)
            let number: UInt32 = try reader.integer()
            let headerKey = HeaderKey(try reader.secret(32))
            headerKeys.append(headerKey)
            receiving = ReceivingChain(chainKey: chainKey, number: number, headerKey: headerKey)
        }
        for _ in 0..<(try reader.integer(UInt16.self)) { headerKeys.append(HeaderKey(try reader.secret(32))) }
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let place = Int(try reader.integer(UInt16.self))
            guard place < headerKeys.count else { throw .refused }
            skipped.append(
                SkippedKeys.Entry(
                    headerKey: headerKeys[place], number: try reader.integer(), day: Day(try reader.integer()),
                    messageKey: try reader.secret(32)))
        }
    }

    private static func isPresent(_ reader: inout SecretReader) throws(CryptoError) -> Bool {
        switch try reader.integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw .refused
        }
    }
}
