internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// A draft of the document after the newest one that this office believes.
    public func draft() throws -> Draft {
        try Trouble.spoken {
            let state = try store.read { try OfficeState($0) }
            guard let program = state.program?.program else { throw ProgramError.noDocument }
            return Draft(after: program)
        }
    }

    /// What a draft would change against the newest document, in plain words; everything it says when there is none.
    public func changes(in draft: Draft) throws -> [String] {
        try Trouble.spoken {
            let state = try store.read { try OfficeState($0) }
            return DocumentChanges(from: state.program?.program?.document.content, to: draft.content).lines
        }
    }

    /// The newest document that this office believes, as a paper: to be signed again after a rotation.
    public func newestPaper() throws -> Paper? {
        try Trouble.spoken { try state().program?.program.map { Paper($0.envelope, .program) } }
    }

    /// Makes a document of a draft, issued now, and signs it as the first. The same draft again gives the same document: it has one date. It holds for so many
    /// days; nil is as long as may be: 90, or 14 in a program without an online key.
    public func sign(_ draft: Draft, days: Int? = nil) throws -> Paper {
        try Trouble.spoken {
            try store.change { records in
                var state = try OfficeState(records)
                guard let root = state.rootAhead else { throw ProgramError.unknownRoot }
                try Self.check(draft.content, follows: state.program?.program)
                var content = draft.content
                let longest = root.onlineKey == nil ? VerifiedProgram.longestLifeAlone : VerifiedProgram.longestLife
                let life = try days.map {
                    UInt64(try Field.number($0, 1...Int(longest / 86_400), "the days that it holds")) * 86_400
                }
                content.issued = clock.now
                content.expires = clock.now.later(by: life ?? longest)
                if let again = state.signedAlready(content) { return again }
                guard !content.notices.isEmpty else { throw Trouble.noNotice }
                let document = try ProgramDocument(content)
                try Self.check(content, under: root)
                let key = try records.signingKey(.coordinator, under: store.key)
                guard
                    root.coordinatorKeys.contains(key.verificationKey)
                        || state.program?.root.document.coordinatorKeys.contains(key.verificationKey) == true
                else { throw Trouble.notACoordinator }
                let envelope = try state.sign(document.payload, as: .program, by: key)
                state.record.signedDocument = envelope
                let paper = Paper(envelope, .program)
                try state.takeIfComplete(paper)
                state.store(in: &records)
                return paper
            }
        }
    }

    /// What a paper says, and who has signed it. Believes nothing, changes nothing. `root` is the one that lies beside a program document and is not believed
    /// yet.
    public func review(_ paper: Paper, beside root: Paper? = nil) throws -> PaperReview {
        try Trouble.spoken {
            try store.read { try PaperCheck(paper, beside: root, state: OfficeState($0)).review(now: clock.now) }
        }
    }

    /// Adds this office's signature, once it is stored that it was given. Signatures of nobody who signs for the program are left out.
    public func sign(_ paper: Paper, beside root: Paper? = nil) throws -> Paper {
        try Trouble.spoken {
            try store.change { records in
                var state = try OfficeState(records)
                let check = try PaperCheck(paper, beside: root, state: state)
                guard check.isForThisOffice else { throw Trouble.notACoordinator }
                let key = try records.signingKey(.coordinator, under: store.key)
                var envelope = try state.sign(paper.payload, as: paper.type, by: key)
                if let others = paper.envelope.signed(as: paper.type, by: check.signers) { try envelope.merge(others) }
                if paper.kind == .root {
                    state.record.signedRoot = envelope
                    if state.program == nil { state.record.pinned = RootDocument.digest(of: paper.payload) }
                } else {
                    state.record.signedDocument = envelope
                    // Who signs under a root has looked at its digest.
                    if let root, state.program == nil, state.record.pinned == nil {
                        state.record.pinned = RootDocument.digest(of: root.payload)
                        try state.takeIfComplete(root)
                    }
                }
                let signed = Paper(envelope, paper.kind)
                try state.takeIfComplete(signed)
                state.store(in: &records)
                return signed
            }
        }
    }

    /// What this office signed last and is not published yet, as far as it knows: to write the files again when they were lost.
    public func unpublishedPapers() throws -> [Paper] {
        try Trouble.spoken {
            let state = try store.read { try OfficeState($0) }
            let root = state.record.signedRoot.map { Paper($0, .root) }
            let document = state.record.signedDocument.map { Paper($0, .program) }
            return [root, document].compactMap { $0 }.filter { paper in
                switch paper.kind {
                case .root: paper.version > Int(state.program?.root.document.version ?? 0)
                case .program: paper.version > Int(state.program?.program?.version ?? 0)
                }
            }
        }
    }

    /// Whether a document can come after the newest one that is believed.
    static func check(_ content: ProgramContent, follows newest: VerifiedProgram?) throws {
        guard let newest else { return }
        guard content.programID == newest.id else { throw ProgramError.wrongProgram }
        guard content.version > newest.version, content.previous == newest.hash else {
            throw Trouble(
                .notNow, "This draft was made before version \(newest.version) was known, which is the newest.",
                meaning: "Nothing was signed: it would undo what that version changed.",
                remedy: "Begin a new draft with: callbox program draft new --anew. Then make your changes again.")
        }
    }

    /// What `VerifiedProgram` will ask once enough have signed.
    static func check(_ content: ProgramContent, under root: RootDocument) throws(ProgramError) {
        guard content.programID == root.programID else { throw .wrongProgram }
        let longest = root.onlineKey == nil ? VerifiedProgram.longestLifeAlone : VerifiedProgram.longestLife
        guard content.expires <= content.issued.later(by: longest) else { throw .lifetime }
        let taken = Set(root.coordinatorKeys + [root.onlineKey].compactMap { $0 })
        guard taken.isDisjoint(with: content.members.map(\.verificationKey)),
            taken.isDisjoint(with: content.relays.map(\.identityKey))
        else { throw .keyReused }
    }
}

extension OfficeState {
    func signedAlready(_ content: ProgramContent) -> Paper? {
        guard let envelope = record.signedDocument,
            var signed = try? ProgramDocument(parsing: envelope.unverifiedPayload).content
        else { return nil }
        signed.issued = content.issued
        signed.expires = content.expires
        return signed == content ? Paper(envelope, .program) : nil
    }
}

extension Trouble {
    static var notACoordinator: Trouble {
        Trouble(
            .notNow, "This office's key is not among those that sign this.", meaning: "Nothing was signed.",
            remedy: "Compare the line that `callbox program key` prints with the keys in the root: callbox program show"
        )
    }

    static var noNotice: Trouble {
        Trouble(
            .usage, "The draft has no notice on the limits of confidentiality.",
            meaning: "Nothing was signed: nobody could write a first word without one.",
            remedy: "Set it with: callbox program notice --language en FILE")
    }
}
