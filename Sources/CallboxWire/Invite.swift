internal import CallboxCrypto

/// What a poster says to let a person in: `callbox:join?v=1&program=…&relay=…&pin=…&root=…`. Nothing in it is secret.
/// The scheme is our own: scanned with a telephone it opens nothing and asks no server, so a curious look at the
/// poster leaves no trace.
package struct Invite: Equatable, Sendable {
    /// The longest invite, 600 bytes; with one relay of an ordinary name it has fewer than 300 and fits a QR code.
    package static let byteLimit = 600
    /// How many relays an invite may name.
    package static let relayLimit = 4

    /// A relay and how its TLS key is known.
    package struct Relay: Hashable, Sendable {
        /// Where it answers.
        package let url: RelayURL
        /// How its key is known.
        package let trust: RelayTrust

        /// A relay of the invite.
        /// - Throws: `invitePin` when this kind of trust does not go with the address: a key or an authority for
        ///   `https`, neither for `http`.
        package init(_ url: RelayURL, trust: RelayTrust) throws(WireError) {
            guard (trust == .none) != url.isTLS else { throw .invitePin }
            self.url = url
            self.trust = trust
        }
    }

    /// Which program it is.
    package let program: ProgramID
    /// Ways in to its relay, 1 to 4.
    package let relays: [Relay]
    /// What the program's root document must hash to.
    package let root: HumanDigest

    /// An invite to a program.
    /// - Throws: `inviteParts` without a relay or with more than four, or `length` above 600 bytes.
    package init(program: ProgramID, relays: [Relay], root: HumanDigest) throws(WireError) {
        guard (1...Self.relayLimit).contains(relays.count) else { throw .inviteParts }
        self.program = program
        self.relays = relays
        self.root = root
        guard text.utf8.count <= Self.byteLimit else { throw .length }
    }

    /// The invite as it is printed.
    package var text: String {
        let relays = relays.map { "&relay=\($0.url.text)&pin=\($0.trust.text)" }.joined()
        return "callbox:join?v=1&program=\(CrockfordBase32.encode(program.bytes))\(relays)&root=\(root.text)"
    }
}

// MARK: - Reading

extension Invite {
    /// Reads what was scanned, pasted or typed. Symbols of the ids forgive case and dashes; the parts and their order
    /// are fixed.
    /// - Throws: `length`, or the case that says which part is wrong: `inviteScheme`, `inviteVersion`, `inviteParts`,
    ///   `inviteProgram`, `inviteRelay`, `invitePin`, `inviteRoot`.
    package init(_ text: String) throws(WireError) {
        guard text.utf8.count <= Self.byteLimit else { throw .length }
        let prefix = "callbox:join?"
        guard text.prefix(prefix.count).lowercased() == prefix else { throw .inviteScheme }
        var parts = Parts(text.dropFirst(prefix.count))
        guard let version = parts.next("v") else { throw .inviteParts }
        guard version == "1" else { throw .inviteVersion }
        guard let program = parts.next("program") else { throw .inviteParts }
        var relays: [Relay] = []
        while let url = parts.next("relay") {
            guard let pin = parts.next("pin") else { throw .inviteParts }
            relays.append(try Self.relay(url, pin))
        }
        guard let root = parts.next("root"), parts.isEmpty else { throw .inviteParts }
        try self.init(program: Self.program(program), relays: relays, root: Self.root(root))
    }

    /// The parts `name=value` one after the other.
    private struct Parts {
        private var rest: ArraySlice<Substring>

        init(_ text: Substring) { rest = text.split(separator: "&", omittingEmptySubsequences: false)[...] }

        var isEmpty: Bool { rest.isEmpty }

        /// The value of the next part, if it has this name.
        mutating func next(_ name: String) -> String? {
            guard let part = rest.first, part.hasPrefix(name + "=") else { return nil }
            rest.removeFirst()
            return String(part.dropFirst(name.count + 1))
        }
    }

    private static func program(_ text: String) throws(WireError) -> ProgramID {
        do {
            return ProgramID(unchecked: try CrockfordBase32.decode(text, byteCount: ProgramID.byteCount))
        } catch {
            throw .inviteProgram
        }
    }

    private static func relay(_ url: String, _ pin: String) throws(WireError) -> Relay {
        let address: RelayURL
        do { address = try RelayURL(url) } catch { throw .inviteRelay }
        return try Relay(address, trust: RelayTrust(pin))
    }

    private static func root(_ text: String) throws(WireError) -> HumanDigest {
        do { return try HumanDigest(text) } catch { throw .inviteRoot }
    }
}
