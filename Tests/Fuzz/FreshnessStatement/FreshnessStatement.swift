import CallboxProgram
import CallboxTesting
import Fuzzing

/// The online key's word, and what a client makes of it once that key has signed it.
@main
struct FreshnessStatementTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }
    private static let joined = fixture { try sample.state() }

    static func decode(_ bytes: [UInt8]) {
        let statement = RoundTrip.stable(bytes, { try FreshnessStatement(parsing: $0) }, \.payload)
        guard statement != nil else { return }
        var state = joined
        _ = try? state.accept(freshness: [sample.online].sign(bytes, as: .freshness), at: SampleProgram.now)
        for seconds in [0, SampleProgram.now.seconds, .max] {
            _ = try? state.checkNewSession(at: Instant(seconds: seconds))
        }
    }
}
