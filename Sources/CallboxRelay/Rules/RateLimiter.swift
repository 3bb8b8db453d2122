package import CallboxWire

/// How often something may happen for each name: so many at once, and so many a second in the long run. Bounded: when too many
/// names are known, those that could do everything again are forgotten, and if there are none the new name waits.
package struct RateLimiter: Sendable {
    private struct Bucket {
        var left: Double
        var at: Double
    }

    private let burst: Double
    private let perSecond: Double
    private let capacity: Int
    private var buckets: [Int: Bucket] = [:]

    /// A limiter of this many at once and this many a second.
    package init(burst: UInt32, perSecond: UInt32, capacity: Int = 65_536) {
        self.burst = Double(burst)
        self.perSecond = Double(perSecond)
        self.capacity = capacity
    }

    /// Takes one for a name, or says after how many seconds there will be one. Time is in seconds and never goes back.
    package mutating func take(_ name: some Hashable, now: Double) -> RetryAfter? {
        let key = name.hashValue
        var bucket = buckets[key] ?? Bucket(left: burst, at: now)
        if buckets[key] == nil, buckets.count >= capacity {
            buckets = buckets.filter { $0.value.left + (now - $0.value.at) * perSecond < burst }
            guard buckets.count < capacity else { return RetryAfter(seconds: Int(burst / perSecond) + 1) }
        }
        bucket.left = min(burst, bucket.left + max(0, now - bucket.at) * perSecond)
        bucket.at = now
        defer { buckets[key] = bucket }
        guard bucket.left >= 1 else { return RetryAfter(seconds: Int(((1 - bucket.left) / perSecond).rounded(.up))) }
        bucket.left -= 1
        return nil
    }
}
