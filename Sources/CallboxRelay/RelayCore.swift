package import CallboxCrypto
internal import CallboxProgram
package import CallboxWire
internal import Synchronization

/// What all routes of a relay stand on.
package final class RelayCore: Sendable {
    /// Its keys.
    package let keys: RelayKeys
    /// Its numbers.
    package let limits: RelayLimits
    /// Where mailboxes and cells are.
    package let store: SQLiteStore
    /// Who waits at which mailbox.
    package let arrivals = Arrivals()
    /// Its times.
    package let time: TimeKeeper
    /// Who judges payments.
    package let cashier: Cashier
    /// What is counted, for the operator.
    package let metrics = RelayMetrics()

    private let nonces: Mutex<NonceMemory>
    private let owners: Mutex<RateLimiter>
    private let drops: Mutex<RateLimiter>

    /// Puts a relay together from its parts.
    package init(keys: RelayKeys, limits: RelayLimits, store: SQLiteStore, time: TimeKeeper) {
        self.keys = keys
        self.limits = limits
        self.store = store
        self.time = time
        cashier = Cashier(keys: keys, difficulty: limits.difficulty)
        // A signature may come early by the tolerance, and is good until it is late by it.
        nonces = Mutex(NonceMemory(stretch: 2 * Int64(limits.signatureTolerance)))
        owners = Mutex(RateLimiter(burst: limits.burst, perSecond: limits.perSecond))
        drops = Mutex(RateLimiter(burst: limits.burst, perSecond: limits.perSecond))
    }

    /// Opens what is stored, and puts a relay on it.
    /// - Throws: what SQLite says, or a `Problem`.
    package static func open(
        folder: String, keys: RelayKeys, limits: RelayLimits, clock: any RelayClock
    ) async throws -> RelayCore {
        let store = try SQLiteStore(folder: folder, limits: limits)
        guard clock.wall() >= Self.earliest else { throw ClockUnset() }
        let time = TimeKeeper(clock, stored: try await store.storedTime())
        try await store.store(time.advance())
        return RelayCore(keys: keys, limits: limits, store: store, time: time)
    }

    /// 1 January 2026: this program is younger.
    private static let earliest: UInt64 = 1_767_225_600

    /// Checks a signed request: the signature, then that it is new, then that its owner does not ask too often. Nothing is
    /// looked up for it.
    /// - Throws: a `Refusal`.
    package func admit(
        _ request: SignableRequest, _ fields: SignedFields, by key: VerificationKey
    ) throws(Refusal) -> VerifiedRequest {
        let now = Int64(clamping: time.clock.wall())
        let verified: VerifiedRequest
        do {
            verified = try RequestSignature.verify(
                request, fields, by: key, now: now, tolerance: limits.signatureTolerance)
        } catch {
            throw Refusal(error.problem)
        }
        // Before the signature is noted: who asks too often takes no place in the memory of all.
        let wait = owners.withLock { $0.take(key, now: time.clock.running()) }
        if let wait { throw Refusal(.tooManyRequests, retryAfter: wait) }
        do {
            try nonces.withLock { nonces throws(Problem) in try nonces.admit(verified, now: now) }
        } catch {
            throw Refusal(error)
        }
        return verified
    }

    /// Lets a deposit at an address through, unless there are too many.
    /// - Throws: a `Refusal`.
    package func admit(depositAt address: MailboxAddress) throws(Refusal) {
        let wait = drops.withLock { $0.take(address, now: time.clock.running()) }
        if let wait { throw Refusal(.tooManyRequests, retryAfter: wait) }
    }
}
