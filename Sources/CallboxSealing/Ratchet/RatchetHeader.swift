internal import CallboxCrypto
internal import CallboxWire

/// A message's header: ratchet.md section 3. It never leaves a session unencrypted.
struct RatchetHeader {
    /// Plain length in bytes.
    static let byteCount = 1 + 32 + 1216 + 1120 + 4 + 4
    /// Length with nonce and tag.
    static let sealedByteCount = AEAD.nonceByteCount + byteCount + AEAD.tagByteCount

    /// Whether `ciphertext` is an encapsulation; the first chain's is not.
    let isEncapsulated: Bool
    let agreementKey: AgreementPublicKey
    let kemKey: KEMPublicKey
    let ciphertext: KEMCiphertext
    /// How many messages the sender's previous chain had.
    let previousCount: UInt32
    let number: UInt32

    /// Appends nonce and ciphertext.
    func seal(
        under key: borrowing Secret, associatedData: [UInt8], random: inout some RandomSource,
        into output: inout [UInt8]
    ) {
        var plain = ByteWriter(capacity: Self.byteCount)
        plain.put(UInt8(isEncapsulated ? 1 : 0))
        plain.put(agreementKey)
        plain.put(kemKey)
        plain.put(ciphertext)
        plain.put(previousCount)
        plain.put(number)
        let nonce = random.bytes(AEAD.nonceByteCount)
        output += nonce
        AEAD.seal(
            plain.bytes.span, key: key, nonce: nonce.span, authenticating: associatedData.span, into: &output)
    }

    /// Opens a sealed header, if this is its key and place.
    init?(_ sealed: Span<UInt8>, under key: borrowing Secret, associatedData: [UInt8]) {
        let nonce = sealed.extracting(first: AEAD.nonceByteCount)
        let box = sealed.extracting(droppingFirst: AEAD.nonceByteCount)
        guard let plain = try? AEAD.open(box, key: key, nonce: nonce, authenticating: associatedData.span),
            let header = try? RatchetHeader(plain: plain)
        else { return nil }
        self = header
    }

    init(
        isEncapsulated: Bool, agreementKey: AgreementPublicKey, kemKey: KEMPublicKey, ciphertext: KEMCiphertext,
        previousCount: UInt32, number: UInt32
    ) {
        self.isEncapsulated = isEncapsulated
        self.agreementKey = agreementKey
        self.kemKey = kemKey
        self.ciphertext = ciphertext
        self.previousCount = previousCount
        self.number = number
    }

    /// Reads a plain header.
    init(plain: [UInt8]) throws(WireError) {
        var reader = ByteReader(plain)
        let flags: UInt8 = try reader.integer()
        guard flags <= 1 else { throw .field }
        isEncapsulated = flags == 1
        agreementKey = try reader.value()
        kemKey = try reader.value()
        ciphertext = try reader.value()
        previousCount = try reader.integer()
        number = try reader.integer()
        try reader.finish()
        guard isEncapsulated || ciphertext == .none else { throw .field }
    }
}

extension KEMCiphertext {
    /// What the first chain's headers carry in place of an encapsulation: zero bytes.
    static let none = KEMCiphertext(unchecked: [UInt8](repeating: 0, count: byteCount))
}
