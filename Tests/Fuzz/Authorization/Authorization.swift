import CallboxWire
import Fuzzing

/// The field that pays, and the token in it.
@main
struct AuthorizationTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 3 {
        case 0: RoundTrip.exact(rest, { try Authorization(fieldValue: $0.text) }, { [UInt8]($0.fieldValue.utf8) })
        case 1: RoundTrip.exact(rest, { try Token($0) }, \.bytes)
        default: RoundTrip.exact(rest, { try TokenInput($0) }, \.bytes)
        }
    }
}
