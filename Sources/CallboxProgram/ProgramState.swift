internal import CallboxCrypto

/// What a client believes of its program: the root it pinned and followed, the newest program document, the online key's
/// last word and the bulletins read. Every change is a signed document that was accepted; a refusal changes nothing.
package struct ProgramState: Sendable {
    /// The root in force. Its digest is the pin that moves.
    package private(set) var root: VerifiedRoot
    /// The newest program document that was accepted.
    package private(set) var program: VerifiedProgram?
    /// The newest freshness statement that was accepted.
    package private(set) var statement: FreshnessStatement?
    /// How far the bulletins were read.
    package private(set) var bulletins: BulletinFeed

    /// Joins a program by a root that is pinned.
    /// - Throws: what `RootChain.verify(where:)` refuses.
    package init(joining chain: RootChain, where isPinned: (RootDigest) -> Bool) throws(ProgramError) {
        self.init(root: try chain.verify(where: isPinned))
    }

    init(
        root: VerifiedRoot, program: VerifiedProgram? = nil, statement: FreshnessStatement? = nil,
        bulletins: BulletinFeed = BulletinFeed()
    ) {
        self.root = root
        self.program = program
        self.statement = statement
        self.bulletins = bulletins
    }

    /// Follows the roots. A new online key starts from nothing: what the old one said may be why it was replaced.
    /// - Throws: `unknownRoot`, `rollback`, `fork`, or what `VerifiedRoot.successor` refuses.
    package mutating func accept(roots chain: RootChain) throws(ProgramError) -> Acceptance {
        let newest = try chain.verify(from: root)
        guard newest.digest != root.digest else { return .unchanged }
        if newest.document.onlineKey != root.document.onlineKey { statement = nil }
        program = program?.judged(under: newest)
        root = newest
        return .accepted
    }

    /// Takes a program document. The relay serves the newest only, so whoever was away finds a gap that `previous` cannot
    /// bridge; the quorum's signatures and a higher version do, and the gap is reported.
    /// - Throws: what `VerifiedProgram` refuses; `rollback`, `fork`, `wrongPrevious`.
    package mutating func accept(program envelope: SignedEnvelope) throws(ProgramError) -> Acceptance {
        let next = try VerifiedProgram(envelope, under: root)
        if let statement, statement.version == next.version, statement.hash != next.hash { throw .fork }
        guard let current = program else {
            program = next
            return .accepted
        }
        guard next.version >= current.version else { throw .rollback }
        if next.version == current.version {
            guard next.hash == current.hash else { throw .fork }
            program = next
            return .unchanged
        }
        let follows = next.document.content.previous == current.hash
        guard follows || next.version > current.version + 1 else { throw .wrongPrevious }
        program = next
        return follows ? .accepted : .acceptedAfterGap
    }

    /// Takes a freshness statement.
    /// - Throws: `noOnlineKey`, `payloadType`, `badSignature`, `malformed`, `field`, `wrongProgram`; `notYetValid` when its time
    ///   is more than a day ahead; `rollback` when it is older than what is known, `fork` when it names another document or
    ///   bulletin in the place of a known one.
    package mutating func accept(
        freshness envelope: SignedEnvelope, at now: Instant
    ) throws(ProgramError) -> Acceptance {
        guard let onlineKey = root.document.onlineKey else { throw .noOnlineKey }
        let next = try FreshnessStatement.verified(envelope, by: onlineKey)
        guard next.programID == root.document.programID else { throw .wrongProgram }
        guard next.time <= now.later(by: Self.clockTolerance) else { throw .notYetValid }
        if let statement {
            guard next.time >= statement.time else { throw .rollback }
            try Self.check((next.version, next.hash), against: (statement.version, statement.hash))
            try Self.check(next.bulletin, against: statement.bulletin)
        }
        // An older version than the one in hand is a word from before that was published: it vouches for nothing here, and accuses nobody.
        if let program, next.version == program.version, next.hash != program.hash { throw .fork }
        if let head = bulletins.head, next.bulletin?.index == head.index, next.bulletin != head { throw .fork }
        guard next != statement else { return .unchanged }
        statement = next
        return isBehind ? .newerExists : .accepted
    }

    /// Reads a page of bulletins.
    /// - Throws: what `BulletinFeed` refuses.
    package mutating func accept(bulletins page: BulletinPage) throws(ProgramError) -> BulletinFeed.News {
        try bulletins.accept(page, under: root, announced: statement?.bulletin)
    }

    /// Whether the online key has announced a program document that we do not have.
    package var isBehind: Bool { statement.map { $0.version > program?.version ?? 0 } ?? false }

    /// Whether the online key has announced bulletins that we do not have.
    package var isMissingBulletins: Bool { statement?.bulletin?.index ?? 0 > bulletins.head?.index ?? 0 }

    /// How far a signed time may be ahead of the clock, in seconds: one day.
    static let clockTolerance = Seconds.day

    private static func check(
        _ next: (version: UInt64, hash: RosterHash), against known: (version: UInt64, hash: RosterHash)
    ) throws(ProgramError) {
        guard next.version >= known.version else { throw .rollback }
        guard next.version > known.version || next.hash == known.hash else { throw .fork }
    }

    private static func check(_ next: BulletinHead?, against known: BulletinHead?) throws(ProgramError) {
        guard let known else { return }
        guard let next, next.index >= known.index else { throw .rollback }
        guard next.index > known.index || next.hash == known.hash else { throw .fork }
    }
}

/// What became of a document that was not refused.
package enum Acceptance: String, Sendable, CaseIterable {
    /// It is now the newest.
    case accepted
    /// It is now the newest, and versions between it and the one before were never shown to us.
    case acceptedAfterGap
    /// It is the one that we have.
    case unchanged
    /// It speaks of a newer program document than ours: fetch that.
    case newerExists
}
