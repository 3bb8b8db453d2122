internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// A paper against what an office believes: whether it can hold, whose signatures count, and what it says.
struct PaperCheck {
    /// Whose signatures count, under one root or two.
    let signers: Set<VerificationKey>
    /// Whether this office's key is one of them.
    let isForThisOffice: Bool
    private let paper: Paper
    private let roots: [RootDocument]
    private let state: OfficeState
    private let lines: [String]
    private let notes: [String]

    init(_ paper: Paper, beside root: Paper?, state: OfficeState) throws {
        self.paper = paper
        self.state = state
        let believed = state.program?.root
        switch paper.kind {
        case .root:
            let next = try RootDocument(parsing: paper.payload)
            let digest = RootDocument.digest(of: paper.payload)
            try Self.check(next, digest, follows: state)
            let isNew = believed.map { next.version > $0.document.version } ?? true
            roots = (isNew ? [believed?.document].compactMap { $0 } : []) + [next]
            lines = RootChanges(from: isNew ? believed?.document : nil, to: next, digest, own: state.record).lines
            notes = Self.notes(on: digest, believed: believed)
        case .program:
            let content = try ProgramDocument(parsing: paper.payload).content
            let ahead = try root.map { try Self.root($0, state: state) } ?? state.rootAhead
            roots = try Self.roots(believed: believed?.document, ahead: ahead)
            for root in roots { try Office.check(content, under: root) }
            let newest = state.program?.program
            try Self.check(content, hash: ProgramDocument.hash(of: paper.payload), follows: newest)
            lines = DocumentChanges(from: newest?.document.content, to: content).lines
            let strange = believed == nil && state.record.pinned == nil
            notes =
                Self.notes(on: content, newest: newest)
                + (strange ? root.map { Self.notes(on: RootDocument.digest(of: $0.payload), believed: nil) } ?? [] : [])
        }
        signers = Set(roots.flatMap(\.coordinatorKeys))
        isForThisOffice = state.record.key.map(signers.contains) ?? false
    }

    func review(now: Instant) -> PaperReview {
        let dated = { (issued: Instant) in
            issued > now.later(by: 86_400)
                ? ["It is dated \(issued.written), which has not come. Compare the clocks."] : []
        }
        var warnings = notes
        if paper.kind == .program, let content = try? ProgramDocument(parsing: paper.payload).content {
            warnings += dated(content.issued)
            if content.expires <= now { warnings.append("It expired on \(content.expires.written).") }
        }
        return PaperReview(
            kind: paper.kind, version: paper.version, says: heading + lines, warnings: warnings,
            isForThisOffice: isForThisOffice,
            isSignedHere: state.record.key.map { paper.envelope.signed(as: paper.type, by: [$0]) != nil } ?? false,
            tallies: roots.map(tally))
    }

    private var heading: [String] {
        guard paper.kind == .program, let content = try? ProgramDocument(parsing: paper.payload).content else {
            return []
        }
        let new = lines.isEmpty ? ["It changes nothing but its dates."] : []
        return ["Issued \(content.issued.written); it holds until \(content.expires.written)."] + new
    }

    private func tally(_ root: RootDocument) -> PaperReview.Tally {
        let have = root.coordinatorKeys.filter { paper.envelope.signed(as: paper.type, by: [$0]) != nil }
        let line = { (key: VerificationKey) in KeyLine(key, for: .coordinator).text }
        return PaperReview.Tally(
            root: Int(root.version), signed: have.map(line),
            unsigned: root.coordinatorKeys.filter { !have.contains($0) }.map(line), quorum: root.quorum)
    }

    /// The roots under which a document has to hold: the one believed, and the one on its way.
    private static func roots(believed: RootDocument?, ahead: RootDocument?) throws -> [RootDocument] {
        guard let ahead else {
            guard let believed else { throw ProgramError.unknownRoot }
            return [believed]
        }
        guard let believed else { return [ahead] }
        guard ahead.programID == believed.programID else { throw ProgramError.wrongProgram }
        return ahead.version > believed.version ? [believed, ahead] : [believed]
    }

