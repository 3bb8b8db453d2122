import CallboxCrypto
import CallboxWire
import Fuzzing

/// A stamp, as text and as a proof of work.
@main
struct WorkStampTarget: FuzzTarget {
    private static let relay = VerificationKey(unchecked: [UInt8](repeating: 1, count: VerificationKey.byteCount))

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let bits = rest.choice()
        RoundTrip.exact(rest, { try WorkStamp(base64URL: $0.text) }, { [UInt8]($0.base64URL.utf8) })
        guard let difficulty = try? WorkDifficulty(bits: bits), let stamp = try? WorkStamp(rest) else { return }
        let again = WorkStamp(day: stamp.day, nonce: [UInt8](rest.suffix(8)).reduce(0) { $0 << 8 | UInt64($1) })
        precondition(again == stamp, "day and nonce are all that a stamp has")
        let days = stamp.day...stamp.day
        try? stamp.verify(.mailbox(relay), at: relay, days: days, difficulty: difficulty)
    }
}
