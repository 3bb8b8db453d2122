package import CallboxCrypto

/// What a token answers (RFC 9577 section 2.1.1): type (2) ‖ issuer name ‖ redemption context (0 or 32) ‖ origin
/// info, each with its length in front (2, 1 and 2 bytes).
package struct TokenChallenge: Equatable, Sendable {
    /// Who issues, 1 to 255 bytes of ASCII.
    package let issuerName: String
    /// What the token is bound to beside that: nothing, or 32 bytes.
    package let redemptionContext: [UInt8]
    /// Where the token may be spent, at most 255 bytes of ASCII.
    package let originInfo: String

    /// A challenge of these parts.
    /// - Throws: `length`, or `field` for a name that is not of visible ASCII.
    package init(issuerName: String, redemptionContext: [UInt8], originInfo: String) throws(WireError) {
        guard (1...255).contains(issuerName.utf8.count), originInfo.utf8.count <= 255,
            [0, 32].contains(redemptionContext.count)
        else { throw .length }
        guard (issuerName + originInfo).utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .field }
        self.init(issuer: issuerName, context: redemptionContext, origin: originInfo)
    }

    private init(issuer: String, context: [UInt8], origin: String) {
        self.issuerName = issuer
        self.redemptionContext = context
        self.originInfo = origin
    }

    /// The one challenge of a relay, the same for every program, member and day, so that a token tells nothing but
    /// its epoch's key. The relay is named by its identity key and not by a host, of which it may have many.
    package init(of relay: VerificationKey) {
        let name = CrockfordBase32.encode(relay.bytes).lowercased()
        self.init(issuer: name, context: [], origin: name)
    }

    /// Takes a challenge.
    /// - Throws: `truncated`, `trailing`, `length`, `kind`, or `field`.
    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.integer(UInt16.self) == Token.type else { throw .kind }
        let issuer = try reader.field(limit: 255)
        let context = try reader.take(Int(reader.integer(UInt8.self)))
        let origin = try reader.field(limit: 255)
        try reader.finish()
        guard (issuer + origin).allSatisfy({ $0 < 0x80 }) else { throw .field }
        try self.init(
            issuerName: String(decoding: issuer, as: UTF8.self), redemptionContext: context,
            originInfo: String(decoding: origin, as: UTF8.self))
    }

    /// The challenge's bytes.
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.put(Token.type)
        writer.put(UInt16(issuerName.utf8.count))
        writer.put([UInt8](issuerName.utf8))
        writer.put(UInt8(redemptionContext.count))
        writer.put(redemptionContext)
        writer.put(UInt16(originInfo.utf8.count))
        writer.put([UInt8](originInfo.utf8))
        return writer.bytes
    }

    /// What stands for it in a token.
    package var digest: ChallengeDigest { ChallengeDigest(unchecked: SHA256.hash(bytes.span)) }

    /// The value of `WWW-Authenticate` that asks for a token (RFC 9577 section 2.1.2).
    package func authenticateValue(issuingKey: VOPRFPublicKey) -> String {
        let challenge = Base64.encode(bytes, .url)
        return "PrivateToken challenge=\"\(challenge)\", token-key=\"\(Base64.encode(issuingKey.bytes, .url))\""
    }
}
