internal import CallboxCrypto
internal import CallboxWire

/// One signature of an envelope. Its key id is a note for people: the verifier tries keys instead of believing it.
struct EnvelopeSignature: Hashable, Sendable, Codable {
    /// Whoever's key it says it is, at most 128 bytes. We write the public key in base64.
    let keyID: String?
    /// The signature, 64 bytes.
    let signature: Signature

    private enum CodingKeys: String, CodingKey {
        case keyID = "keyid"
        case signature = "sig"
    }

    init(keyID: String, signature: Signature) {
        self.keyID = keyID
        self.signature = signature
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        keyID = try values.decodeIfPresent(String.self, forKey: .keyID)
        let bytes = Base64.decodeEitherAlphabet(try values.decode(String.self, forKey: .signature))
        guard keyID?.utf8.count ?? 0 <= 128, let bytes, bytes.count == Signature.byteCount else {
            throw ProgramError.field
        }
        signature = Signature(unchecked: bytes)
    }

    func isMade(by key: VerificationKey, over message: [UInt8]) -> Bool {
        (try? key.verify(signature, over: message.span)) != nil
    }
}
