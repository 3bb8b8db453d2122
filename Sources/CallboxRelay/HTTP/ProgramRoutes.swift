internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import Hummingbird
internal import Synchronization

/// Everything about programs: their documents, sheets, codes and tokens.
func addProgramRoutes(_ core: RelayCore, to routes: inout RouteTable) {
    let desk = ProgramDesk(store: core.store)
    let shelf = BookShelf(store: core.store)
    addDocumentRoutes(ProgramRoutes(core: core, desk: desk), to: &routes)
    addSheetRoutes(core, desk, shelf, to: &routes)
    addTokenRoutes(core, desk, to: &routes)
}

private func addDocumentRoutes(_ handlers: ProgramRoutes, to routes: inout RouteTable) {
    let program = "/v1/programs/{program}"
    routes.add(program, [.get: handlers.document, .put: handlers.putDocument])
    routes.add("/v1/programs/{program}/versions/{version}", [.get: handlers.documentVersion])
    routes.add("/v1/programs/{program}/root", [.get: handlers.root, .put: handlers.putRoot])
    routes.add("/v1/programs/{program}/root/versions/{version}", [.get: handlers.rootVersion])
    routes.add("/v1/programs/{program}/roots", [.get: handlers.roots])
    routes.add("/v1/programs/{program}/freshness", [.get: handlers.freshness, .put: handlers.putFreshness])
    routes.add("/v1/programs/{program}/bulletins", [.get: handlers.bulletins, .post: handlers.postBulletin])
}

/// Documents, identical bytes for everybody. What is sent is signed itself; the requests are signed beside that, so that
/// nobody else has the relay read what they wrote, least of all try 32 signatures on 6 MiB.
private struct ProgramRoutes: Sendable {
    let core: RelayCore
    let desk: ProgramDesk
    private let uploads = Uploads(8)
    /// First roots, which anybody may send: 104 KB each.
    private let firsts = Uploads(64)

    init(core: RelayCore, desk: ProgramDesk) {
        self.core = core
        self.desk = desk
    }

    @Sendable func document(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        guard let document = try await desk.program(inbound.pathValue("program")).document else {
            throw Refusal(.noSuchDocument)
        }
        return DocumentReply.answer(document, MediaType.json, to: inbound)
    }

    @Sendable func documentVersion(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        let document = try await core.store.document(
            of: inbound.pathValue("program"), version: inbound.pathNumber("version"))
        return DocumentReply.answer(document, MediaType.json, to: inbound)
    }

    @Sendable func root(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        let document = try await desk.program(inbound.pathValue("program")).rootDocument
        return DocumentReply.answer(document, MediaType.json, to: inbound)
    }

    @Sendable func rootVersion(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        let document = try await core.store.root(
            of: inbound.pathValue("program"), version: inbound.pathNumber("version"))
        return DocumentReply.answer(document, MediaType.json, to: inbound)
    }

    @Sendable func roots(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        let roots = try await core.store.roots(of: inbound.pathValue("program"))
        guard !roots.isEmpty else { throw Refusal(.noSuchDocument) }
        return DocumentReply.answer(
            StoredDocument(DocumentReply.list("roots", of: roots)), MediaType.json, to: inbound)
    }

