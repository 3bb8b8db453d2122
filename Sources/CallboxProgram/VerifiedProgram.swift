package import CallboxCrypto
package import CallboxWire

/// A program document that enough coordinators of a believed root have signed.
package struct VerifiedProgram: Sendable {
    /// What it says.
    package let document: ProgramDocument
    /// BLAKE2b-256 of the bytes it came in, 32 bytes.
    package let hash: RosterHash
    /// The coordinators who signed it.
    package let signers: Set<VerificationKey>
    /// The envelope it came in, to be stored.
    package let envelope: SignedEnvelope
    private let places: [MemberID: Int]
    private let noticeHashes: Set<NoticeHash>

    /// How long a document may live when an online key vouches for it every day, in seconds: 90 days.
    package static let longestLife = 90 * Seconds.day
    /// How long it may live when nobody does, in seconds: 14 days.
    package static let longestLifeAlone = 14 * Seconds.day

    /// Checks a document against the root: signatures, program, lifetime, and that no coordinator's key serves otherwise.
    /// - Throws: `payloadType`, `quorum`, `tooLarge`, `malformed`, `field`, `duplicate`, `keyReused`, `lifetime`,
    ///   `wrongProgram`.
    package init(_ envelope: SignedEnvelope, under root: VerifiedRoot) throws(ProgramError) {
        let payload = try envelope.verify(
            as: .program, by: root.document.coordinatorKeys, quorum: root.document.quorum)
        self.init(
            document: try ProgramDocument(parsing: payload.bytes), hash: ProgramDocument.hash(of: payload.bytes),
            signers: payload.signers, envelope: envelope)
        try check(under: root)
    }

    /// Whether the document satisfies a root: enough of its coordinators signed, it is of its program, it lives no longer
    /// than it may, and no key of the root serves anybody else.
    /// - Throws: `quorum`, `wrongProgram`, `lifetime`, `keyReused`.
    func check(under root: VerifiedRoot) throws(ProgramError) {
        let content = document.content
        guard root.isQuorum(signers) else { throw .quorum }
        guard content.programID == root.document.programID else { throw .wrongProgram }
        let longest = root.document.onlineKey == nil ? Self.longestLifeAlone : Self.longestLife
        guard content.expires <= content.issued.later(by: longest) else { throw .lifetime }
        guard !content.members.contains(where: { root.names($0.verificationKey) }),
            !content.relays.contains(where: { root.names($0.identityKey) })
        else { throw .keyReused }
    }

    /// The program's name for good, 16 bytes.
    package var id: ProgramID { document.content.programID }
    /// The document's version.
    package var version: UInt64 { document.content.version }

    /// The member of that id, whatever their status.
    package func member(_ id: MemberID) -> Member? { places[id].map { document.content.members[$0] } }

    /// Whether that is the hash of one of the document's notices.
    package func hasNotice(_ hash: NoticeHash) -> Bool { noticeHashes.contains(hash) }

    private init(
        document: ProgramDocument, hash: RosterHash, signers: Set<VerificationKey>, envelope: SignedEnvelope
    ) {
        self.document = document
        self.hash = hash
        self.signers = signers
        self.envelope = envelope
        let ids = document.content.members.enumerated().map { ($1.id, $0) }
        places = Dictionary(ids) { first, _ in first }
        noticeHashes = Set(document.content.notices.map(\.hash))
    }
}

extension VerifiedProgram {
    /// Believes a document that was verified before and stored since, by the hash that was stored apart from it. Who of the
    /// root's coordinators has signed it is found out again: after a rotation that may be too few for a new session.
    /// - Throws: `payloadType`, `fork` when the hash is another, or what `ProgramDocument` refuses.
    package init(stored envelope: SignedEnvelope, hash: RosterHash, root: VerifiedRoot) throws(ProgramError) {
        guard envelope.payloadType == "\(PayloadType.program.name)" else { throw .payloadType }
        guard ProgramDocument.hash(of: envelope.unverifiedPayload) == hash else { throw .fork }
        self.init(
            document: try ProgramDocument(parsing: envelope.unverifiedPayload), hash: hash,
            signers: Self.signers(of: envelope, under: root), envelope: envelope)
    }

    /// The same document, with those who count as its signers under another root.
    func judged(under root: VerifiedRoot) -> VerifiedProgram {
        VerifiedProgram(
            document: document, hash: hash, signers: Self.signers(of: envelope, under: root), envelope: envelope)
    }

    private static func signers(of envelope: SignedEnvelope, under root: VerifiedRoot) -> Set<VerificationKey> {
        (try? envelope.verify(as: .program, by: root.document.coordinatorKeys, quorum: 1))?.signers ?? []
    }
}
