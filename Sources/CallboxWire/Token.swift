package import CallboxCrypto

/// A spendable proof of eligibility (RFC 9577 section 2.2), 162 bytes: type (2) ‖ nonce (32) ‖ challenge digest (32)
/// ‖ key id (32) ‖ authenticator (64). Whoever evaluates it learns which key issued it, and nothing about to whom.
package struct Token: Equatable, Sendable {
    /// 162.
    package static let byteCount = TokenInput.byteCount + VOPRFOutput.byteCount
    /// VOPRF(ristretto255, SHA-512), from draft-ietf-privacypass-batched-tokens.
    package static let type: UInt16 = 0x0005

    /// What was evaluated.
    package let input: TokenInput
    /// The evaluation: whoever holds the issuing key can compute it from the input.
    package let authenticator: VOPRFOutput

    /// A token as its issuance ended.
    package init(input: TokenInput, authenticator: VOPRFOutput) {
        self.input = input
        self.authenticator = authenticator
    }

    /// Takes a token that is being spent.
    /// - Throws: `length`, or `kind` for another token type.
    package init(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count == Self.byteCount else { throw .length }
        self.input = try TokenInput([UInt8](bytes.prefix(TokenInput.byteCount)))
        self.authenticator = VOPRFOutput(unchecked: [UInt8](bytes.suffix(VOPRFOutput.byteCount)))
    }

    /// The token, 162 bytes.
    package var bytes: [UInt8] { input.bytes + authenticator.bytes }
}

/// What a token is an evaluation of (draft-ietf-privacypass-batched-tokens), 98 bytes: type ‖ nonce ‖ challenge
/// digest ‖ key id.
package struct TokenInput: Equatable, Sendable {
    /// 98.
    package static let byteCount = 2 + 3 * 32

    /// What makes it single.
    package let nonce: TokenNonce
    /// What it answers.
    package let challenge: ChallengeDigest
    /// The key that issues it.
    package let keyID: TokenKeyID

    /// An input of these parts.
    package init(nonce: TokenNonce, challenge: ChallengeDigest, keyID: TokenKeyID) {
        self.nonce = nonce
        self.challenge = challenge
        self.keyID = keyID
    }

    /// Takes 98 bytes.
    /// - Throws: `truncated`, `trailing`, or `kind` for another token type.
    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.integer(UInt16.self) == Token.type else { throw .kind }
        self.nonce = try reader.value()
        self.challenge = try reader.value()
        self.keyID = try reader.value()
        try reader.finish()
    }

    /// The input, 98 bytes.
    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.put(Token.type)
        writer.put(nonce)
        writer.put(challenge)
        writer.put(keyID)
        return writer.bytes
    }
}
