public import CallboxClient

/// A SOCKS5 proxy on this machine: Tor, usually. It learns which relay is called, so one elsewhere is none for us, and its address is not a name, so that
/// nothing is looked up on the way to it.
public struct SOCKSProxy: Hashable, Sendable {
    /// An address of this machine: `127.…`, or `::1`.
    public let host: String
    /// Its port.
    public let port: UInt16

    /// A proxy at an address, `127.0.0.1:9050` or `[::1]:9050`.
    /// - Throws: trouble of the kind `usage`.
    public init(_ text: String) throws(Trouble) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.dropLast().joined(separator: ":")
        guard let digits = parts.last, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0, Self.isIPv4Loopback(host) || host == "[::1]"
        else {
            throw Trouble(
                .usage, "\(text.debugDescription) is no proxy on this machine.", meaning: "Nothing was sent.",
                remedy: "Write its address and port, for Tor usually 127.0.0.1:9050.")
        }
        self.host = host == "[::1]" ? "::1" : host
        self.port = port
    }

    private static func isIPv4Loopback(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
    }
}
