internal import CLinux
internal import NIOCore

/// A listening socket that systemd bound and handed over (`sd_listen_fds(3)`), as `.socket` units do.
package struct InheritedSocket: Hashable, Sendable {
    let descriptor: CInt
    /// Whether only this machine reaches it.
    package let isLocal: Bool

    /// The first descriptor that is handed over, by the manual page.
    private static let first: CInt = 3

    /// The socket that was handed to this process; nil without one.
    /// - Throws: `SettingsError.inherited` when there is something else than one listening socket.
    package init?(environment: [String: String], processID: Int32) throws(SettingsError) {
        guard let count = environment["LISTEN_FDS"], environment["LISTEN_PID"] == String(processID) else { return nil }
        let kind = linux_listening_socket(Self.first)
        guard count == "1", kind & 1 == 1 else { throw .inherited }
        descriptor = Self.first
        isLocal = kind & 2 == 2
    }

    /// Whether an address is one that only this machine reaches.
    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4: address.ipAddress?.hasPrefix("127.") ?? false
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }
}
