/// Bulletins as the relay serves them, oldest first: JSON `{"bulletins": [envelope, …]}`, at most 256 and 4 MiB. The relay
/// may have dropped the oldest.
package struct BulletinPage: Sendable, Codable {
    /// The bulletins' envelopes, oldest first. Nothing about them was checked.
    package let bulletins: [SignedEnvelope]

    /// How many bulletins a page may have.
    package static let limit = 256
    /// How many bytes a page may have.
    package static let byteLimit = 4_194_304

    /// A page to serve.
    /// - Throws: `tooLarge`.
    package init(_ bulletins: [SignedEnvelope]) throws(ProgramError) {
        guard bulletins.count <= Self.limit else { throw .tooLarge }
        self.bulletins = bulletins
    }

    /// Reads a page.
    /// - Throws: `tooLarge`, `malformed`, `field`.
    package init(parsing bytes: [UInt8]) throws(ProgramError) {
        self = try DocumentCoding.decode(from: bytes, limit: Self.byteLimit)
        guard bulletins.count <= Self.limit else { throw .tooLarge }
    }

    /// The page as JSON.
    package var encoded: [UInt8] { DocumentCoding.encode(self) }
}
