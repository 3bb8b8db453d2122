internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// The tokens that are there to be spent, and when the next batch is fetched: record `purse`. Batches come by the calendar and never because one is
/// needed, so that asking for tokens says nothing about whoever asks.
struct Purse: Equatable, Sendable, Codable {
    /// In how many days from an epoch's first the batch is fetched: at a moment drawn once, and stored.
    static let firstDays: UInt64 = 3
    /// How many tokens of a batch are asked for at most.
    static let batchLimit = 16

    /// The tokens of one epoch that are left.
    struct Batch: Equatable, Sendable, Codable {
        /// The epoch, with the key that the program document names.
        let epoch: TokenEpoch
        /// What is left.
        var tokens: [StoredToken]
    }

    /// When an epoch's batch is fetched.
    struct Plan: Equatable, Sendable, Codable {
        /// The epoch's number.
        let epoch: UInt32
        /// From when on.
        var due: Instant
        /// Whether the batch is here, or will not come.
        var isSettled: Bool
    }

    private(set) var batches: [Batch] = []
    private(set) var plans: [Plan] = []

    /// How many tokens can be spent on a day.
    func count(on today: Day) -> Int {
        batches.filter { $0.epoch.takesTokens(on: today) }.reduce(0) { $0 + $1.tokens.count }
    }

    /// Takes a token out, the oldest first: nil when there is none. Store the purse in one change with what the token pays for.
    mutating func take(on today: Day) -> Token? {
        let usable = batches.indices.filter { batches[$0].epoch.takesTokens(on: today) && !batches[$0].tokens.isEmpty }
        guard let place = usable.min(by: { batches[$0].epoch.number < batches[$1].epoch.number }) else { return nil }
        return batches[place].tokens.removeFirst().token
    }

    /// When the batch of an epoch is fetched; nil when that is settled. The first batch of all is fetched at once: that is joining.
    mutating func due(for epoch: TokenEpoch, at now: Instant, random: inout some RandomSource) -> Instant? {
        if let plan = plans.first(where: { $0.epoch == epoch.number }) { return plan.isSettled ? nil : plan.due }
        let spread = Self.firstDays * 86_400
        let draw = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % spread
        let due = plans.isEmpty ? now : epoch.first.start.later(by: draw)
        plans.append(Plan(epoch: epoch.number, due: due, isSettled: false))
        return due
    }

    /// Puts a batch in.
    mutating func put(_ tokens: [Token], of epoch: TokenEpoch) {
        batches.append(Batch(epoch: epoch, tokens: tokens.map(StoredToken.init)))
        settle(epoch.number)
    }

    /// There will be no batch of this epoch, or it is here.
    mutating func settle(_ epoch: UInt32) {
        for place in plans.indices where plans[place].epoch == epoch { plans[place].isSettled = true }
    }

    /// Asks again later.
    mutating func postpone(_ epoch: UInt32, until due: Instant) {
        for place in plans.indices where plans[place].epoch == epoch { plans[place].due = due }
    }

    /// Forgets tokens that no relay takes any more, and the plans of epochs that are over.
    mutating func forget(on today: Day) {
        batches.removeAll { !$0.epoch.takesTokens(on: today) || $0.tokens.isEmpty }
        // The last plan stays: it says that this is not the first batch of all.
        if let last = plans.map(\.epoch).max() { plans.removeAll { $0.epoch + 2 < last } }
    }
}

extension TokenEpoch {
    /// Whether the day is in it.
    func contains(_ day: Day) -> Bool { first <= day && day <= last }

    /// Whether a relay takes its tokens on a day: in the epoch and in the next, which is as long.
    func takesTokens(on day: Day) -> Bool {
        let length = last.number - first.number + 1
        return first <= day && day <= last.later(by: length)
    }
}

/// A token in a record.
struct StoredToken: Equatable, Sendable, Codable {
    let token: Token

    init(_ token: Token) { self.token = token }

    init(from decoder: any Decoder) throws { token = try Token(Blob(from: decoder).bytes) }

    func encode(to encoder: any Encoder) throws { try Blob(token.bytes).encode(to: encoder) }
}
