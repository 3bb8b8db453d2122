package import CallboxCrypto
package import CallboxWire

/// A key that signs requests to a relay, to be handed to whoever sends them: it can be asked for signatures and not for itself.
package final class RequestSigner: Sendable {
    /// Whose requests they are.
    package let key: VerificationKey
    private let signingKey: SigningKey

    /// A signer by this key.
    package init(_ signingKey: consuming SigningKey) {
        key = signingKey.verificationKey
        self.signingKey = signingKey
    }

    /// The fields that go with a request; the time is in seconds since 1970. - Throws: `encoding` when the time has more than 15 digits.
    package func sign(_ request: SignableRequest, at time: Int64, nonce: RequestNonce) throws(WireError) -> SignedFields
    {
        try RequestSignature.sign(request, with: signingKey, created: time, nonce: nonce)
    }
}
