internal import FoundationEssentials
internal import SystemPackage

/// What can be wrong with a home and the vault in it, in words.
extension Trouble {
    static let vaultLocked = Trouble(
        .locked,
        "This passphrase does not open the vault, or the vault's file is damaged: the two cannot be told apart.",
        meaning: "Nothing was changed.",
        remedy:
            "Try the passphrase again, word by word from the paper. If it is right and the vault was made by a newer Callbox, use that one."
    )

    static let passphraseChanged = Trouble(
        .locked, "The vault's passphrase was changed while this Callbox was running.",
        meaning: "Nothing was changed by this one. What was written before is kept.",
        remedy: "Start it again, with the new passphrase.")

    static let noMemory = Trouble(
        .notNow, "This machine does not have the memory free that opening a vault takes.",
        meaning: "Nothing is wrong with the vault, and nothing was changed.",
        remedy: "Close other programs and try again.")

    static let busy = Trouble(
        .notNow, "Another Callbox is writing to this vault, and has not finished for 10 seconds.",
        meaning: "Nothing was changed.", remedy: "Try again in a moment. If it stays so, end the other one.")

    static func noVault(_ path: String) -> Trouble {
        Trouble(
            .home, "There is no vault in \(path).", meaning: "Nothing was changed.",
            remedy: "If you have joined already, say where with --home. If not, join with the invite first.")
    }

    static func vaultThere(_ path: String) -> Trouble {
        Trouble(
            .home, "There is a vault in \(path) already.", meaning: "It was not touched.",
            remedy: "Use another folder with --home, or burn this vault first. What is burnt does not come back.")
    }

    static func openToOthers(_ path: String) -> Trouble {
        Trouble(
            .home, "Other users of this machine may look into \(path), or it is theirs.",
            meaning: "Nothing was opened or changed.",
            remedy:
                "If the folder is yours, close it to others: chmod 700 '\(path)'. If not, use another one with --home.")
    }

    static let grown = Trouble(
        .disk, "The vault is as large as a vault can be.", meaning: "Nothing was changed.",
        remedy: "Erase conversations that are over, or let them expire sooner.")

    /// Why the system refused.
    static func disk(_ error: any Error) -> Trouble {
        if let trouble = error as? Trouble { return trouble }
        let reason = (error as? Errno).map { ": \($0.description)" } ?? ""
        return switch (error as? Errno, (error as? CocoaError)?.code) {
        case (.noSpace, _), (.diskQuotaExceeded, _), (_, .fileWriteOutOfSpace):
            Trouble(
                .disk, "This machine's disk is full.",
                meaning: "Nothing was changed. What you were just writing is neither sent nor kept.",
                remedy: "Make room on the disk and try again.")
        case (.permissionDenied, _), (.readOnlyFileSystem, _), (.notPermitted, _), (_, .fileWriteNoPermission),
            (_, .fileWriteVolumeReadOnly):
            Trouble(
                .disk, "The vault's folder cannot be written or read\(reason).", meaning: "Nothing was changed.",
                remedy: "Check whose the folder is, and that its disk is not mounted read-only.")
        default:
            Trouble(
                .disk, "This machine's disk failed\(reason).", meaning: "Nothing was changed.",
                remedy: "Try again. If it stays so, the disk may be broken: do not rely on it.")
        }
    }

    /// What a vault's bytes are refused with.
    static func of(_ error: VaultError) -> Trouble {
        switch error {
        case .refused: vaultLocked
        case .outOfMemory: noMemory
        case .tooLarge: grown
        }
    }
}

/// What can be wrong with remembering, locking and burning.
extension Trouble {
    static let memoryBounds = Trouble(
        .usage, "Keys can be remembered for 1 to 1,440 minutes.", meaning: "Nothing was changed.",
        remedy: "Say how many minutes, a day at most.")

    static let noKeyring = Trouble(
        .notNow,
        "This system has no keyring in which keys could be remembered, or no room in it; that is usual in containers.",
        meaning: "The vault is open for this command, and everything else works.",
        remedy: "Type the passphrase each time, or keep one chat open.")

    static let notForgotten = Trouble(
        .fault, "The kernel's keyring did not let go of the vault's keys.",
        meaning: "The vault can be opened on this machine without its passphrase until the time is up, a day at most.",
        remedy: "Restart the machine if somebody may come to it: that empties the keyring.")

    static let notWiped = Trouble(
        .disk, "The vault's files could not all be overwritten or removed.",
        meaning: "Whoever has this disk and the passphrase may still read what was in the vault.",
        remedy: "Look at what is left in the folder. To be sure, destroy the disk, and let nobody have the passphrase.")
}
