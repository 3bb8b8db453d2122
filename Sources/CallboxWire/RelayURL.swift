/// Where a relay answers: `https://host`, or `http://` to an onion service or to this machine itself, where nobody
/// else can listen. A port may follow, a path may not: signatures cover the path, and a proxy that changed it would
/// break them.
package struct RelayURL: Hashable, Sendable {
    /// The longest address, 300 bytes.
    package static let byteLimit = 300

    /// Whether the connection is TLS (`https`).
    package let isTLS: Bool
    /// The host in lower case: a name, an IPv4 address, or an IPv6 address in brackets.
    package let host: String
    /// The port.
    package let port: UInt16

    /// Takes an address from outside.
    /// - Throws: `length`, or `field` for anything but scheme, host and port.
    package init(_ text: String) throws(WireError) {
        guard text.utf8.count <= Self.byteLimit else { throw .length }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .field }
        let lower = text.lowercased()
        let isTLS = lower.hasPrefix("https://")
        guard isTLS || lower.hasPrefix("http://") else { throw .field }
        let (host, port) = try Self.split(lower.dropFirst(isTLS ? 8 : 7))
        guard Self.isName(host) || Self.isBracketed(host) else { throw .field }
        self.isTLS = isTLS
        self.host = host
        self.port = try port.map(Self.number) ?? Self.usualPort(isTLS)
        guard isTLS || isOnion || isThisMachine else { throw .field }
    }

    /// The address in its one form: lower case, without the usual port.
    package var text: String {
        let tail = port == Self.usualPort(isTLS) ? "" : ":\(port)"
        return (isTLS ? "https://" : "http://") + host + tail
    }

    /// Whether it is an onion service, whose name is its key.
    package var isOnion: Bool {
        let labels = host.split(separator: ".")
        return labels.count >= 2 && labels.last == "onion" && labels[labels.count - 2].utf8.count == 56
    }

    /// Whether it leads to the machine that it is read on.
    package var isThisMachine: Bool { ["localhost", "127.0.0.1", "[::1]"].contains(host) }

    private static func usualPort(_ isTLS: Bool) -> UInt16 { isTLS ? 443 : 80 }

    private static func split(_ authority: Substring) throws(WireError) -> (host: String, port: Substring?) {
        let end = authority.hasPrefix("[") ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
        let colon = authority[(end ?? authority.startIndex)...].firstIndex(of: ":")
        guard let colon else { return (String(authority), nil) }
        return (String(authority[..<colon]), authority[authority.index(after: colon)...])
    }

    private static func number(_ text: Substring) throws(WireError) -> UInt16 {
        guard text.first != "0", text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text) else {
            throw .field
        }
        return port
    }

    /// Labels of letters, digits and inner hyphens (RFC 1123), or an IPv4 address, which looks like them.
    private static func isName(_ host: String) -> Bool {
        guard host.utf8.count <= 253 else { return false }
        return host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        }
    }

    /// An IPv6 address in brackets, as far as its alphabet goes: the resolver reads the rest.
    private static func isBracketed(_ host: String) -> Bool {
        guard (4...47).contains(host.utf8.count), host.hasPrefix("["), host.hasSuffix("]") else { return false }
        let inner = host.utf8.dropFirst().dropLast()
        return inner.contains(UInt8(ascii: ":"))
            && inner.allSatisfy { (0x30...0x3A).contains($0) || (0x61...0x66).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
