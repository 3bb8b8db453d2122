package import CallboxCrypto

/// A root that is believed: its digest was pinned, or a root that was believed led to it.
package struct VerifiedRoot: Sendable {
    /// What it says.
    package let document: RootDocument
    /// BLAKE2b-256 of the bytes it came in, 32 bytes.
    package let digest: RootDigest
    /// The envelope it came in, to be stored and shown to others.
    package let envelope: SignedEnvelope

    /// Believes a root because its digest is pinned. It must have signed itself with its own quorum all the same: nobody
    /// pins keys that their holders have not shown.
    /// - Throws: `payloadType`, `malformed`, `field`, `keyReused`, `unknownRoot`, `quorum`.
    package init(
        _ envelope: SignedEnvelope, where isPinned: (RootDigest) -> Bool
    ) throws(ProgramError) {
        let digest = RootDocument.digest(of: envelope.unverifiedPayload)
        guard isPinned(digest) else { throw .unknownRoot }
        let document = try RootDocument(parsing: envelope.unverifiedPayload)
        _ = try envelope.verify(as: .root, by: document.coordinatorKeys, quorum: document.quorum)
        self.init(document: document, digest: digest, envelope: envelope)
    }

    /// The root that follows: the next version of the same program, linked to this one, signed by a quorum of the keys here
    /// and by a quorum of its own (the rotation rule of The Update Framework).
    /// - Throws: `payloadType`, `malformed`, `field`, `keyReused`, `wrongProgram`, `rollback`, `gap`, `wrongPrevious`,
    ///   `quorum`.
    package func successor(_ envelope: SignedEnvelope) throws(ProgramError) -> VerifiedRoot {
        _ = try envelope.verify(as: .root, by: document.coordinatorKeys, quorum: document.quorum)
        let next = try RootDocument(parsing: envelope.unverifiedPayload)
        guard next.programID == document.programID else { throw .wrongProgram }
        guard next.version > document.version else { throw .rollback }
        guard next.version == document.version + 1 else { throw .gap }
        guard next.previous == digest else { throw .wrongPrevious }
        _ = try envelope.verify(as: .root, by: next.coordinatorKeys, quorum: next.quorum)
        let nextDigest = RootDocument.digest(of: envelope.unverifiedPayload)
        return VerifiedRoot(document: next, digest: nextDigest, envelope: envelope)
    }

    /// Whether those who signed are enough of this root's coordinators.
    package func isQuorum(_ signers: Set<VerificationKey>) -> Bool {
        signers.intersection(document.coordinatorKeys).count >= document.quorum
    }

    /// Whether a key signs for the program: a coordinator's or the online one.
    func names(_ key: VerificationKey) -> Bool {
        document.coordinatorKeys.contains(key) || document.onlineKey == key
    }

    private init(document: RootDocument, digest: RootDigest, envelope: SignedEnvelope) {
        self.document = document
        self.digest = digest
        self.envelope = envelope
    }
}