    /// The root that lies beside a document: one that this office could sign too.
    private static func root(_ paper: Paper, state: OfficeState) throws -> RootDocument {
        let root = try RootDocument(parsing: paper.payload)
        try check(root, RootDocument.digest(of: paper.payload), follows: state)
        return root
    }

    private static func check(
        _ next: RootDocument, _ digest: RootDigest, follows state: OfficeState
    ) throws(ProgramError) {
        guard let believed = state.program?.root else {
            // The program that this office has begun to sign for is the only one it signs for.
            let begun = state.record.signedRoot.flatMap { try? RootDocument(parsing: $0.unverifiedPayload) }
            guard begun == nil || begun?.programID == next.programID else { throw .wrongProgram }
            return
        }
        guard next.programID == believed.document.programID else { throw .wrongProgram }
        guard next.version >= believed.document.version else { throw .rollback }
        if next.version == believed.document.version {
            guard digest == believed.digest else { throw .fork }
        } else {
            guard next.version == believed.document.version + 1 else { throw .gap }
            guard next.previous == believed.digest else { throw .wrongPrevious }
        }
    }

    private static func check(
        _ content: ProgramContent, hash: RosterHash, follows newest: VerifiedProgram?
    ) throws(ProgramError) {
        guard let newest else { return }
        guard content.version >= newest.version else { throw .rollback }
        if content.version == newest.version {
            guard hash == newest.hash else { throw .fork }
        } else if content.version == newest.version + 1 {
            guard content.previous == newest.hash else { throw .wrongPrevious }
        }
    }

    private static func notes(on digest: RootDigest, believed: VerifiedRoot?) -> [String] {
        guard believed == nil else { return [] }
        return [
            "This office sees this program for the first time. Compare the digest with the other coordinators by a way that does not go through this file: "
                + HumanDigest(of: digest).description
        ]
    }

    private static func notes(on content: ProgramContent, newest: VerifiedProgram?) -> [String] {
        guard let newest else {
            return content.version == 1
                ? [] : ["This office has seen no document before this one: what it changes cannot be told."]
        }
        guard content.version > newest.version, content.previous != newest.hash else { return [] }
        return [
            "Documents between version \(newest.version) and this one are not known here: what is shown are the changes since version \(newest.version). Fetch them with: callbox program update"
        ]
    }
}

/// What a root says, in sentences.
struct RootChanges {
    private(set) var lines: [String] = []

    init(from old: RootDocument?, to new: RootDocument, _ digest: RootDigest, own: OfficeRecord) {
        let mine = { (key: VerificationKey) in key == own.key || key == own.onlineKey ? " (this office)" : "" }
        let line = { (key: VerificationKey) in "    " + KeyLine(key, for: .coordinator).text + mine(key) }
        lines.append(
            "Root \(new.version) of the program \(CrockfordBase32.encode(new.programID.bytes).inFours), digest \(HumanDigest(of: digest))."
        )
        lines.append("\(new.quorum) of these \(new.coordinatorKeys.count) coordinators must sign:")
        lines += new.coordinatorKeys.map(line)
        if let old {
            let joined = new.coordinatorKeys.filter { !old.coordinatorKeys.contains($0) }
            let left = old.coordinatorKeys.filter { !new.coordinatorKeys.contains($0) }
            if !joined.isEmpty { lines += ["New among them:"] + joined.map(line) }
            if !left.isEmpty { lines += ["No coordinator any more:"] + left.map(line) }
            if old.quorum != new.quorum {
                lines.append("It took \(old.quorum) of \(old.coordinatorKeys.count) before.")
            }
        }
        switch (old, new.onlineKey) {
        case (let old?, let key) where old.onlineKey == key: break
        case (_, let key?):
            lines += [
                "The online key, which says every day what is newest:",
                "    " + KeyLine(key, for: .online).text + mine(key),
            ]
        case (_, nil): lines.append("There is no online key: every document holds for 14 days at most.")
        }
    }
}