    @Sendable func freshness(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context)
        let document = try await core.store.freshness(of: inbound.pathValue("program"))
        return DocumentReply.answer(document, MediaType.json, to: inbound)
    }

    @Sendable func bulletins(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await get(request, context, hasQuery: true)
        let id: ProgramID = try inbound.pathValue("program")
        let after = try Self.after(inbound.query)
        guard try await core.store.head(of: id).root != nil else { throw Refusal(.noSuchDocument) }
        let bulletins = try await core.store.bulletins(of: id, after: after)
        return DocumentReply.answer(
            StoredDocument(DocumentReply.list("bulletins", of: bulletins)), MediaType.json, to: inbound)
    }

    @Sendable func putRoot(_ request: Request, _ context: RelayContext) async throws -> Response {
        var inbound = try head(request, context, .root)
        let id: ProgramID = try inbound.pathValue("program")
        // Whose request it is not even is said before anything is looked up.
        _ = try core.claimedKey(of: inbound)
        guard let known = try await desk.programIfKnown(id) else {
            try firsts.begin()
            defer { firsts.end() }
            try await inbound.readContent()
            let founders = try await desk.founders(bringing: inbound.content)
            _ = try core.admit(inbound) { founders.contains($0) }
            try await desk.put(root: inbound.content, of: id)
            return Reply.done
        }
        let coordinators = known.root.document.coordinatorKeys
        // Whoever brought the root that took their own key away may ask again whether it came.
        let bringers = coordinators + (known.formerRoot?.coordinatorKeys ?? [])
        try core.admit(headOf: inbound) { bringers.contains($0) }
        try await inbound.readContent()
        let key = try core.admit(inbound) { bringers.contains($0) }
        if !coordinators.contains(key) {
            guard try await desk.keeps(root: inbound.content, of: id) else { throw Refusal(.notPermitted) }
        }
        try await desk.put(root: inbound.content, of: id)
        return Reply.done
    }

    @Sendable func putDocument(_ request: Request, _ context: RelayContext) async throws -> Response {
        var (inbound, signers) = try await announced(request, context, .program, by: \.coordinatorKeys)
        // The largest thing that anybody may send: few at a time.
        try uploads.begin()
        defer { uploads.end() }
        try await readContent(of: &inbound, signedBy: signers)
        try await desk.put(program: inbound.content, of: inbound.pathValue("program"))
        return Reply.done
    }

    @Sendable func putFreshness(_ request: Request, _ context: RelayContext) async throws -> Response {
        var (inbound, signers) = try await announced(request, context, .freshness) { $0.onlineKey.map { [$0] } ?? [] }
        try await readContent(of: &inbound, signedBy: signers)
        let now = Instant(seconds: core.time.clock.wall())
        try await desk.put(freshness: inbound.content, of: inbound.pathValue("program"), at: now)
        return Reply.done
    }

    @Sendable func postBulletin(_ request: Request, _ context: RelayContext) async throws -> Response {
        var (inbound, signers) = try await announced(request, context, .bulletin, by: \.coordinatorKeys)
        try await readContent(of: &inbound, signedBy: signers)
        try await desk.post(bulletin: inbound.content, of: inbound.pathValue("program"))
        return Reply.done
    }

    /// A change before its content is read, and the keys of the newest root that may sign it: refused when none of them
    /// has signed its head.
    private func announced(
        _ request: Request, _ context: RelayContext, _ type: PayloadType,
        by keys: (RootDocument) -> [VerificationKey]
    ) async throws -> (Inbound, signers: [VerificationKey]) {
        let inbound = try head(request, context, type)
        let id: ProgramID = try inbound.pathValue("program")
        _ = try core.claimedKey(of: inbound)
        guard let known = try await desk.programIfKnown(id) else { throw Refusal(.programNotAllowed) }
        let signers = keys(known.root.document)
        try core.admit(headOf: inbound) { signers.contains($0) }
        return (inbound, signers)
    }

    /// Reads the content, and checks the request's signature before anybody looks at what it says.
    private func readContent(of inbound: inout Inbound, signedBy signers: [VerificationKey]) async throws {
        try await inbound.readContent()
        _ = try core.admit(inbound) { signers.contains($0) }
    }

    private func get(
        _ request: Request, _ context: RelayContext, hasQuery: Bool = false
    ) async throws -> Inbound {
        try await Inbound(request, context, mediaType: nil, accepts: MediaType.json, hasQuery: hasQuery)
    }

    private func head(
        _ request: Request, _ context: RelayContext, _ type: PayloadType
    ) throws(Refusal) -> Inbound {
        try Inbound(headOf: request, context, mediaType: MediaType.json, limit: type.limit / 3 * 4 + 16_384)
    }

    /// The query `after=N`.
    private static func after(_ query: String) throws(Refusal) -> UInt64 {
        let prefix = "after="
        guard query.hasPrefix(prefix), let index = UInt64(query.dropFirst(prefix.count)),
            query == prefix + String(index)
        else { throw Refusal(.malformed) }
        return index
    }
}

/// How many of a kind may be on their way in at a time: each holds memory until it is read, a program document 8 MB.
private final class Uploads: Sendable {
    private let limit: Int
    private let count = Mutex(0)

    init(_ limit: Int) { self.limit = limit }

    func begin() throws(Refusal) {
        let isFree = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isFree else { throw Refusal(.busy) }
    }

    func end() { count.withLock { $0 -= 1 } }
}
