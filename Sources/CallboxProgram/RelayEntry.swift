package import CallboxCrypto
package import CallboxWire

/// A way in to the program's relay. Several of them lead to one store.
package struct RelayEntry: Hashable, Sendable, Codable {
    /// Where it answers.
    package let url: RelayURL
    /// The relay's identity (Ed25519): requests name it, so that none can be repeated to another relay.
    package let identityKey: VerificationKey
    /// The pin of its TLS key; without one, the public certificate authorities decide.
    package let tlsPin: TLSPin?

    private enum CodingKeys: String, CodingKey {
        case url
        case identityKey = "identity_key"
        case tlsPin = "tls_pin"
    }

    /// A relay.
    package init(url: RelayURL, identityKey: VerificationKey, tlsPin: TLSPin? = nil) {
        self.url = url
        self.identityKey = identityKey
        self.tlsPin = tlsPin
    }
}
