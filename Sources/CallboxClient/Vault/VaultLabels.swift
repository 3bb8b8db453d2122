internal import CallboxCrypto

/// Every label of the vault, once; `Protocol/vault.md` says what each keeps apart.
enum VaultLabel {
    /// KDF info, before the header's first part: from the passphrase's key to the wrapping key and the commitment.
    static let passphrase: StaticString = "callbox/v1/vault-passphrase"
    /// Start of the wrapped keys' associated data.
    static let keys: StaticString = "callbox/v1/vault-keys"
    /// Start of the state's associated data.
    static let state: StaticString = "callbox/v1/vault-state"
    /// Hash: the name of a home in the kernel's keyring.
    static let home: StaticString = "callbox/v1/vault-home"
}
