internal import CallboxCrypto

/// A vault's file, as bytes: header, then the padded records under the file key. vault.md sections 2 and 4.
enum VaultFormat {
    /// What every file's length is a multiple of: it tells no more than how many of these the records fill.
    static let unit = 512 * 1024
    /// The longest file, in bytes. Far above what the longest retention fills; whoever puts a longer one there does not get it read.
    static let maximumByteCount = 512 * unit

    /// How many bytes of a file are not records or padding.
    private static let overhead = VaultHeader.byteCount + AEAD.nonceByteCount + AEAD.tagByteCount

    /// The file of these records.
    /// - Throws: `VaultError.tooLarge`.
    static func seal(
        _ records: Records, header: VaultHeader, keys: VaultKeys, random: inout some RandomSource
    ) throws -> [UInt8] {
        let units = (records.encodedByteCount + overhead + unit - 1) / unit
        guard units * unit <= maximumByteCount else { throw VaultError.tooLarge }
        let header = header.encoded
        let nonce = random.bytes(AEAD.nonceByteCount)
        var file: [UInt8] = []
        file.reserveCapacity(units * unit)
        file += header
        file += nonce
        records.append(to: &file, paddedTo: units * unit - AEAD.tagByteCount)
        AEAD.sealInPlace(
            &file, from: header.count + nonce.count, key: keys.file, nonce: nonce.span,
            authenticating: context(header).span)
        return file
    }

    /// The header of a file.
    /// - Throws: `VaultError.refused`.
    static func header(of file: Span<UInt8>) throws -> VaultHeader {
        guard file.count >= unit, file.count <= maximumByteCount, file.count.isMultiple(of: unit) else {
            throw VaultError.refused
        }
        return try VaultHeader(reading: bytes(of: file.extracting(first: VaultHeader.byteCount)))
    }

    /// The records of a file whose header was read.
    /// - Throws: `VaultError.refused`.
    static func open(_ file: Span<UInt8>, header: VaultHeader, keys: VaultKeys) throws -> Records {
        let sealed = file.extracting(droppingFirst: VaultHeader.byteCount)
        do {
            return try Records(
                padded: AEAD.open(
                    sealed.extracting(droppingFirst: AEAD.nonceByteCount), key: keys.file,
                    nonce: sealed.extracting(first: AEAD.nonceByteCount),
                    authenticating: context(header.encoded).span))
        } catch {
            throw VaultError.refused
        }
    }

    private static func context(_ header: [UInt8]) -> [UInt8] { VaultLabel.state.bytes + header }

    private static func bytes(of span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }
}
