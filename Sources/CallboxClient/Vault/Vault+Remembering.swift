internal import CallboxCrypto
internal import CallboxWire

/// Remembering the keys in the kernel's keyring, so that the passphrase is not asked for at every command. vault.md section 6.
extension Vault {
    /// The longest time for which keys are remembered: a day.
    static let longestMemory = 24 * 60

    /// Keeps the keys in the kernel's keyring for so many minutes, 1 to 1,440, from now on.
    /// - Throws: `Trouble.usage`; `notNow` where there is no keyring.
    package func remember(minutes: Int) throws {
        guard (1...Self.longestMemory).contains(minutes) else { throw Trouble.memoryBounds }
        let both = keys.both
        guard KernelKeyring.keep(both, as: try folder.keyringName, seconds: UInt32(minutes) * 60) else {
            throw Trouble.noKeyring
        }
    }

    /// The vault of a home whose keys are remembered; nil when they are not, or open what is there no more.
    /// - Throws: `Trouble.home` when there is no vault, or its folder is open to others.
    package static func openRemembered(_ home: Home) throws -> Vault? {
        let folder = try VaultFolder(home)
        guard try folder.current() != nil else { throw Trouble.noVault(home.path) }
        let name = try folder.keyringName
        guard let both = KernelKeyring.secret(name, byteCount: VaultKeys.byteCount) else { return nil }
        do { return try open(folder, keys: VaultKeys(both)) } catch let trouble as Trouble where trouble.kind == .locked
        {
            return nil
        }
    }

    /// Takes the keys out of the kernel's keyring.
    func forget() {
        guard let name = try? folder.keyringName else { return }
        _ = KernelKeyring.revoke(name)
    }

    /// Forgets the keys of a home, and ends the chats that are open on it: afterwards nobody reads it without the passphrase.
    /// - Throws: `Trouble.home` when there is no vault, `fault` when the keys could not be taken out of the keyring.
    package static func lock(_ home: Home) throws {
        let folder = try VaultFolder(home)
        guard try folder.current() != nil else { throw Trouble.noVault(home.path) }
        if Plant.staysOpen { return }
        let forgotten = KernelKeyring.revoke(try folder.keyringName)
        folder.endChats()
        guard forgotten else { throw Trouble.notForgotten }
    }
}

extension VaultFolder {
    /// What the kernel's keyring has the keys under: of the folder itself, so that it is the same by every path.
    var keyringName: KernelKeyring.Name {
        get throws {
            var writer = ByteWriter()
            for number in try identity { writer.put(number) }
            return KernelKeyring.Name(hash: BLAKE2b256.hash(VaultLabel.home, writer.bytes))
        }
    }
}
