internal import CallboxWire
internal import NIOCore
internal import NIOSSL

/// Whom a certificate is of: its alternative names (RFC 9525), and nothing else in it. Ours, because NIOSSL's own check takes a certificate of the address that
/// was reached for one of the name that was called, and who answers a resolver can have one of their own address.
struct CertificateNames {
    private var names: [[UInt8]] = []
    private var addresses: [[UInt8]] = []

    init(of certificate: NIOSSLCertificate) {
        for name in certificate._subjectAlternativeNames() {
            switch name.nameType {
            case .dnsName: names.append(Array(name.contents))
            case .ipAddress: addresses.append(Array(name.contents))
            default: break
            }
        }
    }

    /// Whether the place is among them: a name by a name, which may have `*` for its first label, and an address by an address.
    func hold(_ place: RelayURL) -> Bool {
        guard let address = place.hostAddress else { return names.contains { Self.matches($0, place.host) } }
        guard let called = try? SocketAddress(ipAddress: address, port: 0) else { return false }
        return addresses.contains { bytes in
            (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0)) == called
        }
    }

    /// The host is in lower case.
    private static func matches(_ pattern: [UInt8], _ host: String) -> Bool {
        let pattern = String(decoding: pattern, as: UTF8.self).lowercased()
        guard pattern.hasPrefix("*.") else { return pattern == host }
        let rest = host.drop { $0 != "." }
        return pattern.dropFirst() == rest && rest.dropFirst().contains(".")
    }
}
