package import CallboxCrypto
package import CallboxWire

/// Gives the way to a relay. `CallboxTransport` has the real one, over HTTPS and if wanted a SOCKS proxy.
public protocol RelayConnector: Sendable {
    /// The relay that answers at one of these places, tried in their order. Nobody is called before the first request.
    func relay(at places: RelayPlaces) -> RelayHandle
}

/// Where a program's relay answers and how it is known: of an invite, or of the program document. Opaque outside of Callbox.
public struct RelayPlaces: Sendable {
    /// The ways in.
    package let places: [Invite.Relay]
    /// The relay's identity, which signed requests name; nil while only the invite is there.
    package let identity: VerificationKey?

    package init(_ places: [Invite.Relay], identity: VerificationKey?) {
        self.places = places
        self.identity = identity
    }
}

/// A relay, as a connector gives it. Opaque outside of Callbox.
public struct RelayHandle: Sendable {
    /// The relay.
    package let relay: any Relay

    package init(_ relay: any Relay) { self.relay = relay }
}
