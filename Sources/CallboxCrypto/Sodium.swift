internal import CSodium

/// libsodium, made ready once per process before its first use.
enum Sodium {
    /// Touching this chooses the implementations for this processor and opens the random source.
    static let ready: Void = {
        guard sodium_init() >= 0 else {
            fatalError("libsodium could not be initialised: there is no safe way to go on without it")
        }
    }()
}
