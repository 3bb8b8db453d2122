import CallboxWire
import Fuzzing

/// All three forms.
@main
struct Base64Target: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let form = [Base64.Form.standard, .url, .bareURL][Int(rest.choice() % 3)]
        RoundTrip.exact(rest, { try Base64.decode($0.text, form) }, { [UInt8](Base64.encode($0, form).utf8) })
        precondition((try? Base64.decode(Base64.encode(rest, form), form)) == rest, "bytes do not come back")
    }
}
