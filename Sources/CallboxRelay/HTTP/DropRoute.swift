internal import CallboxCrypto
internal import CallboxWire
internal import Hummingbird

/// What whoever knows an address may do: leave one cell.
func addDropRoute(_ core: RelayCore, to routes: inout RouteTable) {
    routes.add(
        "/v1/drops/{address}",
        [
            .post: { request, context in
                let inbound = try await Inbound(
                    request, context, mediaType: MediaType.octets, limit: Cell.byteCount)
                let address = try inbound.pathValue("address", MailboxAddress.self)
                guard let cell = try? Cell(inbound.content) else { throw Refusal(.malformed) }
                try core.admit(depositAt: address)
                var payment: Payment?
                if let authorization = try inbound.authorization() {
                    payment = try core.cashier.judge(
                        authorization, of: inbound.signable(at: core.keys.identity),
                        for: .deposit(to: address, cell.id),
                        on: core.time.calendarDay)
                }
                try await core.store.deposit(cell, in: address, paidBy: payment, today: core.time.today)
                core.arrivals.announce(address)
                core.metrics.count(.cellsAccepted)
                return Reply.done
            }
        ])
}
