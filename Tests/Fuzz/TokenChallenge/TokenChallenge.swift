import CallboxWire
import Fuzzing

/// What a token answers.
@main
struct TokenChallengeTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        RoundTrip.exact(bytes, { try TokenChallenge($0) }, \.bytes)
    }
}
