package import CallboxClient
internal import Synchronization
package import CallboxProgram
package import CallboxWire
package import CallboxTesting

/// What a relay in memory has of one program.
struct PaperProgram: Sendable {
    var roots: [SignedEnvelope] = []
    var documents: [UInt64: SignedEnvelope] = [:]
    var freshness: SignedEnvelope?
    var bulletins: [SignedEnvelope] = []
    var sheets: [Day: [MemberID: PrekeySheet]] = [:]
    var codes: Set<EnrolmentCodeHash> = []
    var batches: [String: [UInt8]] = [:]
}

extension PaperRelay {
    private func look<Value: Sendable>(
        _ program: ProgramID, _ value: (PaperProgram) -> Value?
    ) throws(RelayFailure) -> Value {
        let found = state.withLock { $0.programs[program].flatMap(value) }
        guard let found else { throw .refused(.noSuchDocument, after: nil) }
        return found
    }

    private func change(_ program: ProgramID, _ change: (inout PaperProgram) -> Void) {
        state.withLock { change(&$0.programs[program, default: PaperProgram()]) }
    }

    /// Takes a program in: its root and its document.
    package func host(_ sample: SampleProgram) {
        host([sample.root.envelope], [sample.program.envelope], of: sample.program.id)
    }

    /// Takes roots and documents in, whatever they are; the last document is the newest.
    package func host(_ roots: [SignedEnvelope], _ documents: [SignedEnvelope], of program: ProgramID) {
        change(program) { paper in
            paper.roots += roots
            for document in documents { paper.take(document) }
        }
    }

    /// Takes a freshness statement in.
    package func host(freshness: SignedEnvelope, of program: ProgramID) { change(program) { $0.freshness = freshness } }

    /// Takes a sheet in.
    package func host(_ sheet: PrekeySheet) {
        change(sheet.content.programID) { $0.sheets[sheet.content.day, default: [:]][sheet.content.memberID] = sheet }
    }

    /// All roots.
    package func roots(of program: ProgramID) async throws(RelayFailure) -> RootChain {
        let roots = try look(program) { $0.roots.isEmpty ? nil : $0.roots }
        do { return try RootChain(roots) } catch { throw .strange(status: nil) }
    }

    /// The newest program document, or one version.
    package func document(of program: ProgramID, version: UInt64?) async throws(RelayFailure) -> SignedEnvelope {
        try look(program) { paper in (version ?? paper.documents.keys.max()).flatMap { paper.documents[$0] } }
    }

    /// The newest freshness statement.
    package func freshness(of program: ProgramID) async throws(RelayFailure) -> SignedEnvelope {
        try look(program, \.freshness)
    }

    /// The bulletins after an index.
    package func bulletins(of program: ProgramID, after index: UInt64) async throws(RelayFailure) -> BulletinPage {
        let bulletins = try look(program) { paper in
            paper.bulletins.filter { envelope in
                ((try? Bulletin(parsing: envelope.unverifiedPayload))?.index ?? 0) > index
            }
        }
        do { return try BulletinPage(bulletins) } catch { throw .strange(status: nil) }
    }

    /// The book of a day.
    package func book(of program: ProgramID, on day: Day) async throws(RelayFailure) -> SheetBook {
        let sheets = try look(program) { Array(($0.sheets[day] ?? [:]).values) }
        do { return try SheetBook(day: day, sheets: sheets) } catch { throw .strange(status: nil) }
    }

    /// Takes a member's sheets.
    package func publish(
        _ sheets: [PrekeySheet], of member: MemberID, in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        guard sheets.allSatisfy({ $0.content.memberID == member }) else { throw .refused(.notPermitted, after: nil) }
        for sheet in sheets { host(sheet) }
    }

    /// Takes what a coordinator or the online key brings.
    package func bring(
        _ document: SignedEnvelope, as kind: PublishedKind, to program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        change(program) { paper in
            switch kind {
            case .root: paper.roots.append(document)
            case .document: paper.take(document)
            case .bulletin: paper.bulletins.append(document)
            case .freshness: paper.freshness = document
            }
        }
    }

    /// Takes the hashes of codes.
    package func enrol(
        _ codes: [EnrolmentCodeHash], in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        change(program) { $0.codes.formUnion(codes) }
    }
}

extension PaperProgram {
    mutating func take(_ document: SignedEnvelope) {
        guard let content = try? ProgramDocument(parsing: document.unverifiedPayload).content else { return }
        documents[content.version] = document
    }
}
