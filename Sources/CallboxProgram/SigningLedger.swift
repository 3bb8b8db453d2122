package import CallboxCrypto
internal import CallboxWire

/// What a coordinator's tool has signed: for each program and kind of document the highest number and what bore it. It
/// refuses to sign two different documents of one number, and any of a lower one, so that nobody can be talked into a fork.
///
/// Store it durably before a signature leaves the machine.
package struct SigningLedger: Hashable, Sendable, Codable {
    private var entries: [Entry]

    private struct Entry: Hashable, Sendable, Codable {
        let programID: ProgramID
        let payloadType: String
        var number: UInt64
        var digest: DocumentDigest
    }

    /// Nothing signed yet.
    package init() { entries = [] }

    /// Signs a payload, once it is known to be a document of its kind and no other of its number was signed.
    /// - Throws: `payloadType` for a kind that has no number, `rollback`, `alreadySigned`, or what the document refuses.
    package mutating func sign(
        _ payload: [UInt8], as type: PayloadType, by key: borrowing SigningKey
    ) throws(ProgramError) -> SignedEnvelope {
        try note(payload, as: type)
        return SignedEnvelope(signing: payload, as: type, by: key)
    }

    private mutating func note(_ payload: [UInt8], as type: PayloadType) throws(ProgramError) {
        let (programID, number) = try Self.place(of: payload, as: type)
        let name = "\(type.name)"
        let entry = Entry(
            programID: programID, payloadType: name, number: number,
            digest: DocumentDigest(unchecked: BLAKE2b256.hash(payload.span)))
        guard let index = entries.firstIndex(where: { $0.programID == programID && $0.payloadType == name }) else {
            entries.append(entry)
            return
        }
        guard number >= entries[index].number else { throw .rollback }
        guard number > entries[index].number || entry.digest == entries[index].digest else { throw .alreadySigned }
        entries[index] = entry
    }

    /// The number under which a document is the only one of its kind: a version, a place in the feed, a time.
    private static func place(
        of payload: [UInt8], as type: PayloadType
    ) throws(ProgramError) -> (ProgramID, UInt64) {
        switch type {
        case .root:
            let root = try RootDocument(parsing: payload)
            return (root.programID, root.version)
        case .program:
            let content = try ProgramDocument(parsing: payload).content
            return (content.programID, content.version)
        case .bulletin:
            let bulletin = try Bulletin(parsing: payload)
            return (bulletin.programID, bulletin.index)
        case .freshness:
            let statement = try FreshnessStatement(parsing: payload)
            return (statement.programID, statement.time.seconds)
        default: throw .payloadType
        }
    }
}

/// BLAKE2b-256 of a document of any kind, 32 bytes.
struct DocumentDigest: FixedBytes, Codable {
    static let byteCount = 32
    let bytes: [UInt8]
    init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
