internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// What was brought to the relay.
public struct PublishReport: Equatable, Sendable {
    /// The root's number, if it was brought, and the document's.
    public var root, document: Int?
    /// What should be done next, in plain words.
    public var next: [String] = []
}

extension Office {
    /// Brings to the relay what enough coordinators have signed: the root first, then the document. What the relay has already is no trouble. Goes to the relay.
    public func publish(_ papers: [Paper]) async throws -> PublishReport {
        try await Trouble.spoken {
            let root = papers.first { $0.kind == .root }
            let document = papers.first { $0.kind == .program }
            var report = PublishReport()
            let (rootEnvelope, documentEnvelope, content, program) = try ready(root, document)
            let relay = try content.map { try self.relay(of: $0) } ?? self.relay(in: state())
            let signer = try signer(.coordinator)
            if let root, let rootEnvelope {
                try await relay.bring(rootEnvelope, as: .root, to: program, by: signer)
                report.root = root.version
            }
            if let document, let documentEnvelope {
                try await relay.bring(documentEnvelope, as: .document, to: program, by: signer)
                report.document = document.version
            }
            report.next = try advice(after: report)
            return report
        }
    }

    /// The envelopes as they go out, with the signatures that count and no others. Believes them first: what this office would not believe, it does not bring.
    private func ready(
        _ root: Paper?, _ document: Paper?
    ) throws -> (root: SignedEnvelope?, document: SignedEnvelope?, content: ProgramContent?, program: ProgramID) {
        guard root != nil || document != nil else {
            throw Trouble.unusable(
                "There is nothing to publish.", "Sign a document first: callbox program sign draft.json")
        }
        let before = try state()
        var rootEnvelope: SignedEnvelope?
        if let root {
            let check = try PaperCheck(root, beside: nil, state: before)
            try Self.refuseIncomplete(check.review(now: clock.now))
            rootEnvelope = root.envelope.signed(as: .root, by: check.signers)
            if before.program == nil, before.record.pinned == nil {
                throw Trouble(
                    .notTrusted, "This office knows nothing of the program in this file.",
                    meaning: "Nothing was published.",
                    remedy:
                        "Look at it and sign it first, or take the program over by its invite: callbox program follow INVITE"
                )
            }
            if let rootEnvelope { try change { try $0.take(root: rootEnvelope) } }
        }
        guard let believed = try state().program else { throw ProgramError.unknownRoot }
        var documentEnvelope: SignedEnvelope?
        var content: ProgramContent?
        if let document {
            let check = try PaperCheck(document, beside: nil, state: state())
            try Self.refuseIncomplete(check.review(now: clock.now))
            documentEnvelope = document.envelope.signed(as: .program, by: check.signers)
            content = try ProgramDocument(parsing: document.payload).content
            if let documentEnvelope { try change { try $0.take(document: documentEnvelope) } }
        }
        return (rootEnvelope, documentEnvelope, content, believed.root.document.programID)
    }

    private static func refuseIncomplete(_ review: PaperReview) throws {
        guard let short = review.tallies.first(where: { $0.missing > 0 }) else { return }
        let what = review.kind == .root ? "root" : "program document"
        throw Trouble(
            .notNow,
            "\(short.missing) more \(short.missing == 1 ? "signature is" : "signatures are") missing on the \(what), by the coordinators of root \(short.root).",
            meaning: "Nothing was published.",
            remedy:
                "Give \(review.kind.rawValue).json to the others: callbox program sign FILE. Then take their file, and publish again."
        )
    }

    private func advice(after report: PublishReport) throws -> [String] {
        let state = try state()
        guard let program = state.program else { return [] }
        var lines: [String] = []
        if report.root != nil, program.program.map({ !program.root.isQuorum($0.signers) }) ?? false {
            lines.append(
                "The newest document has too few signatures under this root: nobody can begin a conversation. Have it signed and published now: callbox program sign program.json"
            )
        }
        if let online = program.root.document.onlineKey, program.program != nil {
            lines.append(
                online == state.record.onlineKey
                    ? "Now say that it is the newest: callbox program refresh"
                    : "On the machine that has the online key: callbox program refresh")
        }
        return lines
    }
}
