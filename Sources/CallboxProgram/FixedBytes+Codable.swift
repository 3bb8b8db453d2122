package import CallboxCrypto
package import CallboxWire

/// In documents a value of fixed length is base64 with padding, in its one spelling.
extension FixedBytes where Self: Codable {
    /// Reads base64 of exactly the right length.
    package init(from decoder: any Decoder) throws {
        guard let bytes = try? Base64.decode(String(from: decoder)), bytes.count == Self.byteCount else {
            throw ProgramError.field
        }
        self.init(unchecked: bytes)
    }

    /// Writes base64.
    package func encode(to encoder: any Encoder) throws { try Base64.encode(bytes).encode(to: encoder) }
}

extension VerificationKey: Codable {}
extension AgreementPublicKey: Codable {}
extension Signature: Codable {}
extension ProgramID: Codable {}
extension TLSPin: Codable {}

extension RelayURL: Codable {
    /// Reads the address.
    package init(from decoder: any Decoder) throws {
        do { try self.init(String(from: decoder)) } catch { throw ProgramError.field }
    }

    /// Writes the address in its one form.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}

extension Base64 {
    /// Bytes from the standard or the URL-safe alphabet, padded: DSSE obliges a verifier to read both.
    static func decodeEitherAlphabet(_ text: String) -> [UInt8]? {
        (try? decode(text, .standard)) ?? (try? decode(text, .url))
    }
}
