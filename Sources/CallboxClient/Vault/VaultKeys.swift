internal import CallboxCrypto

/// The two keys of a vault. They are drawn, not derived, and stand in the file wrapped under the passphrase: so a new passphrase can bring a new
/// file key, and whoever has an old copy of the file and the old passphrase opens that copy and nothing that was stored later.
final class VaultKeys: Sendable {
    /// File key, then state key.
    static let byteCount = 64

    /// Seals the whole state in the file.
    let file: Secret
    /// Seals keys inside the state.
    let state: StateKey

    /// Fresh keys. The state key stays as long as the vault: what it seals lies inside of what the file key seals.
    init(keeping state: StateKey? = nil, random: inout some RandomSource) {
        file = Secret(random: 32, from: &random)
        self.state = state ?? StateKey(Secret(random: 32, from: &random))
    }

    /// The keys as they were remembered or wrapped.
    init(_ both: borrowing Secret) {
        precondition(both.byteCount == Self.byteCount, "the keys come in a form that we made")
        file = both.part(0..<32)
        state = StateKey(both.part(32..<64))
    }

    /// Both, for the kernel's keyring.
    var both: Secret {
        var writer = SecretWriter(capacity: Self.byteCount)
        writer.put(file)
        writer.put(state.secret)
        return writer.written()
    }

    /// Wraps the keys under a passphrase: the header of the file. Takes as long as the cost says.
    /// - Throws: `VaultError.outOfMemory`.
    func wrapped(
        under passphrase: borrowing Secret, cost: PassphraseHash.Cost, random: inout some RandomSource
    ) throws -> VaultHeader {
        let salt = PassphraseSalt.random(from: &random)
        let wrapping = try Wrapping(passphrase, cost, salt)
        let nonce = random.bytes(AEAD.nonceByteCount)
        var sealedKeys: [UInt8] = []
        both.withBytes { bytes in
            AEAD.seal(
                bytes, key: wrapping.key, nonce: nonce.span, authenticating: wrapping.context.span, into: &sealedKeys)
        }
        return VaultHeader(
            cost: cost, salt: salt, commitment: wrapping.commitment, nonce: nonce, sealedKeys: sealedKeys)
    }

    /// The keys of a file.
    /// - Throws: `VaultError.refused`, `outOfMemory`.
    convenience init(unwrapping header: VaultHeader, with passphrase: borrowing Secret) throws {
        let wrapping = try Wrapping(passphrase, header.cost, header.salt)
        guard equalInConstantTime(wrapping.commitment.span, header.commitment.span) else { throw VaultError.refused }
        do {
            self.init(
                try AEAD.openSecret(
                    header.sealedKeys.span, key: wrapping.key, nonce: header.nonce.span,
                    authenticating: wrapping.context.span))
        } catch {
            throw VaultError.refused
        }
    }
}

/// What a passphrase gives with the beginning of a header: vault.md section 3.
private struct Wrapping: ~Copyable {
    let key: Secret
    let commitment: [UInt8]
    let context: [UInt8]

    init(_ passphrase: borrowing Secret, _ cost: PassphraseHash.Cost, _ salt: PassphraseSalt) throws {
        let beginning = VaultHeader.beforeCommitment(cost, salt)
        let hash: Secret
        do { hash = try PassphraseHash.key(from: passphrase, salt: salt, cost: cost) } catch {
            throw VaultError.outOfMemory
        }
        var expansion = HKDF512.Expansion(hash, info: VaultLabel.passphrase.bytes + beginning)
        key = expansion.next(32)
        var commitment: [UInt8] = []
        expansion.next(32).appendInTheClear(to: &commitment)
        self.commitment = commitment
        context = VaultLabel.keys.bytes + beginning + commitment
    }
}
