internal import CallboxCrypto
package import CallboxWire

/// Which signed requests were seen: each is good once. Forgotten with the process, which repeats nothing that it has not
/// already granted: every signed request does the same when it comes twice.
package struct NonceMemory: Sendable {
    /// How many signatures are remembered for a whole stretch of time, 16 MB. Of more than that the older ones are forgotten before
    /// their time: what is signed does the same when it comes twice, and nobody is to wait because others ask much.
    package static let capacity = 1 << 20

    private let stretch: Int64
    private let capacity: Int
    private var start: Int64 = 0
    private var current: Set<Int> = []
    private var previous: Set<Int> = []

    /// An empty memory for signatures that may be accepted for at most `stretch` seconds after they come in.
    package init(stretch: Int64, capacity: Int = NonceMemory.capacity) {
        self.stretch = stretch
        self.capacity = capacity
    }

    /// Notes a request. Time is in seconds since 1970.
    /// - Throws: `nonce-reused`.
    package mutating func admit(_ request: VerifiedRequest, now: Int64) throws(Problem) {
        if now - start >= stretch || current.count >= capacity {
            previous = now - start >= 2 * stretch ? [] : current
            current = []
            start = now
        } else if now < start {
            // The clock was set back: nothing is forgotten for that.
            start = now
        }
        // By a hash that is keyed anew in every process: nobody can choose a nonce that looks like somebody else's.
        var hasher = Hasher()
        hasher.combine(request.key)
        hasher.combine(request.nonce)
        let name = hasher.finalize()
        guard !previous.contains(name), !current.contains(name) else { throw .nonceReused }
        current.insert(name)
    }
}
