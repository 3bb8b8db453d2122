package import CallboxCrypto
package import CallboxWire

/// Who may sign for a program: the coordinators' keys and how many of them it takes. Believed by its digest, which is on
/// the program's poster, or because the root before it says so (`RootChain`).
package struct RootDocument: Hashable, Sendable {
    /// The program's name for good, 16 bytes.
    package let programID: ProgramID
    /// 1 for the first root, one more with each rotation.
    package let version: UInt64
    /// The digest of the root before; absent in the first.
    package let previous: RootDigest?
    /// When it was signed.
    package let issued: Instant
    /// The coordinators' keys (Ed25519), 1 to 16, all different.
    package let coordinatorKeys: [VerificationKey]
    /// How many of them must sign, 1 to as many as there are.
    package let quorum: Int
    /// The key that signs freshness statements, no coordinator's; absent in a program without a machine that is always on.
    package let onlineKey: VerificationKey?

    /// A root.
    /// - Throws: `field` for a count, version or link that cannot be, `keyReused`.
    package init(
        programID: ProgramID, version: UInt64, previous: RootDigest?, issued: Instant,
        coordinatorKeys: [VerificationKey],
        quorum: Int, onlineKey: VerificationKey?
    ) throws(ProgramError) {
        guard (1...16).contains(coordinatorKeys.count), (1...coordinatorKeys.count).contains(quorum),
            version >= 1, version <= StrictJSON.largestInteger, (previous == nil) == (version == 1)
        else { throw .field }
        let keys = coordinatorKeys + (onlineKey.map { [$0] } ?? [])
        guard Set(keys).count == keys.count else { throw .keyReused }
        self.programID = programID
        self.version = version
        self.previous = previous
        self.issued = issued
        self.coordinatorKeys = coordinatorKeys
        self.quorum = quorum
        self.onlineKey = onlineKey
    }

    /// Reads a payload.
    /// - Throws: `tooLarge`, `malformed`, `field`, `keyReused`.
    package init(parsing payload: [UInt8]) throws(ProgramError) {
        self = try DocumentCoding.decode(from: payload, limit: PayloadType.root.limit)
    }

    /// The payload to sign.
    package var payload: [UInt8] { DocumentCoding.encode(self) }

    /// The digest of a payload: BLAKE2b-256 of its exact bytes, 32 bytes.
    package static func digest(of payload: [UInt8]) -> RootDigest {
        RootDigest(unchecked: BLAKE2b256.hash(payload.span))
    }

    /// The digest of this root as we write it. A root that came from elsewhere has that of the bytes it came in:
    /// `VerifiedRoot.digest`.
    package var digest: RootDigest { Self.digest(of: payload) }
}

extension RootDocument: Codable {
    private enum CodingKeys: String, CodingKey {
        case version, previous, issued, quorum
        case programID = "program_id"
        case coordinatorKeys = "coordinator_keys"
        case onlineKey = "online_key"
    }

    /// Reads the members.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            programID: values.decode(ProgramID.self, forKey: .programID),
            version: values.decode(UInt64.self, forKey: .version),
            previous: values.decodeIfPresent(RootDigest.self, forKey: .previous),
            issued: values.decode(Instant.self, forKey: .issued),
            coordinatorKeys: values.decode([VerificationKey].self, forKey: .coordinatorKeys),
            quorum: values.decode(Int.self, forKey: .quorum),
            onlineKey: values.decodeIfPresent(VerificationKey.self, forKey: .onlineKey))
    }
}
