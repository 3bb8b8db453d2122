internal import CSodium

/// Where fresh bytes come from. Given from above, so that tests can give a seeded one.
package protocol RandomSource {
    /// `count` fresh bytes.
    mutating func bytes(_ count: Int) -> [UInt8]
}

/// The system's random source, by libsodium.
package struct SystemRandom: RandomSource, Sendable {
    /// A value without storage has no address, and ThreadSanitizer faults when such a one is handed on as `inout`.
    private var addressable: UInt8 = 0

    /// The system's random source.
    package init() {}

    /// `count` unpredictable bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        Sodium.ready
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe randombytes_buf(&bytes, count)
        return bytes
    }
}
