internal import NIOCore

/// A place to listen at, together with whether it speaks TLS. One that would speak plain HTTP to the network cannot be
/// made: a relay does so only behind a proxy or an onion service on its own machine.
package struct Listener: Hashable, Sendable {
    /// Where.
    enum Place: Hashable, Sendable {
        case address(host: String, port: Int)
        case unixSocket(String)
        case descriptor(CInt)
    }

    let place: Place
    /// Whether connections begin with TLS.
    package let isTLS: Bool

    /// An address of this machine, with TLS.
    /// - Throws: `SettingsError.address` when the text is no `host:port`.
    package static func tls(_ address: String) throws(SettingsError) -> Listener {
        Listener(place: try place(address), isTLS: true)
    }

    /// A loopback address or `unix:` and a path, without TLS.
    /// - Throws: `SettingsError.address`, or `plainOnNetwork` for any other place.
    package static func plain(_ address: String) throws(SettingsError) -> Listener {
        let place = try place(address)
        if case .address(let host, _) = place, !isLoopback(host) { throw .plainOnNetwork(address) }
        return Listener(place: place, isTLS: false)
    }

    /// A socket that systemd has bound already.
    /// - Throws: `plainOnNetwork` without TLS on anything but a loopback or local socket.
    package static func inherited(_ socket: InheritedSocket, isTLS: Bool) throws(SettingsError) -> Listener {
        guard isTLS || socket.isLocal else { throw .plainOnNetwork("the socket from systemd") }
        return Listener(place: .descriptor(socket.descriptor), isTLS: isTLS)
    }

    /// As it was written.
    package var text: String {
        switch place {
        case .address(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): "unix:\(path)"
        case .descriptor: "the socket from systemd"
        }
    }

    private static func place(_ text: String) throws(SettingsError) -> Place {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // sun_path has 108 bytes, one of them zero.
            guard path.hasPrefix("/"), path.utf8.count < 108 else { throw .address(text) }
            return .unixSocket(path)
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw .address(text)
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .address(text)
        }
        guard !host.isEmpty else { throw .address(text) }
        return .address(host: String(host), port: Int(port))
    }

    /// Numbers only: what a name stands for can change.
    private static func isLoopback(_ host: String) -> Bool {
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return false }
        return InheritedSocket.isLoopback(address)
    }
}

/// Where a server listens in the end: the port was perhaps chosen by the system.
package struct ListeningAddress: Sendable, CustomStringConvertible {
    /// The port; nil for a local socket.
    package let port: Int?
    /// For a person.
    package let description: String

    init(_ address: SocketAddress?) {
        port = address?.port
        switch address {
        case .unixDomainSocket: description = "unix:\(address?.pathname ?? "?")"
        case .v6: description = "[\(address?.ipAddress ?? "?")]:\(port ?? 0)"
        default: description = "\(address?.ipAddress ?? "?"):\(port ?? 0)"
        }
    }
}
