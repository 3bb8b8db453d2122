import CallboxWire
import Fuzzing

/// What was scanned from a poster, with the addresses and pins in it.
@main
struct InviteTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        RoundTrip.stable(bytes, { try Invite($0.text) }, { [UInt8]($0.text.utf8) })
    }
}
