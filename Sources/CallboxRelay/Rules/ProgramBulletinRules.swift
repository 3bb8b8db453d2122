internal import CallboxCrypto
package import CallboxProgram

/// A bulletin that a coordinator of the root in force has signed.
package struct VerifiedBulletin: Sendable {
    /// What it says.
    package let bulletin: Bulletin
    /// Its place and its hash.
    package let head: BulletinHead

    /// Reads a bulletin, whose envelope may carry so many signatures.
    /// - Throws: `payloadType`, `quorum`, `tooLarge`, `malformed`, `field`, `wrongProgram`.
    package init(
        _ envelope: SignedEnvelope, under root: VerifiedRoot, signatureLimit limit: Int
    ) throws(ProgramError) {
        try envelope.checkCount(atMost: limit)
        let payload = try envelope.verify(as: .bulletin, by: root.document.coordinatorKeys, quorum: 1)
        bulletin = try Bulletin(parsing: payload.bytes)
        guard bulletin.programID == root.document.programID else { throw .wrongProgram }
        head = BulletinHead(index: bulletin.index, hash: Bulletin.hash(of: payload.bytes))
    }
}

extension ProgramRules {
    /// Decides about a bulletin. It must be the next; the first one here may have any index, since a relay may have
    /// dropped the oldest and a program may come from elsewhere.
    ///
    /// `newest` is the end of the feed, and `isSignedByRoot` whether its envelope, as it is stored, has a signature of
    /// the root in force; `kept` is the hash of the bulletin in the feed that has the same index.
    /// - Throws: `rollback`, `fork`, `gap`, `wrongPrevious`.
    package static func admit(
        bulletin next: VerifiedBulletin, newest: BulletinHead?, isSignedByRoot: Bool,
        kept: BulletinHash?
    ) throws(ProgramError) -> ProgramAdmission<VerifiedBulletin> {
        guard let newest else { return .next(next) }
        if next.head == newest { return isSignedByRoot ? .unchanged : .signedAnew(next) }
        guard next.head.index >= newest.index else {
            // Sent again after an answer that was lost, when others have written since.
            guard kept == next.head.hash else { throw .rollback }
            return .unchanged
        }
        guard next.head.index > newest.index else { throw .fork }
        guard next.head.index == newest.index + 1 else { throw .gap }
        guard next.bulletin.previous == newest.hash else { throw .wrongPrevious }
        return .next(next)
    }

    /// How many of the newest bulletins, given the byte counts of their envelopes from the newest on, go into one page.
    package static func pageCount(_ byteCounts: [Int]) -> Int {
        var total = #"{"bulletins":[]}"#.utf8.count
        for (count, bytes) in byteCounts.prefix(BulletinPage.limit).enumerated() {
            total += bytes + 1
            if total > BulletinPage.byteLimit { return count }
        }
        return min(byteCounts.count, BulletinPage.limit)
    }

    /// How many of the newest roots, given the same of theirs, go into one chain.
    package static func chainCount(_ byteCounts: [Int]) -> Int {
        var total = #"{"roots":[]}"#.utf8.count
        for (count, bytes) in byteCounts.prefix(RootChain.limit).enumerated() {
            total += bytes + 1
            if total > RootChain.byteLimit { return count }
        }
        return min(byteCounts.count, RootChain.limit)
    }
}
