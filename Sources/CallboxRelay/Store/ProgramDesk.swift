package import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization

/// A program as the relay knows it: what is served, and what it says.
package struct KnownProgram: Sendable {
    /// What it is the reading of.
    package let head: ProgramHead
    /// The newest root.
    package let root: VerifiedRoot
    /// The same as it is served.
    package let rootDocument: StoredDocument
    /// The root before it; nil when there is none here.
    package let formerRoot: RootDocument?
    /// The newest program document; nil before the first. Its signers are those who count under the newest root.
    package let program: VerifiedProgram?
    /// The same as it is served.
    package let document: StoredDocument?
}

/// Takes documents to the rules and what they admit to the store. What it has read it keeps, for reading a program
/// document again with each request would let anybody tire the relay out; but it asks the store each time whether
/// that is still the newest, so several relays may have one store.
package final class ProgramDesk: Sendable {
    private let store: any ProgramStore
    // A line for each kind: one large document can take seconds to refuse, and freshness must not wait behind that.
    private let roots = DocumentQueue()
    private let documents = DocumentQueue()
    private let statements = DocumentQueue()
    private let bulletins = DocumentQueue()
    private let reading = Turn()
    private let readingQueue = DocumentQueue()
    private let known = Mutex<[ProgramID: KnownProgram]>([:])

    /// How many programs are kept in memory.
    private static let knownLimit = 16
    /// How often something is tried again because another change came first.
    private static let attempts = 4

    /// A desk before a store.
    package init(store: any ProgramStore) {
        self.store = store
    }

    /// A program.
    /// - Throws: `no-such-document` when it is not here; `uncertain`, `busy`.
    package func program(_ id: ProgramID) async throws(Problem) -> KnownProgram {
        if let known = try await inMemory(id) { return known }
        // Whoever asks for the same in the meantime waits for this reading, and does not hold the bytes once more.
        await reading.begin()
        defer { reading.end() }
        if let known = try await inMemory(id) { return known }
        return try await read(id)
    }

    /// A program; nil when it is not here.
    /// - Throws: `uncertain`, `busy`.
    package func programIfKnown(_ id: ProgramID) async throws(Problem) -> KnownProgram? {
        do throws(Problem) {
            return try await program(id)
        } catch .noSuchDocument {
            return nil
        }
    }

    /// Who may bring the first root of a program: its own coordinators, once the operator has allowed it. No signature
    /// is checked for that.
    /// - Throws: `program-not-allowed`, `document-invalid`, `too-large`, `uncertain`, `busy`.
    package func founders(bringing bytes: [UInt8]) async throws(Problem) -> [VerificationKey] {
        let envelope = try await roots.run { () throws(ProgramError) in try SignedEnvelope(parsing: bytes, as: .root) }
        guard try await store.allows(RootDocument.digest(of: envelope.unverifiedPayload)) else {
            throw .programNotAllowed
        }
        return try await roots.run { () throws(ProgramError) in
            try RootDocument(parsing: envelope.unverifiedPayload).coordinatorKeys
        }
    }

    /// Whether the relay has a root of these bytes already.
    /// - Throws: `document-invalid`, `too-large`, `uncertain`, `busy`.
    package func keeps(root bytes: [UInt8], of id: ProgramID) async throws(Problem) -> Bool {
        let envelope = try await roots.run { () throws(ProgramError) in try SignedEnvelope(parsing: bytes, as: .root) }
        return try await store.keeps(root: RootDocument.digest(of: envelope.unverifiedPayload), of: id)
    }

    /// Takes a root that was sent.
    /// - Throws: `document-invalid`, `quorum-missing`, `document-rollback`, `document-out-of-order`,
    ///   `program-not-allowed`, `too-large`, and what the store does.
    package func put(root bytes: [UInt8], of id: ProgramID) async throws(Problem) {
        let envelope = try await roots.run { () throws(ProgramError) in try SignedEnvelope(parsing: bytes, as: .root) }
        let digest = RootDocument.digest(of: envelope.unverifiedPayload)
        let document = StoredDocument(bytes)
        for _ in 0..<Self.attempts {
            let isKept = try await store.keeps(root: digest, of: id)
            let isAllowed = try await store.allows(digest)
            let known = try await programIfKnown(id)
            let admission = try await roots.run { () throws(ProgramError) in
                try ProgramRules.admit(
                    root: envelope, of: id, newest: known?.root, isKept: isKept, isAllowed: { _ in isAllowed })
            }
            guard let root = admission.value else { return }
            let isOtherKey = known?.root.document.onlineKey != root.document.onlineKey
            let head = known?.head ?? ProgramHead()
            if try await store.store(root: root, document, forgetsFreshness: isOtherKey, over: head) { return }
        }
        throw .busy
    }

    /// Takes a program document that was sent.
    /// - Throws: as for a root; `program-not-allowed` when there is no root.
    package func put(program bytes: [UInt8], of id: ProgramID) async throws(Problem) {
        var known = try await programOrRefusal(id)
        let envelope = try await documents.run { () throws(ProgramError) in
            try SignedEnvelope(parsing: bytes, as: .program)
        }
        let hash = ProgramDocument.hash(of: envelope.unverifiedPayload)
        let document = StoredDocument(bytes)
        for attempt in 0..<Self.attempts {
            if attempt > 0 { known = try await programOrRefusal(id) }
            let isKept = try await store.keeps(document: hash, of: id)
            let (root, newest, limit) = (known.root, known.program, known.signatureLimit)
            let admission = try await documents.run { () throws(ProgramError) in
                try ProgramRules.admit(
                    program: envelope, under: root, signatureLimit: limit, newest: newest, isKept: isKept)
            }
            guard let program = admission.value else { return }
            if try await store.store(program: program, document, over: known.head) { return }
        }
        throw .busy
    }

    /// Takes a freshness statement that was sent.
    /// - Throws: as for a root.
    package func put(freshness bytes: [UInt8], of id: ProgramID, at now: Instant) async throws(Problem) {
        let document = StoredDocument(bytes)
        for _ in 0..<Self.attempts {
            let known = try await programOrRefusal(id)
            let statement = try await statements.run { () throws(ProgramError) in
                try ProgramRules.read(
                    freshness: SignedEnvelope(parsing: bytes, as: .freshness), under: known.root)
            }
            let isDone = try await store.store(
                freshness: statement, document, newest: known.program, at: now, over: known.head)
            if isDone { return }
        }
        throw .busy
    }

    /// Takes a bulletin that was sent.
    /// - Throws: as for a root.
    package func post(bulletin bytes: [UInt8], of id: ProgramID) async throws(Problem) {
        let document = StoredDocument(bytes)
        for _ in 0..<Self.attempts {
            let known = try await programOrRefusal(id)
            let bulletin = try await bulletins.run { () throws(ProgramError) in
                try VerifiedBulletin(
                    SignedEnvelope(parsing: bytes, as: .bulletin), under: known.root,
                    signatureLimit: known.signatureLimit)
            }
            let isDone = try await store.store(bulletin: bulletin, document, under: known.root, over: known.head)
            if isDone { return }
        }
        throw .busy
    }

    /// Nobody may send anything for a program whose root the operator has not let in.
    private func programOrRefusal(_ id: ProgramID) async throws(Problem) -> KnownProgram {
        guard let known = try await programIfKnown(id) else { throw .programNotAllowed }
        return known
    }

    /// What is in memory, if it is the newest still.
    /// - Throws: `no-such-document`.
    private func inMemory(_ id: ProgramID) async throws(Problem) -> KnownProgram? {
        let head = try await store.head(of: id)
        guard head.root != nil else { throw .noSuchDocument }
        return known.withLock { $0[id] }.flatMap { $0.head == head ? $0 : nil }
    }

    /// What was verified before it was stored is believed; only who has signed is found out again.
    private func read(_ id: ProgramID) async throws(Problem) -> KnownProgram {
        let served = try await store.root(of: id, version: nil)
        let document = try await ifThere { () throws(Problem) in try await store.document(of: id, version: nil) }
        do throws(Problem) {
            let root = try await readingQueue.run { () throws(ProgramError) in
                try VerifiedRoot(SignedEnvelope(parsing: served.bytes, as: .root)) { _ in true }
            }
            let before = root.document.version - 1
            let former = try await ifThere { () throws(Problem) in try await store.root(of: id, version: before) }
            let read = try await readingQueue.run { () throws(ProgramError) in
                try KnownProgram(root, served, former: former, document)
            }
            keep(read, as: id)
            return read
        } catch {
            // It was good when it came: what is wrong with it now is the relay's fault.
            throw error == .busy ? .busy : .uncertain
        }
    }

    private func ifThere(
        _ look: () async throws(Problem) -> StoredDocument
    ) async throws(Problem) -> StoredDocument? {
        do throws(Problem) {
            return try await look()
        } catch .noSuchDocument {
            return nil
        }
    }

    private func keep(_ program: KnownProgram, as id: ProgramID) {
        known.withLock { known in
            if known.count >= Self.knownLimit, known[id] == nil { known = [:] }
            known[id] = program
        }
    }
}

extension KnownProgram {
    /// How many signatures a program document or a bulletin may carry.
    fileprivate var signatureLimit: Int { ProgramRules.signatureLimit(under: root.document, after: formerRoot) }

    /// Reads what a store had.
    fileprivate init(
        _ root: VerifiedRoot, _ rootDocument: StoredDocument, former: StoredDocument?, _ document: StoredDocument?
    ) throws(ProgramError) {
        let formerRoot = try former.map { former throws(ProgramError) in
            try RootDocument(parsing: SignedEnvelope(parsing: former.bytes, as: .root).unverifiedPayload)
        }
        var program: VerifiedProgram?
        if let document {
            let envelope = try SignedEnvelope(parsing: document.bytes, as: .program)
            let hash = ProgramDocument.hash(of: envelope.unverifiedPayload)
            program = try VerifiedProgram(stored: envelope, hash: hash, root: root)
        }
        self.init(
            head: ProgramHead(root: rootDocument.tag, document: document?.tag), root: root, rootDocument: rootDocument,
            formerRoot: formerRoot, program: program, document: document)
    }
}
