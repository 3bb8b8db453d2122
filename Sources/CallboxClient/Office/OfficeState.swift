package import CallboxCrypto
package import CallboxProgram
internal import CallboxWire

/// What an office remembers beside the program itself.
package struct OfficeRecord: Hashable, Sendable, Codable {
    /// The public half of the coordinator's key.
    package var key: VerificationKey?
    /// The public half of the program's online key, if it is kept here.
    package var onlineKey: VerificationKey?
    /// Everything signed, by its numbers.
    package var ledger = SigningLedger()
    /// The root that this coordinator signed, or took from an invite, before any was believed.
    package var pinned: RootDigest?
    /// The root and the program document signed here last, as they were then.
    package var signedRoot, signedDocument: SignedEnvelope?
    /// The invite by which the program was taken over.
    package var invite: String?
    /// A bulletin that was signed, and of which no relay has said yet that it has it.
    package var unsentBulletin: SignedEnvelope?

    package init() {}

    /// The key of a purpose.
    package subscript(purpose: KeyLine.Purpose) -> VerificationKey? {
        get { purpose == .coordinator ? key : onlineKey }
        set { if purpose == .coordinator { key = newValue } else { onlineKey = newValue } }
    }
}

extension Record where Value == OfficeRecord {
    /// What an office remembers.
    package static var office: Self { Self("office") }
}

/// A key of an office.
package struct OfficeKeyRecord: Hashable, Sendable, Codable {
    /// The seed, 32 bytes.
    package let seed: Sealed
}

extension Record where Value == OfficeKeyRecord {
    /// An office's key.
    package static func officeKey(_ purpose: KeyLine.Purpose) -> Self { Self("office-key/\(purpose)") }
}

/// What an office remembers and believes, taken out of the records and put back in one change.
struct OfficeState {
    var record: OfficeRecord
    var program: ProgramState?

    init(_ records: Records) throws {
        record = try records.value(.office) ?? OfficeRecord()
        program = try records.value(.program)
    }

    func store(in records: inout Records) {
        records.put(record, in: .office)
        records.put(program, in: .program)
    }

    /// The root that new documents are made for: the one signed here last, if it is on its way to be the next, else the one believed.
    var rootAhead: RootDocument? {
        let believed = program?.root.document
        guard let payload = record.signedRoot?.unverifiedPayload, let signed = try? RootDocument(parsing: payload)
        else {
            return believed
        }
        return signed.version > believed?.version ?? 0 ? signed : believed
    }

    /// Believes a root, if it is the pinned one or follows, and enough have signed it.
    mutating func take(root envelope: SignedEnvelope) throws(ProgramError) {
        if let known = program {
            var next = known
            guard RootDocument.digest(of: envelope.unverifiedPayload) != known.root.digest else { return }
            _ = try next.accept(roots: RootChain([known.root.envelope, envelope]))
            program = next
        } else {
            let pin = record.pinned
            program = try ProgramState(joining: RootChain([envelope])) { $0 == pin }
        }
    }

    /// Believes a program document, if enough have signed it.
    mutating func take(document envelope: SignedEnvelope) throws(ProgramError) {
        guard program != nil else { throw .unknownRoot }
        _ = try program?.accept(program: envelope)
    }

    /// Signs, and remembers it.
    mutating func sign(
        _ payload: [UInt8], as type: PayloadType, by key: borrowing SigningKey
    ) throws(ProgramError) -> SignedEnvelope {
        try record.ledger.sign(payload, as: type, by: key)
    }
}

extension StateKey {
    func seal(_ key: borrowing SigningKey, for purpose: KeyLine.Purpose) -> OfficeKeyRecord {
        var writer = SecretWriter(capacity: 64)
        writer.put(key.seed)
        var random = SystemRandom()
        return OfficeKeyRecord(seed: seal(writer, for: Record.officeKey(purpose).name, random: &random))
    }
}

extension Records {
    /// An office's key.
    /// - Throws: `Trouble` when it is not kept here.
    func signingKey(_ purpose: KeyLine.Purpose, under key: StateKey) throws -> SigningKey {
        let record = Record.officeKey(purpose)
        guard let sealed = try value(record)?.seed else { throw Trouble.noKey(purpose) }
        var reader = try key.open(sealed, for: record.name)
        let seed = try reader.secret(32)
        try reader.finish()
        return try SigningKey(seed: seed)
    }
}
