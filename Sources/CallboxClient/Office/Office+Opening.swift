internal import CallboxCrypto

/// The vault of an office. Locking, burning and fresh passphrases are `Callbox`'s: they are the same for everybody.
extension Office {
    /// Makes a vault for a coordinator, or for a machine that keeps a program current. There is no key in it yet. Takes a third of a second or more, on purpose.
    /// - Throws: `Trouble`: `usage` when a word of the passphrase is not in the list, `home` when there is a vault already, `disk`.
    public static func make(_ home: Home, passphrase: String, by connector: any RelayConnector) throws -> Office {
        let passphrase = try Callbox.read(passphrase)
        let vault = try Vault.create(at: home, passphrase: passphrase) { _ in
            var records = Records()
            records.put(OfficeRecord(), in: .office)
            return records
        }
        return Office(store: vault, connector: connector, clock: SystemClientClock())
    }

    /// Opens an office's vault. Takes as long.
    /// - Throws: `Trouble`: `usage`, `locked`, `home`: also when the vault is an officer's or a member's.
    public static func open(_ home: Home, passphrase: String, by connector: any RelayConnector) throws -> Office {
        try office(Vault.open(home, passphrase: Callbox.read(passphrase)), by: connector)
    }

    /// Opens an office's vault by keys that were remembered; nil when they are not.
    /// - Throws: `Trouble.home`.
    public static func openRemembered(_ home: Home, by connector: any RelayConnector) throws -> Office? {
        try Vault.openRemembered(home).map { try office($0, by: connector) }
    }

    /// Keeps the vault's keys in the kernel's keyring for so many minutes, 1 to 1,440.
    /// - Throws: `Trouble`: `notNow` where there is no keyring.
    public func remember(minutes: Int = 15) throws { try vault.remember(minutes: minutes) }

    /// Gives the vault another passphrase.
    /// - Throws: `Trouble`: `usage`, `disk`, `notNow`.
    public func changePassphrase(to passphrase: String) throws {
        try vault.changePassphrase(to: Callbox.read(passphrase))
    }

    /// Whether there is a vault in a home, whosever it is.
    public static func isVault(in home: Home) -> Bool { (try? VaultFolder(home).current()) ?? nil != nil }

    private static func office(_ vault: Vault, by connector: any RelayConnector) throws -> Office {
        guard try vault.read({ $0[Record.office.name] }) != nil else {
            throw Trouble(
                .home, "The vault in this home is no coordinator's.", meaning: "Nothing was changed.",
                remedy: "Name the office's own home, with --home. To make one: callbox program key")
        }
        return Office(store: vault, connector: connector, clock: SystemClientClock())
    }

    private var vault: Vault {
        get throws {
            guard let vault = store as? Vault else {
                throw Trouble(
                    .fault, "This office keeps its records in no file.", meaning: "Nothing was changed.",
                    remedy: "Open a vault to do this.")
            }
            return vault
        }
    }
}
