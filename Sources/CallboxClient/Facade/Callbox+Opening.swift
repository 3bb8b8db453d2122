package import CallboxCrypto

/// The vault of a person: opening, remembering, locking and burning it. None of this goes to the relay.
extension Callbox {
    /// Opens the vault of a home. Takes a third of a second or more, on purpose.
    /// - Throws: `Trouble`: `usage` when a word of the passphrase is not in the list, `locked`, `home`.
    public static func open(
        _ home: Home, passphrase: String, by connector: any RelayConnector
    ) throws -> Callbox {
        try Callbox(Vault.open(home, passphrase: read(passphrase)), by: connector)
    }

    /// Opens the vault of a home by keys that were remembered; nil when they are not.
    /// - Throws: `Trouble.home`.
    public static func openRemembered(_ home: Home, by connector: any RelayConnector) throws -> Callbox? {
        try Vault.openRemembered(home).map { try Callbox($0, by: connector) }
    }

    /// Keeps the vault's keys in the kernel's keyring for so many minutes, 1 to 1,440: until then every process of this user can open the vault.
    /// - Throws: `Trouble`: `notNow` where there is no keyring.
    public func remember(minutes: Int = 15) throws { try vault.remember(minutes: minutes) }

    /// Forgets remembered keys, and ends every process that has said (`announceChat`) that it has this vault open.
    /// - Throws: `Trouble`: `home` when there is no vault.
    public static func lock(_ home: Home) throws { try Vault.lock(home) }

    /// Destroys the vault of a home: its keys first, then everything. Needs no passphrase, and nothing brings it back. It cannot reach copies: backups,
    /// snapshots, and what a flash disk keeps of blocks that were overwritten.
    /// - Throws: `Trouble`: `home` when there is no vault, `disk` when not all could be overwritten.
    public static func burn(_ home: Home) throws { try Vault.burn(home) }

    /// Says that this process uses the vault of a home, until the value is given up: `lock` and `burn` end the process (SIGTERM, and what does
    /// not listen is killed). To be called before the vault is opened, so that no lock falls between.
    /// - Throws: `Trouble`: `home` when there is no vault, `disk`.
    public static func announceChat(on home: Home) throws -> RunningChat { try RunningChat(on: home) }

    // MARK: Passphrases

    /// A fresh passphrase of so many words: 6 for an officer, 7 for a member. To be shown once, and written down on paper.
    /// - Throws: `Trouble.usage` unless it is 6 to 32 words.
    public static func freshPassphrase(words: Int) throws -> String {
        guard (Passphrase.officerWordCount...Passphrase.maximumWordCount).contains(words) else {
            throw Trouble(
                .usage, "A passphrase has 6 to 32 words.", meaning: "None was made.", remedy: "Ask for so many.")
        }
        var random = SystemRandom()
        return Passphrase.random(wordCount: words, from: &random).revealedForPaper()
    }

    /// Whether what a person typed can be a passphrase: case and what stands between the words do not matter.
    /// - Throws: `Trouble.usage`: which word is not in the list, and the nearest ones that are.
    public static func check(passphrase: String) throws { _ = try read(passphrase) }

    /// Gives the vault another passphrase. Keys that were remembered are forgotten, and other processes have to open the vault anew. An old copy of
    /// the vault's file still opens with the old passphrase, and nothing stored later does.
    /// - Throws: `Trouble`: `usage`, `disk`, `notNow`.
    public func changePassphrase(to passphrase: String) throws {
        try vault.changePassphrase(to: Self.read(passphrase))
    }

    // MARK: How

    /// A person's client on their vault, with the relay that the vault names.
    package convenience init(_ vault: Vault, by connector: any RelayConnector) throws {
        guard try vault.read({ $0[Record.person.name] }) != nil else {
            throw Trouble(
                .home, "The vault in this home is a coordinator's.", meaning: "Nothing was changed.",
                remedy: "Name your own home, with --home; or use `callbox program` for the office.")
        }
        let places = try Trouble.telling { try vault.read { try RelayPlaces(stored: $0) } }
        self.init(store: vault, relay: connector.relay(at: places).relay, clock: SystemClientClock())
    }

    /// What a person typed, as a passphrase. - Throws: `Trouble.usage`.
    package static func read(_ typed: String) throws -> Passphrase {
        do { return try Passphrase(reading: typed) } catch { throw Trouble.of(error) }
    }

    private var vault: Vault {
        get throws {
            guard let vault = store as? Vault else { throw Trouble.noFile }
            return vault
        }
    }
}

extension Trouble {
    fileprivate static let noFile = Trouble(
        .fault, "This Callbox keeps its records in no file.", meaning: "Nothing was changed.",
        remedy: "Open a vault to do this.")

    /// Which word it was.
    fileprivate static func of(_ error: PassphraseError) -> Trouble {
        switch error {
        case .empty:
            Trouble(
                .usage, "There is no passphrase in what was typed.", meaning: "Nothing was opened or changed.",
                remedy: "Type the words from the paper. Capitals, and what stands between the words, do not matter.")
        case .tooLong:
            Trouble(
                .usage, "These are more words than a passphrase has.", meaning: "Nothing was opened or changed.",
                remedy: "Type the words from the paper, once.")
        case .unknownWord(let position, let nearest):
            Trouble(
                .usage, "Word \(position) is not in the list of words that passphrases are made of.",
                meaning: "Nothing was opened or changed.",
                remedy: nearest.isEmpty
                    ? "Look at word \(position) on the paper again."
                    : "Look at word \(position) on the paper again. The nearest in the list: \(nearest.joined(separator: ", "))."
            )
        }
    }
}
