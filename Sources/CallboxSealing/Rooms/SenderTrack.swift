internal import CallboxCrypto

/// What one member's entries look like from here: which came, which are missing, and what others say of those that have not come.
struct SenderTrack: Equatable, Sendable {
    /// How many hashes are kept, the latest.
    static let knownLimit = 512
    /// How many separate gaps are kept open, the latest.
    static let gapLimit = 256
    /// How many sayings about entries that have not come are kept, the latest.
    static let claimLimit = 256

    /// What somebody says of an entry that has not come.
    struct Claim: Hashable, Sendable {
        let number: UInt32
        let hash: EntryHash
        let by: VerificationKey
    }

    /// The entry before the first that we may see.
    let start: Seen
    /// The latest that came, or `start`.
    var latest: Seen
    /// The hashes of what came, by number.
    var known: [UInt32: EntryHash]
    /// Numbers below `latest` that have not come, in order.
    var missing: [ClosedRange<UInt32>] = []
    var claims: [Claim] = []
    /// The last entry before the member left.
    var end: UInt32?

    init(start: Seen) {
        self.start = start
        latest = start
        known = [start.number: start.hash]
    }

    var member: VerificationKey { start.from }

    /// Whether an entry of this number has not come, and still may.
    func awaits(_ number: UInt32) -> Bool {
        number > latest.number || missing.contains { $0.contains(number) }
    }

    /// Takes an entry in.
    mutating func receive(_ entry: RoomEntry) -> [RoomFinding] {
        let number = entry.place.number
        guard awaits(number) else { return [judge(number, entry.hash, saidBy: member) ?? seenBefore(number)] }
        var findings: [RoomFinding] = []
        if number > latest.number {
            if number - latest.number > 1 {
                let gap = latest.number + 1...number - 1
                missing.append(gap)
                findings.append(.gap(from: member, missing: gap))
            } else {
                findings.append(.inOrder(from: member, number: number))
            }
            latest = Seen(from: member, number: number, hash: entry.hash)
        } else {
            close(number)
            findings.append(.filled(from: member, number: number))
        }
        known[number] = entry.hash
        findings += settleClaims(number, entry.hash)
        findings += hear(number - 1, entry.place.previous, saidBy: member)
        prune()
        return findings
    }

    /// Takes in what somebody says an entry's hash is.
    mutating func hear(_ number: UInt32, _ hash: EntryHash, saidBy witness: VerificationKey) -> [RoomFinding] {
        guard awaits(number) else { return judge(number, hash, saidBy: witness).map { [$0] } ?? [] }
        let claim = Claim(number: number, hash: hash, by: witness)
        let others = claims.filter { $0.number == number }
        guard !others.contains(claim) else { return [] }
        claims.append(claim)
        claims.removeFirst(max(0, claims.count - Self.claimLimit))
        if others.contains(where: { $0.hash != hash }) { return [.fork(from: member, number: number, saidBy: witness)] }
        // A sender's word on its own entries says no more than the gap did.
        return witness == member ? [] : [.pending(from: member, number: number, saidBy: witness)]
    }

    /// A fork, when we have an entry of this number and it is another.
    private func judge(_ number: UInt32, _ hash: EntryHash, saidBy witness: VerificationKey) -> RoomFinding? {
        guard let mine = known[number], mine != hash else { return nil }
        return .fork(from: member, number: number, saidBy: witness)
    }

    private func seenBefore(_ number: UInt32) -> RoomFinding {
        number > start.number && known[number] != nil
            ? .duplicate(from: member, number: number) : .settled(from: member, number: number)
    }

    private mutating func settleClaims(_ number: UInt32, _ hash: EntryHash) -> [RoomFinding] {
        let about = claims.filter { $0.number == number }
        claims.removeAll { $0.number == number }
        return about.compactMap { claim in
            guard claim.hash == hash else { return .fork(from: member, number: number, saidBy: claim.by) }
            return claim.by == member ? nil : .resolved(from: member, number: number, saidBy: claim.by)
        }
    }

    private mutating func close(_ number: UInt32) {
        guard let place = missing.firstIndex(where: { $0.contains(number) }) else { return }
        let gap = missing.remove(at: place)
        var rest: [ClosedRange<UInt32>] = []
        if gap.lowerBound < number { rest.append(gap.lowerBound...number - 1) }
        if number < gap.upperBound { rest.append(number + 1...gap.upperBound) }
        missing.insert(contentsOf: rest, at: place)
    }

    private mutating func prune() {
        missing.removeFirst(max(0, missing.count - Self.gapLimit))
        claims = claims.filter { awaits($0.number) }
        guard known.count > Self.knownLimit else { return }
        // Half at once, so that the sorting is rare.
        for number in known.keys.sorted().dropLast(Self.knownLimit / 2) { known[number] = nil }
    }
}
