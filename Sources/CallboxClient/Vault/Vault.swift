package import CallboxCrypto
internal import Synchronization

/// The records of one person, in one sealed file of their home. vault.md says what stands in it, and in which order it is written.
///
/// Any number of these, in any number of processes, may be open on one home: each looks for newer records before it reads, and takes its turn before
/// it changes any. What it throws is `Trouble`.
package final class Vault: RecordStore {
    /// The newest records that were seen, and the version of the file in which they stand.
    struct Loaded: Sendable {
        let header: VaultHeader
        let keys: VaultKeys
        let records: Records
        let file: VaultFile
    }

    /// Seals keys inside the records; the same as long as the vault lives.
    package let key: StateKey
    let folder: VaultFolder
    private let loaded: Mutex<Loaded>
    /// One turn at a time inside of this process, for file locks do not tell its tasks apart.
    private let turn = Mutex(())
    private let patience: Int32

    private init(_ folder: VaultFolder, _ loaded: Loaded, patience: Int32) {
        self.folder = folder
        self.loaded = Mutex(loaded)
        self.patience = patience
        key = loaded.keys.state
    }

    /// Looks at the newest records. What `body` sees is whole, and stays as it is while it looks.
    package func read<Result>(_ body: (Records) throws -> Result) throws -> Result {
        try body(newest().records)
    }

    /// Changes the records: see `RecordStore`. Nothing is written when `body` leaves them as they were. `body` neither reads nor changes this store by
    /// other ways than what it is given.
    package func change<Result>(_ body: (inout Records) throws -> Result) throws -> Result {
        try inTurn {
            let before = try newest()
            var records = before.records
            let result = try body(&records)
            if records != before.records { try store(records, before.header, before.keys, in: before.file) }
            return result
        }
    }

    /// Wraps the keys under another passphrase, and seals everything under a new file key: an old copy of the file and the old passphrase
    /// open that old copy, and nothing later. Other processes have to open the vault anew. Takes as long as the cost says.
    package func changePassphrase(
        to passphrase: consuming Passphrase, cost: PassphraseHash.Cost = .moderate
    ) throws {
        var random = SystemRandom()
        let keys = VaultKeys(keeping: key, random: &random)
        let secret = passphrase.secret()
        let header = try Self.refusing {
            try keys.wrapped(under: secret, cost: cost, random: &random)
        }
        try inTurn {
            let before = try newest()
            try store(before.records, header, keys, in: before.file)
        }
        forget()
    }

    // MARK: Opening

    /// Opens the vault of a home. Takes as long as the vault's header says.
    /// - Throws: `Trouble.locked` for a wrong passphrase or a damaged file, `home` when there is none or its folder is open to others.
    package static func open(
        _ home: Home, passphrase: consuming Passphrase, patience: Int32 = VaultFolder.patience
    ) throws -> Vault {
        let folder = try VaultFolder(home)
        guard try folder.current() != nil else { throw Trouble.noVault(home.path) }
        try folder.checkPrivacy()
        let secret = passphrase.secret()
        let (header, keys) = try folder.withNewest { _, bytes in
            try refusing {
                let header = try VaultFormat.header(of: bytes)
                return (header, try VaultKeys(unwrapping: header, with: secret))
            }
        }
        return try Vault(folder, load(folder, keys, header), patience: patience)
    }

    /// Opens the vault of a home by keys that were remembered.
    /// - Throws: as above.
    static func open(_ folder: VaultFolder, keys: VaultKeys) throws -> Vault {
        try folder.checkPrivacy()
        return try Vault(folder, load(folder, keys, nil), patience: VaultFolder.patience)
    }

    /// Makes a vault, and the folder if need be. What `first` gives stands in it from the start: whoever is in the middle of
    /// joining has either all of that, or no vault.
    /// - Throws: `Trouble.home` when there is a vault already or the folder is open to others, `disk`, `notNow`.
    package static func create(
        at home: Home, passphrase: consuming Passphrase, cost: PassphraseHash.Cost = .moderate,
        patience: Int32 = VaultFolder.patience, first: (StateKey) throws -> Records = { _ in Records() }
    ) throws -> Vault {
        try VaultFolder.make(home)
        let folder = try VaultFolder(home)
        try folder.checkPrivacy()
        guard try folder.current() == nil else { throw Trouble.vaultThere(home.path) }
        var random = SystemRandom()
        let keys = VaultKeys(random: &random)
        let secret = passphrase.secret()
        let header = try refusing {
            try keys.wrapped(under: secret, cost: cost, random: &random)
        }
        let records = try first(keys.state)
        return try folder.inTurn(patience: patience) {
            guard try folder.current() == nil else { throw Trouble.vaultThere(home.path) }
            let bytes = try refusing { try VaultFormat.seal(records, header: header, keys: keys, random: &random) }
            let file = try folder.replace(nil, with: bytes)
            return Vault(
                folder, Loaded(header: header, keys: keys, records: records, file: file), patience: patience)
        }
    }

    // MARK: What is there

    /// The keys as they are now, to be remembered.
    var keys: VaultKeys { loaded.withLock(\.keys) }

    private func newest() throws -> Loaded {
        try loaded.withLock { loaded in
            if try folder.current() == loaded.file.identity { return loaded }
            loaded = try Self.load(folder, loaded.keys, loaded.header)
            return loaded
        }
    }

    /// - Throws: `Trouble.passphraseChanged` when the keys do not open it and it has another header than the one that they came from.
    private static func load(_ folder: VaultFolder, _ keys: VaultKeys, _ known: VaultHeader?) throws -> Loaded {
        try folder.withNewest { file, bytes in
            try refusing {
                let header = try VaultFormat.header(of: bytes)
                do {
                    let records = try VaultFormat.open(bytes, header: header, keys: keys)
                    return Loaded(header: header, keys: keys, records: records, file: file)
                } catch VaultError.refused where known.map({ $0 != header }) ?? false {
                    throw Trouble.passphraseChanged
                }
            }
        }
    }

    private func store(_ records: Records, _ header: VaultHeader, _ keys: VaultKeys, in old: VaultFile) throws {
        if Plant.storesLate, !records.names(beginning: Record<OutboxItem>.outbox).isEmpty {
            return loaded.withLock { $0 = Loaded(header: header, keys: keys, records: records, file: old) }
        }
        var random = SystemRandom()
        let bytes = try Self.refusing { try VaultFormat.seal(records, header: header, keys: keys, random: &random) }
        let file = try folder.replace(old, with: bytes)
        loaded.withLock { $0 = Loaded(header: header, keys: keys, records: records, file: file) }
    }

    private func inTurn<Result>(_ body: () throws -> Result) throws -> Result {
        var result: Result?
        try turn.withLock { _ in
            guard try folder.current() != nil else { throw folder.noVault }
            result = try folder.inTurn(patience: patience, body)
        }
        guard let result else { fatalError("a turn that was taken without trouble has a result") }
        return result
    }

    /// Puts what the pure half throws into words.
    private static func refusing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as VaultError { throw Trouble.of(error) }
    }
}
