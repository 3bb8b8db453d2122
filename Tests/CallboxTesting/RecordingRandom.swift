import CallboxCrypto

/// A random source that remembers what it gave, so that a test vector can tell the private keys of a recorded conversation.
package struct RecordingRandom: RandomSource, Sendable {
    private var source: SeededRandom
    /// Everything drawn since the last `forget`, draw by draw.
    package private(set) var draws: [[UInt8]] = []

    /// The stream of a seed.
    package init(seed: UInt64) { source = SeededRandom(seed: seed) }

    /// The next `count` bytes of the stream.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        let bytes = source.bytes(count)
        draws.append(bytes)
        return bytes
    }

    /// Starts a new recording.
    package mutating func forget() { draws = [] }
}
