internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import Hummingbird

/// Codes, which coordinators bring, and tokens, which codes and members buy.
func addTokenRoutes(_ core: RelayCore, _ desk: ProgramDesk, to routes: inout RouteTable) {
    let handlers = TokenRoutes(core: core, desk: desk)
    routes.add("/v1/programs/{program}/codes", [.post: handlers.codes])
    routes.add("/v1/programs/{program}/tokens", [.post: handlers.tokens])
}

private struct TokenRoutes: Sendable {
    let core: RelayCore
    let desk: ProgramDesk

    @Sendable func codes(_ request: Request, _ context: RelayContext) async throws -> Response {
        var inbound = try Inbound(
            headOf: request, context, mediaType: MediaType.octets, limit: CodeHashes.limit * EnrolmentCodeHash.byteCount
        )
        let id: ProgramID = try inbound.pathValue("program")
        let root = try await desk.programIfKnown(id)?.root.document
        let claimed = try core.claimedKey(of: inbound)
        guard root?.coordinatorKeys.contains(claimed) ?? false else { throw Refusal(.notPermitted) }
        try await inbound.readContent()
        _ = try core.admit(inbound) { root?.coordinatorKeys.contains($0) ?? false }
        try await core.store.store(codes: CodeHashes(parsing: inbound.content), of: id)
        return Reply.done
    }

    @Sendable func tokens(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await Inbound(
            request, context, mediaType: TokenRequest.mediaType, limit: Self.requestLimit,
            accepts: TokenResponse.mediaType)
        let id: ProgramID = try inbound.pathValue("program")
        let order = try TokenRequest(inbound.content)
        let buyer = try await buyer(inbound, id)
        let today = core.time.calendarDay
        let meant = try TokenRules.epochs(
            meant: order, among: core.keys.epochs(on: today), on: today, batchLimit: core.limits.batchLimit)
        // Evaluated before anything is recorded: what is no element costs nobody their batch.
        var answers: [UInt32: TokenResponse] = [:]
        for epoch in meant { answers[epoch.number] = try evaluate(order, in: epoch) }
        let paid = PaidRequestHash(of: try inbound.signable(at: core.keys.identity))
        let epoch = try await core.store.sell(to: buyer, of: id, for: paid, among: meant)
        guard let answer = answers[epoch.number] else { throw Refusal(.uncertain) }
        return Reply.content(answer.bytes, TokenResponse.mediaType)
    }

    /// A request of 64 elements: more than a batch has, so that one of too many is told so.
    private static let requestLimit = 5 + TokenRequest.batchLimit * BlindedElement.byteCount

    private func evaluate(_ order: TokenRequest, in epoch: TokenEpoch) throws -> TokenResponse {
        var random = SystemRandom()
        return try TokenResponse(core.keys.evaluate(order, on: epoch.first, random: &random).evaluation)
    }

    /// Whoever sends a code, or signs as a member; not both.
    private func buyer(_ inbound: Inbound, _ id: ProgramID) async throws -> TokenBuyer {
        switch (try authorization(inbound), inbound.isSigned) {
        case (.code(let code), false):
            let hash = code.hash(in: id)
            guard try await core.store.keeps(code: hash, of: id) else { throw Refusal(.codeRefused, wanted: .code) }
            return .code(hash)
        case (nil, true):
            let program = try await desk.programIfKnown(id)?.program
            let key = try core.admit(inbound) { (try? TokenRules.buyer(with: $0, in: program)) != nil }
            return try TokenRules.buyer(with: key, in: program)
        case (.some, true): throw Refusal(.malformed)
        case (.token, false), (.work, false), (nil, false): throw Refusal(.paymentMissing, wanted: .code)
        }
    }

    private func authorization(_ inbound: Inbound) throws(Refusal) -> Authorization? {
        do {
            return try inbound.authorization()
        } catch {
            throw Refusal(error.problem, wanted: .code)
        }
    }
}
