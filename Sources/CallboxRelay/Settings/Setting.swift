/// Everything an operator can set. Each is a flag, an environment variable and a line of `callboxd.env`, and a flag
/// counts more than the environment, which counts more than the file.
package enum Setting: String, CaseIterable, Sendable {
    /// What clients call the relay.
    case url
    /// Where it listens.
    case listen
    /// Whether it speaks TLS itself.
    case tls
    /// Its certificate.
    case certificate
    /// The key of that.
    case key
    /// Where the operator's listener is.
    case admin
    /// How many connections it has at a time.
    case connections
    /// For how many days a cell waits.
    case retention
    /// How much work a stamp shows.
    case difficulty
    /// How much it says.
    case log

    /// The name of the environment variable.
    package var variable: String { "CALLBOXD_\(rawValue.uppercased())" }

    /// One line for the commented file.
    package var comment: String {
        switch self {
        case .url: "What clients call this relay, as invites say it: https://host[:port], or http://….onion."
        case .listen: "Where it listens: host:port, [IPv6]:port, or unix:/path. Without TLS: on this machine only."
        case .tls: "on, or off behind a proxy or an onion service."
        case .certificate: "The certificate, PEM; relative to the state folder."
        case .key: "Its private key, PEM; relative to the state folder."
        case .admin: "Health and metrics, for this machine only: an address as above, or off."
        case .connections: "How many connections at a time, 16 to 65536."
        case .retention: "For how many days a cell waits to be collected, 1 to 90."
        case .difficulty: "Work for those without a token, in bits, 0 to 40."
        case .log: "How much it says: error, warning, notice, info, debug. At no level who, where or what."
        }
    }

    /// What counts when nobody says anything.
    package var usual: String {
        switch self {
        case .url: "https://localhost:8443"
        case .listen: "0.0.0.0:8443"
        case .tls: "on"
        case .certificate: "tls.crt"
        case .key: "tls.key"
        case .admin: "127.0.0.1:9464"
        case .connections: "8192"
        case .retention: "14"
        case .difficulty: "22"
        case .log: "notice"
        }
    }
}
