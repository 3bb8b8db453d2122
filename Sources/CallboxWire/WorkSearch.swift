package import CallboxCrypto

/// Looks for a stamp, a bounded number of tries at a time, so that the caller can stop between them.
package struct WorkSearch: Sendable {
    private let difficulty: WorkDifficulty
    private let day: UInt32
    private var candidate: [UInt8]
    private var nonce: UInt64 = 0

    /// Begins a search. The same task on the same day finds the same stamp, so a retry is the same request.
    package init(_ task: WorkTask, at relay: VerificationKey, day: UInt32, difficulty: WorkDifficulty) {
        self.difficulty = difficulty
        self.day = day
        self.candidate = task.prefix(at: relay) + WorkStamp(day: day, nonce: 0).bytes
    }

    /// Tries the next nonces, one hash each (about half a microsecond), and stops at the first that will do.
    package mutating func next(tries: Int) -> WorkStamp? {
        for _ in 0..<max(tries, 0) {
            let found = difficulty.isMet(by: BLAKE2b256.hash(candidate.span))
            if found { return WorkStamp(day: day, nonce: nonce) }
            advance()
        }
        return nil
    }

    private mutating func advance() {
        nonce &+= 1
        for place in 0..<8 {
            candidate[candidate.count - 1 - place] = UInt8(truncatingIfNeeded: nonce >> UInt64(8 * place))
        }
    }
}
