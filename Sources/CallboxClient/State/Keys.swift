package import CallboxCrypto
package import CallboxProgram

/// A member's own keys.
package struct MemberKeys: ~Copyable {
    /// SIGK.
    package let signing: SigningKey
    /// IKX.
    package let agreement: AgreementKey
}

// Every kind of secret that is sealed inside a record, beside those of a mailbox (`MailboxRecord`).
extension StateKey {
    // MARK: A member's keys, in `Record.keys`

    /// Seals a member's keys.
    package func seal(
        signing: borrowing SigningKey, agreement: borrowing AgreementKey, random: inout some RandomSource
    ) -> Sealed {
        var writer = SecretWriter(capacity: 128)
        writer.put(signing.seed)
        writer.put(agreement.privateKey)
        writer.put(agreement.publicKey.bytes)
        return seal(writer, for: Record.keys.name, random: &random)
    }

    /// Opens a member's keys.
    /// - Throws: `missing` in a vault that is no member's, `damaged`.
    package func memberKeys(in records: Records) throws(StateError) -> MemberKeys {
        let name = Record.keys.name
        let sealed: Sealed = try records.existing(.keys)
        do {
            var reader = try open(sealed, for: name)
            let signing = try SigningKey(seed: reader.secret(32))
            let scalar = try reader.secret(32)
            let publicKey = try AgreementPublicKey(reader.take(AgreementPublicKey.byteCount))
            try reader.finish()
            return MemberKeys(signing: signing, agreement: try AgreementKey(scalar, storedPublicKey: publicKey))
        } catch {
            throw .damaged(name)
        }
    }

    // MARK: An officer's participant key, in `Record.officerKey`

    /// Stores the private half of an officer's participant key.
    package func store(
        officerKey key: borrowing SigningKey, in records: inout Records, random: inout some RandomSource
    ) {
        let record = Record.officerKey(key.verificationKey)
        var writer = SecretWriter(capacity: 32)
        writer.put(key.seed)
        records.put(seal(writer, for: record.name, random: &random), in: record)
    }

    /// The private half of an officer's participant key.
    /// - Throws: `missing`, `damaged`.
    package func officerKey(_ key: VerificationKey, in records: Records) throws(StateError) -> SigningKey {
        let record = Record.officerKey(key)
        let sealed = try records.existing(record)
        do {
            var reader = try open(sealed, for: record.name)
            let signing = try SigningKey(seed: reader.secret(32))
            try reader.finish()
            guard signing.verificationKey == key else { throw StateError.damaged(record.name) }
            return signing
        } catch {
            throw .damaged(record.name)
        }
    }

    // MARK: The private halves of a sheet, in `Record.sheet`

    /// Seals the private halves of a day's sheet.
    package func seal(
        _ secrets: borrowing SheetSecrets, of day: Day, random: inout some RandomSource
    ) -> Sealed {
        var writer = SecretWriter(capacity: 2048)
        writer.put(secrets.agreementKey.privateKey)
        writer.put(secrets.agreementKey.publicKey.bytes)
        writer.put(secrets.kemKey.storedSeed)
        writer.put(secrets.kemKey.publicKey.bytes)
        return seal(writer, for: Record.sheet(day).name, random: &random)
    }

    /// Opens the private halves of a day's sheet.
    /// - Throws: `damaged`.
    package func sheetSecrets(_ record: SheetRecord, of day: Day) throws(StateError) -> SheetSecrets {
        let name = Record.sheet(day).name
        do {
            var reader = try open(record.secrets, for: name)
            let scalar = try reader.secret(32)
            let agreement = try AgreementKey(
                scalar, storedPublicKey: AgreementPublicKey(reader.take(AgreementPublicKey.byteCount)))
            let seed = try reader.secret(32)
            let kem = try KEMKey(seed: seed, storedPublicKey: KEMPublicKey(reader.take(KEMPublicKey.byteCount)))
            try reader.finish()
            return SheetSecrets(agreementKey: agreement, kemKey: kem)
        } catch {
            throw .damaged(name)
        }
    }
}
