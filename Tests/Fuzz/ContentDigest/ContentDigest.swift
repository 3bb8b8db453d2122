import CallboxWire
import Fuzzing

/// The field that names a content, and with it the structured fields.
@main
struct ContentDigestTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        RoundTrip.exact(bytes, { try ContentDigest(fieldValue: $0.text) }, { [UInt8]($0.fieldValue.utf8) })
    }
}
