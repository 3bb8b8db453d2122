/// Why a vault's bytes are not opened. One reason, on purpose: whoever altered a file, and whoever guesses, learns nothing from the answer.
enum VaultError: Error, Equatable, Sendable {
    /// Wrong passphrase, altered bytes, another version, costs out of bounds.
    case refused
    /// The system does not give the memory for the passphrase's hash. Nothing is wrong with the vault.
    case outOfMemory
    /// The records do not fit into the largest vault.
    case tooLarge
}
