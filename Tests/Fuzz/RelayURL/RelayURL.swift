import CallboxWire
import Fuzzing

/// Where a relay says it is.
@main
struct RelayURLTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        let url = RoundTrip.stable(bytes, { try RelayURL($0.text) }, { [UInt8]($0.text.utf8) })
        guard let url else { return }
        precondition(url.isTLS || url.isOnion || url.isThisMachine, "in the clear to somebody else")
        for trust in [RelayTrust.webPKI, .none] { _ = try? Invite.Relay(url, trust: trust) }
    }
}
