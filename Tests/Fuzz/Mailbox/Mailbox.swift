import CallboxWire
import Fuzzing

/// What an owner sends: how to collect, what may go, what to make.
@main
struct MailboxTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 3 {
        case 0: RoundTrip.exact(rest, { try CollectQuery($0.text) }, { [UInt8]($0.text.utf8) })
        case 1: RoundTrip.exact(rest, { try Acknowledgements($0) }, \.bytes)
        default: RoundTrip.exact(rest, { try MailboxOrder($0) }, \.bytes)
        }
    }
}
