package import CallboxCrypto
internal import CallboxWire

/// A DSSE envelope as it came: a payload and signatures that nobody has checked. Only `verify` makes a `VerifiedPayload` of it.
package struct SignedEnvelope: Hashable, Sendable {
    /// The name of the kind that it says it carries.
    package let payloadType: String
    /// The payload's bytes, believed by nobody yet.
    package let unverifiedPayload: [UInt8]
    /// What it carries as signatures, at most 32.
    private var signatures: [EnvelopeSignature]

    /// How many signatures an envelope may carry: a rotation has those of two sets of 16 keys.
    package static let signatureLimit = 32

    /// How many signatures it carries, whosever they are.
    package var signatureCount: Int { signatures.count }

    /// Reads an envelope.
    /// - Throws: `tooLarge`, `malformed`, `field`, `payloadType`.
    package init(parsing bytes: [UInt8], as type: PayloadType) throws(ProgramError) {
        self = try DocumentCoding.decode(from: bytes, limit: Self.byteLimit(of: type))
        guard payloadType == "\(type.name)" else { throw .payloadType }
        guard unverifiedPayload.count <= type.limit else { throw .tooLarge }
    }

    /// The envelope of a payload, with its first signature.
    package init(signing payload: [UInt8], as type: PayloadType, by key: borrowing SigningKey) {
        payloadType = "\(type.name)"
        unverifiedPayload = payload
        signatures = []
        sign(as: type, by: key)
    }

    /// Adds a key's signature, once. Whether the key may sign this is for a `SigningLedger` to say.
    package mutating func sign(as type: PayloadType, by key: borrowing SigningKey) {
        let message = DSSE.preAuthenticationEncoding(type, unverifiedPayload)
        add(EnvelopeSignature(keyID: Base64.encode(key.verificationKey.bytes), signature: key.sign(message.span)))
    }

    /// Adds the signatures of another envelope of the same payload, as coordinators who sign apart do.
    /// - Throws: `fork` when the payload or its kind is another.
    package mutating func merge(_ other: SignedEnvelope) throws(ProgramError) {
        guard payloadType == other.payloadType, unverifiedPayload == other.unverifiedPayload else { throw .fork }
        for signature in other.signatures { add(signature) }
    }

    /// The same payload with one signature of each of these keys that has signed, and no other: what nobody can check would only take the room of those
    /// that count. Nil when none of them has signed.
    package func signed(as type: PayloadType, by keys: some Sequence<VerificationKey>) -> SignedEnvelope? {
        let message = DSSE.preAuthenticationEncoding(type, unverifiedPayload)
        var kept = self
        kept.signatures = Set(keys).compactMap { key in signatures.first { $0.isMade(by: key, over: message) } }
            .sorted { $0.signature.bytes.lexicographicallyPrecedes($1.signature.bytes) }
        return kept.signatures.isEmpty ? nil : kept
    }

    /// The payload, once at least `quorum` different keys of those given have signed it as this kind. The key ids in the
    /// envelope are not looked at; a key counts once however often it signed, and a signature of nobody's counts nothing.
    /// - Throws: `payloadType`, `quorum`.
    package func verify(
        as type: PayloadType, by keys: some Sequence<VerificationKey>, quorum: Int
    ) throws(ProgramError) -> VerifiedPayload {
        guard payloadType == "\(type.name)" else { throw .payloadType }
        let message = DSSE.preAuthenticationEncoding(type, unverifiedPayload)
        var signers: Set<VerificationKey> = []
        for key in Set(keys) where signatures.contains(where: { $0.isMade(by: key, over: message) }) {
            signers.insert(key)
        }
        guard quorum >= 1, signers.count >= quorum else { throw .quorum }
        return VerifiedPayload(bytes: unverifiedPayload, signers: signers)
    }

    /// The envelope as JSON.
    package var encoded: [UInt8] { DocumentCoding.encode(self) }

    /// The longest envelope of a kind: base64 makes four bytes of three; the rest is the names and 32 signatures.
    package static func byteLimit(of type: PayloadType) -> Int { type.limit / 3 * 4 + 16_384 }

    private mutating func add(_ signature: EnvelopeSignature) {
        guard !signatures.contains(where: { $0.signature == signature.signature }) else { return }
        guard signatures.count < Self.signatureLimit else { return }
        signatures.append(signature)
    }
}

/// A payload that keys are known to have signed. There is no way to make one but to verify an envelope.
package struct VerifiedPayload: Sendable {
    /// The exact bytes that were signed.
    package let bytes: [UInt8]
    /// Which of the keys asked for have signed; at least as many as were asked for.
    package let signers: Set<VerificationKey>

    fileprivate init(bytes: [UInt8], signers: Set<VerificationKey>) {
        self.bytes = bytes
        self.signers = signers
    }
}

extension SignedEnvelope: Codable {
    private enum CodingKeys: String, CodingKey {
        case payloadType, payload, signatures
    }

    /// Reads an envelope of any kind.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        payloadType = try values.decode(String.self, forKey: .payloadType)
        let payload = try values.decode(String.self, forKey: .payload)
        guard let payload = Base64.decodeEitherAlphabet(payload) else { throw ProgramError.field }
        unverifiedPayload = payload
        signatures = try values.decode([EnvelopeSignature].self, forKey: .signatures)
        guard signatures.count <= Self.signatureLimit else { throw ProgramError.field }
    }

    /// Writes the three members that DSSE names.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(payloadType, forKey: .payloadType)
        try values.encode(Base64.encode(unverifiedPayload), forKey: .payload)
        try values.encode(signatures, forKey: .signatures)
    }
}
