internal import CallboxCrypto
internal import CallboxWire

/// The beginning of a vault's file, in the clear: how the passphrase is hashed, and the vault's keys under it. vault.md section 2.
package struct VaultHeader: Equatable, Sendable {
    /// How long it is in bytes.
    package static let byteCount = 176
    /// How many bytes of wrapped keys stand in it.
    static let sealedKeysByteCount = VaultKeys.byteCount + AEAD.tagByteCount

    private static let magic = [UInt8]("callbox-vault\n".utf8)
    private static let version: UInt16 = 1
    private static let commitmentByteCount = 32

    /// How the passphrase is hashed.
    let cost: PassphraseHash.Cost
    /// What it is hashed with.
    let salt: PassphraseSalt
    /// Which key the passphrase has to give, so that one file opens under one passphrase only: XChaCha20-Poly1305 does not see to that.
    let commitment: [UInt8]
    /// The nonce of the wrapped keys.
    let nonce: [UInt8]
    /// The wrapped keys, with their tag.
    let sealedKeys: [UInt8]

    init(
        cost: PassphraseHash.Cost, salt: PassphraseSalt, commitment: [UInt8], nonce: [UInt8], sealedKeys: [UInt8]
    ) {
        self.cost = cost
        self.salt = salt
        self.commitment = commitment
        self.nonce = nonce
        self.sealedKeys = sealedKeys
    }

    /// Reads the beginning of a file.
    /// - Throws: `refused`: too short, not a vault, another version, or a cost out of bounds.
    package init(reading bytes: [UInt8]) throws {
        do {
            var reader = ByteReader(bytes)
            guard try reader.take(Self.magic.count) == Self.magic, try reader.integer() == Self.version else {
                throw VaultError.refused
            }
            cost = try PassphraseHash.Cost(memory: reader.integer(), passes: reader.integer())
            salt = try reader.value()
            commitment = try reader.take(Self.commitmentByteCount)
            nonce = try reader.take(AEAD.nonceByteCount)
            sealedKeys = try reader.take(Self.sealedKeysByteCount)
            try reader.finish()
        } catch {
            throw VaultError.refused
        }
    }

    /// As it stands in the file.
    package var encoded: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.put(Self.beforeCommitment(cost, salt))
        writer.put(commitment)
        writer.put(nonce)
        writer.put(sealedKeys)
        return writer.bytes
    }

    /// What the derivation from the passphrase covers: everything that is known before it.
    static func beforeCommitment(_ cost: PassphraseHash.Cost, _ salt: PassphraseSalt) -> [UInt8] {
        var writer = ByteWriter(capacity: 40)
        writer.put(magic)
        writer.put(version)
        writer.put(cost.memory)
        writer.put(cost.passes)
        writer.put(salt)
        return writer.bytes
    }
}
