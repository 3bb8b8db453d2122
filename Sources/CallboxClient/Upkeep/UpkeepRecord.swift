package import CallboxProgram

/// What is remembered of keeping up with the program: record `upkeep`.
package struct UpkeepRecord: Equatable, Sendable, Codable {
    /// When it was last tried.
    package var tried: Instant?
    /// Whether versions of the program document were never shown here.
    package var hadGap = false
    /// Whether bulletins were never shown here.
    package var hadBulletinGap = false
    /// What was refused when it was last tried: one sentence each.
    package var refused: [String] = []
    /// The days for which a sheet was served in our name that is none of ours.
    package var foreignSheets: [Day] = []
    /// For how many days the relay keeps cells, as it last said.
    package var cellDays: Int?
    /// Versions of the program document that something kept here waits for.
    package var wanted: [UInt64] = []

    /// Nothing done yet.
    package init() {}

    /// How often the program is asked after at most, in seconds: once an hour.
    package static let interval: UInt64 = 3_600

    /// Whether it is time again.
    package func isDue(at now: Instant) -> Bool {
        // A clock that once ran ahead must not keep anybody from the news.
        guard let tried else { return true }
        return now < tried || tried.later(by: Self.interval) <= now
    }
}

extension Record where Value == UpkeepRecord {
    /// What is remembered of keeping up with the program.
    package static var upkeep: Self { Self("upkeep") }
}

/// A bulletin that came, and whether it was looked at.
package struct BulletinRecord: Hashable, Sendable, Codable {
    /// What it says.
    package let bulletin: Bulletin
    /// Whether a person has seen it.
    package var isShown: Bool
}

/// The bulletins that came, oldest first: record `bulletins`.
package struct BulletinsRecord: Equatable, Sendable, Codable {
    /// How many are kept.
    package static let limit = 64
    /// The latest.
    package var all: [BulletinRecord] = []

    /// None yet.
    package init() {}

    /// Puts new ones in.
    package mutating func add(_ news: [Bulletin]) {
        all += news.map { BulletinRecord(bulletin: $0, isShown: false) }
        all.removeFirst(max(0, all.count - Self.limit))
    }
}

extension Record where Value == BulletinsRecord {
    /// The bulletins.
    package static var bulletins: Self { Self("bulletins") }
}
