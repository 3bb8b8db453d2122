internal import FoundationEssentials

/// Weaknesses that are planted on purpose, so that every harness is seen to find what it looks for. In a debug build, by the
/// environment variable `CALLBOXD_PLANT`; a release build has none of them.
enum Plant {
    /// Answers before the commit.
    static let acknowledgesBeforeCommit = isPlanted("ack-before-commit")
    /// Stores the same cell again.
    static let storesTwice = isPlanted("no-dedup")
    /// Leaves the log unsynced.
    static let isUnsynced = isPlanted("synchronous-normal")
    /// Never cuts the log off.
    static let keepsLog = isPlanted("no-truncate")
    /// Looks a mailbox up before its owner's signature is checked.
    static let looksUpFirst = isPlanted("lookup-before-signature")
    /// Serves and erases cells without looking whether their rows are whole.
    static let checksNoRow = isPlanted("no-row-check")
    /// Takes a token as often as it comes.
    static let spendsTwice = isPlanted("double-spend")
    /// Counts days by the clock on the wall.
    static let believesWall = isPlanted("wall-clock")
    /// Fills the disk to its last byte.
    static let keepsNoRoom = isPlanted("no-ballast")
    /// Waits for ever for whoever is slow.
    static let waitsForEver = isPlanted("no-deadlines")

    private static func isPlanted(_ name: String) -> Bool {
        #if DEBUG
            ProcessInfo.processInfo.environment["CALLBOXD_PLANT"] == name
        #else
            false
        #endif
    }
}
