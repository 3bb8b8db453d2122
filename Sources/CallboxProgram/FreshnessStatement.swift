internal import CallboxCrypto
package import CallboxWire

/// The online key's word that a version of the program document is the newest at a time. It cannot make a document valid;
/// without it an old one goes stale. It also names the newest bulletin, so that a feed cannot be cut short unseen.
package struct FreshnessStatement: Hashable, Sendable, Codable {
    /// Which program, 16 bytes.
    package let programID: ProgramID
    /// The newest version.
    package let version: UInt64
    /// The hash of that version.
    package let hash: RosterHash
    /// When this was so.
    package let time: Instant
    /// The newest bulletin; absent while there is none.
    package let bulletin: BulletinHead?

    private enum CodingKeys: String, CodingKey {
        case version, hash, time, bulletin
        case programID = "program_id"
    }

    /// A statement.
    package init(
        programID: ProgramID, version: UInt64, hash: RosterHash, time: Instant, bulletin: BulletinHead? = nil
    ) {
        self.programID = programID
        self.version = version
        self.hash = hash
        self.time = time
        self.bulletin = bulletin
    }

    /// Reads a payload.
    /// - Throws: `tooLarge`, `malformed`, `field`.
    package init(parsing payload: [UInt8]) throws(ProgramError) {
        self = try DocumentCoding.decode(from: payload, limit: PayloadType.freshness.limit)
        guard version >= 1, bulletin?.index ?? 1 >= 1 else { throw .field }
    }

    /// The payload to sign.
    package var payload: [UInt8] { DocumentCoding.encode(self) }

    /// Reads the statement that the online key signed.
    /// - Throws: `payloadType`, `badSignature`, `tooLarge`, `malformed`, `field`.
    static func verified(_ envelope: SignedEnvelope, by onlineKey: VerificationKey) throws(ProgramError) -> Self {
        guard envelope.payloadType == "\(PayloadType.freshness.name)" else { throw .payloadType }
        guard let payload = try? envelope.verify(as: .freshness, by: [onlineKey], quorum: 1) else {
            throw .badSignature
        }
        return try FreshnessStatement(parsing: payload.bytes)
    }
}
