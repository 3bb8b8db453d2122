internal import CallboxCrypto

/// A program document whose content keeps to the rules that need nobody else: the counts, the distinct names and keys, the
/// dates. Who signed it is for `VerifiedProgram`.
package struct ProgramDocument: Hashable, Sendable {
    /// What it says.
    package let content: ProgramContent

    /// How many members a program may have.
    package static let memberLimit = 5_000

    /// Takes content that somebody wrote.
    /// - Throws: `field`, `lifetime`, `duplicate`, `keyReused`.
    package init(_ content: ProgramContent) throws(ProgramError) {
        guard content.version >= 1, content.version <= StrictJSON.largestInteger,
            content.issued.seconds <= StrictJSON.largestInteger, content.expires.seconds <= StrictJSON.largestInteger,
            (content.previous == nil) == (content.version == 1)
        else { throw .field }
        guard content.issued < content.expires else { throw .lifetime }
        try Self.checkCounts(content)
        try Self.checkNames(content)
        try Self.checkKeys(content)
        self.content = content
    }

    /// Reads a payload.
    /// - Throws: `tooLarge`, `malformed`, `field`, `lifetime`, `duplicate`, `keyReused`.
    package init(parsing payload: [UInt8]) throws(ProgramError) {
        try self.init(DocumentCoding.decode(from: payload, limit: PayloadType.program.limit))
    }

    /// The payload to sign.
    package var payload: [UInt8] { DocumentCoding.encode(content) }

    /// The hash of a payload: BLAKE2b-256 of its exact bytes, 32 bytes.
    package static func hash(of payload: [UInt8]) -> RosterHash {
        RosterHash(unchecked: BLAKE2b256.hash(payload.span))
    }

    private static func checkCounts(_ content: ProgramContent) throws(ProgramError) {
        guard content.members.count <= memberLimit, content.members.allSatisfy(\.profile.isBounded),
            (1...8).contains(content.relays.count), (1...16).contains(content.notices.count),
            content.resources.count <= 64, content.tokenEpochs.count <= 64, content.policy.isBounded
        else { throw .field }
    }

    private static func checkNames(_ content: ProgramContent) throws(ProgramError) {
        guard areDistinct(content.members.map(\.id)), areDistinct(content.notices.map(\.language)),
            areDistinct(content.tokenEpochs.map(\.number)), areDistinct(content.relays.map(\.url))
        else { throw .duplicate }
    }

    /// A key with two holders would let one of them pass for the other. Relays may share an identity: they are one store.
    private static func checkKeys(_ content: ProgramContent) throws(ProgramError) {
        let relayKeys = Set(content.relays.map(\.identityKey))
        guard areDistinct(content.members.map(\.verificationKey) + relayKeys),
            areDistinct(content.members.map(\.agreementKey)), areDistinct(content.tokenEpochs.map(\.key))
        else { throw .keyReused }
    }

    private static func areDistinct<Value: Hashable>(_ values: [Value]) -> Bool { Set(values).count == values.count }
}
