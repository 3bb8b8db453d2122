internal import CallboxCrypto
package import CallboxProgram

extension ProgramRules {
    /// Reads the statement that the root's online key signed.
    /// - Throws: `noOnlineKey`, `field` for more than its signature, `payloadType`, `quorum`, `tooLarge`, `malformed`, `field`, `wrongProgram`.
    package static func read(
        freshness envelope: SignedEnvelope, under root: VerifiedRoot
    ) throws(ProgramError) -> FreshnessStatement {
        guard let onlineKey = root.document.onlineKey else { throw .noOnlineKey }
        try envelope.checkCount(atMost: 1)
        let payload = try envelope.verify(as: .freshness, by: [onlineKey], quorum: 1)
        let statement = try FreshnessStatement(parsing: payload.bytes)
        guard statement.programID == root.document.programID else { throw .wrongProgram }
        return statement
    }

    /// Decides about a statement that was read. It must speak of the very document that the relay serves: one that
    /// announced another would have every client wait for what is not there. The bulletin that it names must be in
    /// the feed.
    ///
    /// `newest` is the statement that the relay serves, `document` the program document that it serves; `kept` is the
    /// hash of the bulletin in the feed that has the index of the one that is named.
    /// - Throws: `noDocument`, `notYetValid`, `rollback`, `fork`, `gap`.
    package static func admit(
        freshness next: FreshnessStatement, newest: FreshnessStatement?,
        document: (version: UInt64, hash: RosterHash)?, kept: BulletinHash?, at now: Instant
    ) throws(ProgramError) -> ProgramAdmission<FreshnessStatement> {
        if next == newest { return .unchanged }
        guard let document else { throw .noDocument }
        // One from the future would make every later one a rollback.
        guard next.time <= now.later(by: 86_400) else { throw .notYetValid }
        guard next.version >= document.version else { throw .rollback }
        guard next.version == document.version else { throw .gap }
        guard next.hash == document.hash else { throw .fork }
        if let newest {
            guard next.time >= newest.time else { throw .rollback }
            guard next.time > newest.time else { throw .fork }
            guard next.bulletin?.index ?? 0 >= newest.bulletin?.index ?? 0 else { throw .rollback }
        }
        guard let named = next.bulletin else { return .next(next) }
        // The one that the statement before named may have been dropped from the feed since.
        let known = named.index == newest?.bulletin?.index ? newest?.bulletin?.hash : kept
        guard let known else { throw .gap }
        guard known == named.hash else { throw .fork }
        return .next(next)
    }
}
