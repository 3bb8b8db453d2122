internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire
internal import Synchronization

/// How much work the relay asks for. It is asked once for each run, and only when there is no token.
final class KnownDifficulty: Sendable {
    private let bits = Mutex<UInt8?>(nil)

    /// What the relay asks for.
    func value(from relay: any Relay) async throws -> WorkDifficulty {
        if let known = bits.withLock({ $0 }), let difficulty = try? WorkDifficulty(bits: known) { return difficulty }
        let difficulty = try await relay.statement().difficulty
        bits.withLock { $0 = difficulty.bits }
        return difficulty
    }

    /// The relay may ask for more than before.
    func forget() { bits.withLock { $0 = nil } }
}

/// What came of trying to send everything.
struct OutboxReport: Sendable {
    /// The conversations in which something shows.
    var changed: Set<Int> = []
    /// What went wrong.
    var troubles: [Trouble] = []
    /// Whether the relay was not reached.
    var isCutOff = false
    /// Whether anything left.
    var hasMoved = false
    /// Whether something will never arrive.
    var hasGivenUp = false

    mutating func merge(_ other: OutboxReport) {
        changed.formUnion(other.changed)
        for trouble in other.troubles where !troubles.contains(trouble) { troubles.append(trouble) }
        isCutOff = isCutOff || other.isCutOff
        hasMoved = hasMoved || other.hasMoved
        hasGivenUp = hasGivenUp || other.hasGivenUp
    }
}

extension Callbox {
    /// Sends what waits, mailbox by mailbox, each in order. Nothing is lost when it stops anywhere: what has not surely left is sent again, byte for byte.
    func sendAll() async throws -> OutboxReport {
        var report = OutboxReport()
        while true {
            let lanes = try store.read { try talk.lanes(in: $0) }
            let round = try await Self.someAtOnce(lanes) { try await self.send($0) }
            report.merge(round)
            // What waited for something of this round may leave in the next.
            guard round.hasMoved, !round.isCutOff else { return report }
        }
    }

    /// How many mailboxes are gone to at a time.
    private static let waysAtOnce = 4

    /// Goes to many mailboxes, some at a time. Once a relay is not reached for one, it is not tried for those that are left.
    static func someAtOnce<Place: Sendable>(
        _ places: [Place], _ go: @escaping @Sendable (Place) async throws -> OutboxReport
    ) async throws -> OutboxReport {
        try await withThrowingTaskGroup(of: OutboxReport.self) { group in
            var report = OutboxReport()
            var rest = places[...]
            for place in rest.prefix(waysAtOnce) { group.addTask { try await go(place) } }
            rest = rest.dropFirst(waysAtOnce)
            while let one = try await group.next() {
                report.merge(one)
                if !report.isCutOff, let place = rest.popFirst() { group.addTask { try await go(place) } }
            }
            return report
        }
    }

    /// Sends what goes to one mailbox, until something has to wait.
    private func send(_ lane: [OutboxItem]) async throws -> OutboxReport {
        var report = OutboxReport()
        for item in lane {
            while true {
                try Task.checkCancellation()
                guard try store.read({ talk.mayLeave(item, in: $0) }) else { return report }
                let sent: Talk.Sent
                do {
                    guard let paid = try await pay(item) else { break }
                    let failure = try await perform(paid)
                    sent = try store.change { try talk.settle(item.number, failure, records: &$0) }
                    if let failure { report.isCutOff = report.isCutOff || failure.isCutOff }
                } catch let failure as RelayFailure {
                    sent = .stays(.relay(failure))
                    report.isCutOff = report.isCutOff || failure.isCutOff
                } catch let trouble as Trouble where trouble == .tooMuchWork {
                    sent = .stays(trouble)
                }
                switch sent {
                case .done(let conversation):
                    report.hasMoved = true
                    if let conversation { report.changed.insert(conversation) }
                case .payAnew:
                    difficulty.forget()
                    continue
                case .stays(let trouble):
                    report.troubles.append(trouble)
                    return report
                case .never(let trouble, let conversation):
                    report.hasGivenUp = true
                    report.troubles.append(trouble)
                    if let conversation { report.changed.insert(conversation) }
                    return report
                }
                break
            }
        }
        return report
    }

    /// Has something paid before it leaves: with what was chosen before, a token, or work.
    /// - Returns: nil when it was taken back.
    private func pay(_ item: OutboxItem) async throws -> OutboxItem? {
        guard let now = try store.read({ try $0.value(.out(item.number)) }) else { return nil }
        guard now.payment != .free else { return now }
        guard let paid = try store.change({ try talk.pay(item.number, with: nil, records: &$0) }) else { return nil }
        guard paid.payment == .due else { return paid }
        let (task, relayKey) = try store.read { records in
            let relays = try programs.program(in: records)?.program?.document.content.relays
            return (try talk.task(of: paid, in: records), relays?.first?.identityKey)
        }
        guard let task, let relayKey else { return nil }
        let asked = try await difficulty.value(from: relay)
        guard asked.bits <= Work.limit else {
            difficulty.forget()
            throw Trouble.tooMuchWork
        }
        let stamp = try await Work.stamp(for: task, at: relayKey, on: Day(of: clock.now), difficulty: asked)
        return try store.change { try talk.pay(item.number, with: stamp, records: &$0) }
    }

    /// Asks the relay for it.
    /// - Returns: why not; nil when it is done.
    private func perform(_ item: OutboxItem) async throws -> RelayFailure? {
        var payment: Authorization?
        if case .chosen(let value) = item.payment { payment = try? Authorization(fieldValue: value) }
        do {
            switch item.order {
            case .make(let address):
                guard let mailbox = try mailbox(address) else { return nil }
                try await relay.make(
                    mailbox.kind == .intake ? .intake : .session, for: mailbox.signer(under: store.key),
                    paidBy: payment, through: mailbox.channel)
            case .deposit(let deposit):
                guard let cell = try? Cell(deposit.cell.bytes) else { return nil }
                try await relay.deposit(cell, in: deposit.address, paidBy: payment, through: deposit.channel)
            case .delete(let address):
                guard let mailbox = try mailbox(address) else { return nil }
                try await relay.delete(for: mailbox.signer(under: store.key), through: mailbox.channel)
            }
            return nil
        } catch let failure as RelayFailure {
            return failure
        }
    }

    private func mailbox(_ address: MailboxAddress) throws -> MailboxRecord? {
        try store.read { try $0.value(.mailbox(address)) }
    }
}

extension RelayFailure {
    /// Whether nobody was reached, so that trying others now leads nowhere.
    var isCutOff: Bool {
        switch self {
        case .unreachable, .tooSlow, .proxy, .wrongKey, .strange: true
        case .refused: false
        }
    }
}
