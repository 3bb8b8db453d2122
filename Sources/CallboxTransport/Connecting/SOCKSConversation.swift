/// The client's half of SOCKS5 (RFC 1928) with a user name (RFC 1929), up to the moment at which the tunnel stands. By hand, because no library here sends a user
/// name, which is what keeps circuits apart. Nothing that a proxy says can hurt: no more is kept than its longest answer has.
package struct SOCKSConversation: Sendable {
    /// What to do after a piece of an answer.
    package enum Step: Equatable, Sendable {
        /// Say this, and listen on.
        case say([UInt8])
        /// Listen on.
        case listen
        /// The tunnel stands.
        case open
        /// It will not.
        case fail(Fault)
    }

    /// Why there is no tunnel.
    package enum Fault: Equatable, Sendable {
        /// What answers is no SOCKS5 proxy, or none that takes a user name.
        case notProxy
        /// The proxy does not want to.
        case refused
        /// The proxy tried, and did not get through.
        case unreachable
    }

    private enum Phase { case method, authentication, tunnel, over }

    private static let longestAnswer = 4 + 1 + 255 + 2

    private let host: [UInt8]
    private let port: UInt16
    private let user: [UInt8]
    private let password: [UInt8]
    private var phase = Phase.method
    private var heard: [UInt8] = []

    /// A tunnel to a name, which the proxy looks up, or to an address written as a name. Host, user and password have 1 to 255 bytes each.
    package init(host: String, port: UInt16, user: String, password: String) {
        self.port = port
        (self.host, self.user, self.password) = ([UInt8](host.utf8), [UInt8](user.utf8), [UInt8](password.utf8))
        for field in [self.host, self.user, self.password] {
            precondition((1...255).contains(field.count), "SOCKS has one byte for a length, and no empty fields")
        }
    }

    /// What is said first: version 5, and as the one method a user name with a password.
    package var greeting: [UInt8] { [5, 1, 2] }

    /// Takes what the proxy says, however it was cut into pieces.
    package mutating func hear(_ bytes: some Collection<UInt8>) -> Step {
        guard phase != .over, heard.count + bytes.count <= Self.longestAnswer else { return end(.fail(.notProxy)) }
        heard += bytes
        switch phase {
        case .method: return judge(by: 5, good: 2, otherwise: .notProxy, next: .authentication, saying: credentials)
        case .authentication: return judge(by: 1, good: 0, otherwise: .refused, next: .tunnel, saying: request)
        case .tunnel: return judgeTunnel()
        case .over: return .fail(.notProxy)
        }
    }

    /// An answer of two bytes, version and choice. More than that answers what was not asked.
    private mutating func judge(
        by version: UInt8, good: UInt8, otherwise fault: Fault, next: Phase, saying words: [UInt8]
    ) -> Step {
        guard let first = heard.first else { return .listen }
        guard first == version, heard.count <= 2 else { return end(.fail(.notProxy)) }
        guard heard.count == 2 else { return .listen }
        guard heard[1] == good else { return end(.fail(fault)) }
        phase = next
        heard = []
        return .say(words)
    }

    /// Version, reply, reserved, kind of address, address, port. After that the relay waits for us: who speaks first is none.
    private mutating func judgeTunnel() -> Step {
        guard heard.first ?? 5 == 5 else { return end(.fail(.notProxy)) }
        guard heard.count >= 2 else { return .listen }
        guard heard[1] == 0 else { return end(.fail(Self.fault(heard[1]))) }
        guard heard.count >= 5 else { return .listen }
        let length: Int
        switch heard[3] {
        case 1: length = 4 + 4 + 2
        case 3: length = 4 + 1 + Int(heard[4]) + 2
        case 4: length = 4 + 16 + 2
        default: return end(.fail(.notProxy))
        }
        guard heard.count <= length else { return end(.fail(.notProxy)) }
        return heard.count == length ? end(.open) : .listen
    }

    /// Network or host unreachable, connection refused, too many hops; and what Tor has for onion services.
    private static func fault(_ reply: UInt8) -> Fault {
        switch reply {
        case 3...6, 0xF0...0xF7: .unreachable
        default: .refused
        }
    }

    private mutating func end(_ step: Step) -> Step {
        phase = .over
        heard = []
        return step
    }

    private var credentials: [UInt8] { [1] + Self.field(user) + Self.field(password) }

    /// Connect, to a name.
    private var request: [UInt8] { [5, 1, 0, 3] + Self.field(host) + [UInt8(port >> 8), UInt8(port & 0xFF)] }

    private static func field(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
}
