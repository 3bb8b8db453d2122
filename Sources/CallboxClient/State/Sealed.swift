package import CallboxCrypto
internal import CallboxWire

/// Keys inside a record, sealed under the state key: opened into guarded memory only, and only under the name they were sealed for.
package struct Sealed: Hashable, Sendable, Codable {
    /// nonce (24) ‖ ciphertext ‖ tag (16).
    package let bytes: [UInt8]

    /// Reads base64.
    package init(from decoder: any Decoder) throws { bytes = try Blob(from: decoder).bytes }

    /// Writes base64.
    package func encode(to encoder: any Encoder) throws { try Blob(bytes).encode(to: encoder) }

    fileprivate init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension StateKey {
    /// Seals keys for the record of this name.
    package func seal(
        _ writer: consuming SecretWriter, for name: String, random: inout some RandomSource
    ) -> Sealed {
        Sealed(writer.sealed(under: secret, authenticating: Self.context(name), random: &random))
    }

    /// Opens what was sealed for the record of this name.
    /// - Throws: `damaged`.
    package func open(_ sealed: Sealed, for name: String) throws(StateError) -> SecretReader {
        do {
            return try SecretReader.open(sealed.bytes, under: secret, authenticating: Self.context(name))
        } catch {
            throw .damaged(name)
        }
    }

    private static func context(_ name: String) -> [UInt8] { StateLabel.record.bytes + [UInt8](name.utf8) }
}
