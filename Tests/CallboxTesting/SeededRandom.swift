import CallboxCrypto

/// A random source that gives the same bytes for the same seed: BLAKE2b-256 of a label, the seed and a counter, block by block.
package struct SeededRandom: RandomSource, Sendable {
    private let seed: UInt64
    private var counter: UInt64 = 0
    private var block: [UInt8] = []

    /// The stream of a seed.
    package init(seed: UInt64) { self.seed = seed }

    /// The next `count` bytes of the stream, however it was cut before.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        while output.count < count {
            if block.isEmpty { advance() }
            let taken = min(count - output.count, block.count)
            output += block.prefix(taken)
            block.removeFirst(taken)
        }
        return output
    }

    private mutating func advance() {
        let input = [seed, counter].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        block = BLAKE2b256.hash("callbox/testing/random", input)
        counter += 1
    }
}
