internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What becomes of a signed document that was sent and not refused.
package enum ProgramAdmission<Value: Sendable>: Sendable {
    /// It becomes the newest.
    case next(Value)
    /// It is the newest, in an envelope that the root in force is satisfied with; the stored one no longer was.
    case signedAnew(Value)
    /// The relay has it.
    case unchanged

    /// What is to be stored; nil when nothing is.
    package var value: Value? {
        switch self {
        case .next(let value), .signedAnew(let value): value
        case .unchanged: nil
        }
    }
}

/// What a relay takes from those who run a program. It holds nothing that its clients would refuse, and no gap:
/// whoever fetches from it can check every link. `Protocol/documents.md`, `Protocol/relay.md`.
package enum ProgramRules {
    /// Decides about a root. The first one needs the operator's word for its digest; from then on the roots speak for
    /// each other. `isKept` tells whether the relay has these very bytes as an older root.
    /// - Throws: `wrongProgram`, `unknownRoot` when the operator has not allowed it, `rollback`, `fork`, `gap`,
    ///   `wrongPrevious`, `quorum`, or what `RootDocument` refuses.
    package static func admit(
        root envelope: SignedEnvelope, of program: ProgramID, newest: VerifiedRoot?, isKept: Bool,
        isAllowed: (RootDigest) -> Bool
    ) throws(ProgramError) -> ProgramAdmission<VerifiedRoot> {
        let digest = RootDocument.digest(of: envelope.unverifiedPayload)
        if let newest, digest == newest.digest || isKept { return .unchanged }
        // Only an allowed root is parsed, or one that follows: nobody else has us read what they wrote.
        guard newest != nil || isAllowed(digest) else { throw .unknownRoot }
        let document = try RootDocument(parsing: envelope.unverifiedPayload)
        guard document.programID == program else { throw .wrongProgram }
        try envelope.checkCount(atMost: signatureLimit(under: document, after: newest?.document))
        guard let newest else { return .next(try VerifiedRoot(envelope, where: isAllowed)) }
        guard document.version >= newest.document.version else { throw .rollback }
        guard document.version > newest.document.version else { throw .fork }
        return .next(try newest.successor(envelope))
    }

    /// Decides about a program document. Its version may be higher by more than one, for a number whose signing was
    /// broken off is never used again; but it must name the document that the relay has. The first one here may have
    /// any version: a program may move from one relay to another. `isKept` tells whether the relay has these very
    /// bytes as an older version; `limit` is how many signatures it may carry.
    /// - Throws: `field` for too many signatures, `rollback`, `fork`, `gap`, `wrongPrevious`, or what
    ///   `VerifiedProgram` refuses.
    package static func admit(
        program envelope: SignedEnvelope, under root: VerifiedRoot, signatureLimit limit: Int,
        newest: VerifiedProgram?, isKept: Bool
    ) throws(ProgramError) -> ProgramAdmission<VerifiedProgram> {
        let hash = ProgramDocument.hash(of: envelope.unverifiedPayload)
        if let newest, newest.hash == hash {
            // Who put the same document again must not be able to take signatures off it; only one that lost its
            // quorum by a rotation is replaced.
            if root.isQuorum(newest.signers) { return .unchanged }
            try envelope.checkCount(atMost: limit)
            return .signedAnew(try VerifiedProgram(envelope, under: root))
        }
        if isKept { return .unchanged }
        try envelope.checkCount(atMost: limit)
        let next = try VerifiedProgram(envelope, under: root)
        guard let newest else { return .next(next) }
        guard next.version >= newest.version else { throw .rollback }
        guard next.version > newest.version else { throw .fork }
        guard next.document.content.previous == newest.hash else {
            throw next.version == newest.version + 1 ? .wrongPrevious : .gap
        }
        return .next(next)
    }

    /// How many signatures an envelope may carry for which a root's coordinators sign: theirs, and while they take over
    /// those of the root before it. Each one more would be tried with each key, over the whole document. Where the root
    /// before is not known, as many as any envelope has.
    package static func signatureLimit(under root: RootDocument, after former: RootDocument?) -> Int {
        guard let former else { return root.version == 1 ? root.coordinatorKeys.count : SignedEnvelope.signatureLimit }
        return Set(root.coordinatorKeys).union(former.coordinatorKeys).count
    }

    /// Until when the relay keeps a program document that is no longer the newest. A session may be begun under it
    /// until it expires, and the cell that begins it may then lie here for as long as cells do; whoever collects it
    /// wants to read the version that it names. Two days more, for clocks and the jitter of expiry.
    package static func keptUntil(_ document: ProgramDocument, retentionDays: Int) -> Instant {
        document.content.expires.later(by: UInt64(max(retentionDays, 0) + 2) * 86_400)
    }

    /// How many versions back a program document may be kept, whatever its dates: bounds the disk against a quorum in
    /// a hurry.
    package static let versionSpan: UInt64 = 512
}

extension SignedEnvelope {
    /// Refuses more signatures than there are keys to make them, before any of them is tried.
    /// - Throws: `field`.
    package func checkCount(atMost limit: Int) throws(ProgramError) {
        guard signatureCount <= limit else { throw .field }
    }
}
