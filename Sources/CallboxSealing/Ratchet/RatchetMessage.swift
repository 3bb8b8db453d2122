internal import CallboxCrypto

/// The bytes of one ratchet message: encrypted header, `r`, commitment, body. Its length is that of its kind of frame.
struct RatchetMessage {
    static let commitmentByteCount = 32
    static let overhead =
        RatchetHeader.sealedByteCount + AEAD.nonceByteCount + commitmentByteCount + AEAD.tagByteCount

    let bytes: [UInt8]

    /// Takes a message apart by its fixed lengths.
    /// - Throws: `refused` when there is no room for a body.
    init(_ bytes: [UInt8]) throws(SealingError) {
        guard bytes.count > Self.overhead else { throw .refused }
        self.bytes = bytes
    }

    /// The header, if this key opens it here.
    func header(under key: borrowing Secret, associatedData: [UInt8]) -> RatchetHeader? {
        RatchetHeader(
            bytes.span.extracting(first: RatchetHeader.sealedByteCount), under: key, associatedData: associatedData)
    }

    /// Appends a whole message to `output`: the header is sealed, and the body to it.
    static func seal(
        _ padded: [UInt8], header: RatchetHeader, headerKey: borrowing Secret, messageKey: borrowing Secret,
        associatedData: [UInt8], random: inout some RandomSource, into output: inout [UInt8]
    ) {
        let start = output.count
        header.seal(under: headerKey, associatedData: associatedData, random: &random, into: &output)
        let nonce = random.bytes(AEAD.nonceByteCount)
        let keys = RatchetKeys.message(
            messageKey, random: nonce.span, associatedData: associatedData,
            header: output.span.extracting(droppingFirst: start))
        var context = associatedData
        context.reserveCapacity(context.count + RatchetHeader.sealedByteCount + commitmentByteCount)
        context += output[start...]
        output += nonce
        keys.commitment.appendInTheClear(to: &context)
        keys.commitment.appendInTheClear(to: &output)
        AEAD.seal(padded.span, key: keys.key, nonce: nonce.span, authenticating: context.span, into: &output)
    }

    /// Opens the body and reads its padding.
    /// - Throws: `refused`.
    func open(with messageKey: borrowing Secret, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        let headerEnd = RatchetHeader.sealedByteCount
        let nonceEnd = headerEnd + AEAD.nonceByteCount
        let commitmentEnd = nonceEnd + Self.commitmentByteCount
        let all = bytes.span
        let keys = RatchetKeys.message(
            messageKey, random: all.extracting(headerEnd..<nonceEnd), associatedData: associatedData,
            header: all.extracting(0..<headerEnd))
        // Before the AEAD: it alone would open under more than one key.
        guard keys.commitment.matches(all.extracting(nonceEnd..<commitmentEnd)) else { throw .refused }
        var context = associatedData
        context.reserveCapacity(context.count + headerEnd + Self.commitmentByteCount)
        context += bytes[..<headerEnd]
        context += bytes[nonceEnd..<commitmentEnd]
        do {
            return try Padding.unpad(
                AEAD.open(
                    all.extracting(droppingFirst: commitmentEnd), key: keys.key,
                    nonce: all.extracting(headerEnd..<nonceEnd), authenticating: context.span))
        } catch {
            throw .refused
        }
    }
}
