internal import CLinux

/// What a process does for itself before it asks for a passphrase.
public enum SelfDefence {
    /// New files are for their owner alone; there are no core files, and no other process of the same user looks into this one's memory.
    /// - Returns: whether all of it could be had.
    public static func raise() -> Bool {
        linux_close_to_others()
        return linux_forbid_looking_inside() == 0
    }
}
