internal import CLinux

/// What the process does for itself before it touches a key.
package enum SelfDefence {
    /// Files are for the owner alone; no core files, and no other process looks into this one's memory. Returns
    /// whether all of it could be had.
    package static func raise() -> Bool {
        linux_close_to_others()
        return linux_forbid_looking_inside() == 0
    }

    /// How many connections there can be: as wanted, and never so many that no descriptor is left for the store.
    package static func connectionLimit(wanted: Int) -> Int {
        let descriptors = Int(clamping: linux_raise_descriptor_limit())
        return descriptors == 0 ? wanted : min(wanted, max(descriptors - reserve, 16))
    }

    /// Descriptors for the store, the listeners, and what else there is.
    private static let reserve = 256
}
