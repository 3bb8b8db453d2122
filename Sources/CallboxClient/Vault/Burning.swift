internal import CallboxCrypto

/// Making a vault unreadable for good. vault.md section 7 says what that can do, and what it cannot.
extension Vault {
    /// Ends open chats, forgets remembered keys, overwrites the header on the disk, and removes what there is. Needs no passphrase, and does not care
    /// whether the vault is damaged or its folder open to others.
    /// - Throws: `Trouble.home` when there is no vault; `disk` when the header could not be overwritten: all else has been done then.
    package static func burn(_ home: Home, patience: Int32 = VaultFolder.patience) throws {
        let folder = try VaultFolder(home)
        let names = folder.names
        guard names.contains(VaultFolder.File.vault.name) || names.contains(VaultFolder.File.next.name) else {
            throw Trouble.noVault(home.path)
        }
        if let name = try? folder.keyringName { _ = KernelKeyring.revoke(name) }
        folder.endChats()
        var wiped = true
        do {
            try folder.inTurn(patience: patience) { wiped = folder.wipeAndRemove() }
        } catch {
            // Whoever holds the lock does not let go, or there can be none: that saves nothing.
            wiped = folder.wipeAndRemove()
        }
        folder.removeIfEmpty()
        guard wiped else { throw Trouble.notWiped }
    }
}

extension VaultFolder {
    /// - Returns: whether every header was overwritten.
    fileprivate func wipeAndRemove() -> Bool {
        var wiped = true
        for file in [File.vault, .next] {
            do { try open(file)?.wipe() } catch { wiped = false }
        }
        for file in [File.vault, .next] where !remove(file) { wiped = false }
        try? sync()
        remove(.lock)
        try? sync()
        return wiped
    }
}
