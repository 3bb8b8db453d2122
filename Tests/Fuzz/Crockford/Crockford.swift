import CallboxCrypto
import CallboxWire
import Fuzzing

/// What a person types: an enrolment code, a digest, bytes.
@main
struct CrockfordTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 3 {
        case 0:
            let code = RoundTrip.stable(rest, { try EnrolmentCode($0.text) }, { [UInt8]($0.symbols.utf8) })
            guard let code else { return }
            precondition((try? EnrolmentCode(code.slip)) == code, "the slip is another code")
            _ = code.hash(in: ProgramID(unchecked: [UInt8](repeating: 0, count: ProgramID.byteCount)))
        case 1:
            let digest = RoundTrip.stable(rest, { try HumanDigest($0.text) }, { [UInt8]($0.text.utf8) })
            guard let digest else { return }
            precondition((try? HumanDigest(digest.description)) == digest, "read out it is another digest")
        default:
            let count = Int(rest.choice())
            RoundTrip.stable(
                rest, { try CrockfordBase32.decode($0.text, byteCount: count) },
                { [UInt8](CrockfordBase32.encode($0).utf8) })
        }
    }
}
