internal import FoundationEssentials

/// Weaknesses that are planted on purpose, so that every harness is seen to find what it looks for. In a debug build, by the
/// environment variable `CALLBOX_PLANT`; a release build has none of them.
enum Plant {
    /// Writes the next version over the last one.
    static let writesInPlace = isPlanted("in-place")
    /// Does not wait for the disk.
    static let isUnsynced = isPlanted("no-sync")
    /// Locks nobody out.
    static let takesNoTurn = isPlanted("no-turn")
    /// Says nothing of messages that are missing.
    static let hidesGaps = isPlanted("no-gaps")

    private static func isPlanted(_ name: String) -> Bool {
        #if DEBUG
            ProcessInfo.processInfo.environment["CALLBOX_PLANT"] == name
        #else
            false
        #endif
    }
}
