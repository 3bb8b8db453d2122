internal import CallboxClient
internal import CallboxCrypto
internal import CallboxWire
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// TLS on one connection: version 1.3 and nothing older, and the relay known by its key or by the public authorities.
final class TLSGuard: Sendable {
    private let place: RelayURL
    private let trust: RelayTrust
    /// Whether the key is the one that is pinned; nil as long as none was shown.
    private let isPinned = Mutex<Bool?>(nil)

    init(_ place: Invite.Relay) {
        self.place = place.url
        trust = place.trust
    }

    /// What a connection to a place needs; nil where there is no TLS. Each has one of its own, so that none can take up a session of another, by which the two
    /// would be seen to belong together. Reading the authorities takes milliseconds, which is not for an event loop.
    static func context(
        for place: Invite.Relay, authorities: NIOSSLTrustRoots
    ) throws(RelayFailure) -> NIOSSLContext? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.maximumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        // Whoever closes does not wait for the other to say goodbye.
        configuration.shutdownTimeout = .zero
        // Authorities vouch, and `accepts` looks at the names. A pin replaces both: what else stands in the certificate is for people.
        configuration.certificateVerification = .noHostnameVerification
        switch place.trust {
        case .none: return nil
        case .pin: configuration.trustRoots = .certificates([])
        case .webPKI: configuration.trustRoots = authorities
        }
        do { return try NIOSSLContext(configuration: configuration) } catch { throw .unreachable }
    }

    /// The handler of the connection.
    /// - Throws: for a name that cannot be asked for.
    func makeHandler(_ context: NIOSSLContext) throws -> NIOSSLClientHandler {
        // An address is no name to be asked for (RFC 6066 section 3).
        let name = place.hostAddress == nil ? place.host : nil
        guard case .pin(let pin) = trust else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        return try NIOSSLClientHandler(context: context, serverHostname: name) { [self] chain, verdict in
            let key = try? chain.first?.extractPublicKey().toSPKIBytes()
            let isOurs = key.map { TLSPin(unchecked: SHA256.hash($0.span)) == pin } ?? false
            isPinned.withLock { $0 = isOurs }
            verdict.succeed(isOurs ? .certificateVerified : .failed)
        }
    }

    /// Whether the relay that TLS was agreed on with is the one that was called. Who is known by their key needs no name.
    func accepts(_ certificate: NIOSSLCertificate?) -> Bool {
        switch trust {
        case .pin: isPinned.withLock { $0 == true }
        case .webPKI: certificate.map { CertificateNames(of: $0).hold(place) } ?? false
        case .none: false
        }
    }

    /// What it means that TLS could not be agreed on.
    func failure(_ error: any Error) -> RelayFailure {
        if isPinned.withLock({ $0 == false }) { return .wrongKey }
        switch error {
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where stack == [.eofDuringHandshake]: return .unreachable
        // BoringSSL has no code that can be asked for.
        case NIOSSLError.handshakeFailed(.sslError(let stack)):
            return stack.contains { $0.description.contains("CERTIFICATE_VERIFY_FAILED") }
                ? .wrongKey : .strange(status: nil)
        case is NIOSSLError, is BoringSSLError: return .strange(status: nil)
        default: return .unreachable
        }
    }
}
