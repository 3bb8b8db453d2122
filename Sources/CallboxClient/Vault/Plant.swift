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
    /// Stores what is to be sent only when it has been sent.
    static let storesLate = isPlanted("send-first")
    /// Lets the relay erase what is not stored yet.
    static let acknowledgesFirst = isPlanted("acknowledge-first")
    /// Does not remember which cells were taken in.
    static let forgetsCells = isPlanted("forget-cells")
    /// Says that it locks, and does not.
    static let staysOpen = isPlanted("stay-open")

    private static func isPlanted(_ name: String) -> Bool {
        #if DEBUG
            ProcessInfo.processInfo.environment["CALLBOX_PLANT"] == name
        #else
            false
        #endif
    }
}
