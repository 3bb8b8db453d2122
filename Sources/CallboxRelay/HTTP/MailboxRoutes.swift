internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import Hummingbird
internal import ServiceLifecycle

/// What a mailbox's owner asks. The mailbox is named by its own key, and the signature is checked before anything is looked up:
/// without the key nobody learns whether it exists, by answer or by time.
func addMailboxRoutes(_ core: RelayCore, to routes: inout RouteTable) {
    let routesOf = MailboxRoutes(core: core)
    routes.add("/v1/mailboxes/{key}", [.put: routesOf.make, .delete: routesOf.delete])
    routes.add("/v1/mailboxes/{key}/cells", [.get: routesOf.collect])
    routes.add("/v1/mailboxes/{key}/acknowledgements", [.post: routesOf.acknowledge])
}

private struct MailboxRoutes: Sendable {
    let core: RelayCore

    @Sendable func make(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await Inbound(request, context, mediaType: MediaType.octets, limit: 64)
        let owner = try await owner(inbound)
        let order = try MailboxOrder(inbound.content)
        let payment = try core.cashier.judge(
            inbound.authorization(), of: owner.request, for: .mailbox(owner.key), on: core.time.calendarDay)
        try await core.store.make(owner.address, order.kind, paidBy: payment, today: core.time.today)
        return Reply.done
    }

    @Sendable func delete(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await Inbound(request, context, mediaType: nil)
        try await core.store.delete(owner(inbound).address)
        return Reply.done
    }

    @Sendable func acknowledge(_ request: Request, _ context: RelayContext) async throws -> Response {
        let limit = SlotCount.limit * Acknowledgements.slotByteCount
        let inbound = try await Inbound(request, context, mediaType: MediaType.octets, limit: limit)
        let address = try await owner(inbound).address
        let acknowledgements = try Acknowledgements(inbound.content)
        try await core.store.acknowledge(acknowledgements.entries, in: address, today: core.time.today)
        core.metrics.count(.cellsAcknowledged, acknowledgements.entries.count)
        return Reply.done
    }

    @Sendable func collect(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await Inbound(request, context, mediaType: nil, accepts: MediaType.octets, hasQuery: true)
        let address = try await owner(inbound).address
        let query = try CollectQuery(inbound.query)
        let cells = try await cells(at: address, query)
        core.metrics.count(.cellsCollected, cells.count)
        var random = SystemRandom()
        let answer = try CollectAnswer(cells, slots: query.slots).bytes(filledFrom: &random)
        return Reply.content(answer, MediaType.octets)
    }

    private func cells(at address: MailboxAddress, _ query: CollectQuery) async throws -> [WaitingCell] {
        let store = core.store
        let today = core.time.today
        guard query.wait > 0 else { return try await store.waiting(in: address, slots: query.slots, today: today) }
        // The place is taken before the mailbox is read: a cell that comes in between is not slept through.
        let place = core.arrivals.wait(at: address)
        defer { core.arrivals.end(place) }
        let cells = try await store.waiting(in: address, slots: query.slots, today: today)
        guard cells.isEmpty else { return cells }
        await Self.wait(for: place.arrivals, seconds: query.wait)
        return try await store.waiting(in: address, slots: query.slots, today: today)
    }

    /// Until a cell comes, the time is over, or the relay is about to stop.
    private static func wait(for arrivals: AsyncStream<Void>, seconds: Int) async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { for await _ in arrivals { return } }
                group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private struct Owner {
        let request: SignableRequest
        let key: VerificationKey
        let address: MailboxAddress
    }

    /// Whoever has signed with the mailbox's own key.
    private func owner(_ inbound: Inbound) async throws -> Owner {
        let key = try inbound.pathValue("key", VerificationKey.self)
        let address = MailboxAddress(collectedBy: key)
        if Plant.looksUpFirst {
            _ = try? await core.store.waiting(in: address, slots: .usual, today: core.time.today)
        }
        let request = try inbound.signable(at: core.keys.identity)
        _ = try core.admit(request, inbound.signedFields(), by: key)
        return Owner(request: request, key: key, address: address)
    }
}
