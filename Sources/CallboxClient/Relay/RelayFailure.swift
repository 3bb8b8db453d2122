package import CallboxWire

/// Why a call did not come to its end.
package enum RelayFailure: Error, Equatable, Sendable {
    /// The relay said no, in its own words; `after` is how many seconds it asks to be left alone.
    case refused(Problem, after: Int?)
    /// Something answered that is not the program's relay, or not as a relay does: a portal, a proxy, a broken relay.
    case strange(status: Int?)
    /// The relay's TLS key is not the one that the program or the invite names. Nothing was sent.
    case wrongKey
    /// Nobody answered: no network, no such host, the connection broke.
    case unreachable
    /// It took longer than it may.
    case tooSlow
    /// The proxy on this machine refused, or is none. Nothing was sent to anybody.
    case proxy

    /// What it means for what was sent.
    package var effect: Problem.Effect {
        switch self {
        case .refused(let problem, _): problem.effect
        case .wrongKey, .proxy: .nothingStored
        case .strange, .unreachable, .tooSlow: .unknown
        }
    }
}
