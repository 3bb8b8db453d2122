import CallboxCrypto
import CallboxProgram
@testable import CallboxRelay
import CallboxTesting
import CallboxWire
import GRDB
import Testing

/// What every store of mailboxes must do.
@Suite("A store of mailboxes")
struct StoreTests {
    let relay: SampleRelay
    var store: SQLiteStore { relay.core.store }
    var today: Day { relay.today }
    let two = SlotCount.usual

    init() async throws { relay = try await SampleRelay() }

    private func mailbox(_ kind: MailboxOrder.Kind = .session) async throws -> MailboxAddress {
        let address = SampleRelay.address()
        try await store.make(address, kind, paidBy: .work, today: today)
        return address
    }

    private func waiting(_ address: MailboxAddress, slots: Int = 16) async throws -> [WaitingCell] {
        try await store.waiting(in: address, slots: SlotCount(slots), today: today)
    }

    private func entry(_ cell: WaitingCell) -> Acknowledgements.Entry { .init(cell.sequence, cell.cell.id) }

    @Test("Cells come out whole and in the order in which they went in")
    func order() async throws {
        let address = try await mailbox()
        let cells = (0..<20).map { _ in SampleRelay.cell() }
        for cell in cells { try await store.deposit(cell, in: address, paidBy: nil, today: today) }
        let first = try await waiting(address)
        #expect(first.map(\.cell) == Array(cells.prefix(16)))
        #expect(first.map(\.sequence.number) == Array(1...16))
        try await store.acknowledge(first.map(entry), in: address, today: today)
        #expect(try await waiting(address).map(\.cell) == Array(cells.suffix(4)))
    }

    @Test("A cell that is deposited again is stored once, also after it was acknowledged")
    func once() async throws {
        let address = try await mailbox()
        let cell = SampleRelay.cell()
        for _ in 0..<3 { try await store.deposit(cell, in: address, paidBy: nil, today: today) }
        let there = try await waiting(address)
        #expect(there.map(\.cell) == [cell])
        try await store.acknowledge(there.map(entry), in: address, today: today)
        try await store.deposit(cell, in: address, paidBy: nil, today: today)
        #expect(try await waiting(address).isEmpty)
        let other = try await mailbox()
        try await store.deposit(cell, in: other, paidBy: nil, today: today)
        #expect(try await waiting(other).map(\.cell) == [cell])
    }

    @Test("Nothing goes by an acknowledgement that does not name both place and cell")
    func exactAcknowledgement() async throws {
        let address = try await mailbox()
        let cells = [SampleRelay.cell(), SampleRelay.cell()]
        for cell in cells { try await store.deposit(cell, in: address, paidBy: nil, today: today) }
        let there = try await waiting(address)
        let crossed = [
            Acknowledgements.Entry(there[0].sequence, there[1].cell.id),
            Acknowledgements.Entry(there[1].sequence, there[0].cell.id),
            Acknowledgements.Entry(try CellSequence(99), there[0].cell.id),
        ]
        try await store.acknowledge(crossed, in: address, today: today)
        #expect(try await waiting(address).map(\.cell) == cells)
    }

    @Test("A mailbox that is not there is said to be not there, and deleting it is no fault")
    func absent() async throws {
        let address = SampleRelay.address()
        await #expect(throws: Problem.noSuchAddress) {
            try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        }
        await #expect(throws: Problem.noSuchMailbox) { try await waiting(address) }
        await #expect(throws: Problem.noSuchMailbox) { try await store.acknowledge([], in: address, today: today) }
        try await store.delete(address)
    }

    @Test("A deleted mailbox is gone with all that was in it, and the same address begins anew")
    func deletion() async throws {
        let address = try await mailbox()
        try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today)
        try await store.delete(address)
        await #expect(throws: Problem.noSuchMailbox) { try await waiting(address) }
        try await store.make(address, .session, paidBy: .work, today: today)
        #expect(try await waiting(address).isEmpty)
    }

    @Test("Making the same mailbox again changes nothing and needs no payment; another kind is refused")
    func sameMailbox() async throws {
        let address = try await mailbox(.intake)
        try await store.make(address, .intake, paidBy: nil, today: today)
        await #expect(throws: Problem.mailboxDiffers) {
            try await store.make(address, .session, paidBy: .work, today: today)
        }
        await #expect(throws: Problem.paymentMissing) {
            try await store.make(SampleRelay.address(), .session, paidBy: nil, today: today)
        }
    }

    @Test("A token is good for one request, however often that comes; for another it is spent, and nothing is stored")
    func tokens() async throws {
        let intake = try await mailbox(.intake)
        let token = SampleRelay.token()
        let cell = SampleRelay.cell()
        for _ in 0..<2 { try await store.deposit(cell, in: intake, paidBy: .token(token), today: today) }
        let again = SpentToken(epoch: token.epoch, nonce: token.nonce, request: SampleRelay.token().request)
        await #expect(throws: Problem.tokenSpent) {
            try await store.deposit(SampleRelay.cell(), in: intake, paidBy: .token(again), today: today)
        }
        let address = SampleRelay.address()
        await #expect(throws: Problem.tokenSpent) {
            try await store.make(address, .session, paidBy: .token(again), today: today)
        }
        #expect(try await waiting(intake).map(\.cell) == [cell])
        await #expect(throws: Problem.noSuchMailbox) { try await waiting(address) }
    }

    @Test("A token that could not be used is not spent")
    func unspent() async throws {
        let token = SampleRelay.token()
        await #expect(throws: Problem.noSuchAddress) {
            try await store.deposit(
                SampleRelay.cell(), in: SampleRelay.address(), paidBy: .token(token), today: today)
        }
        let other = SpentToken(epoch: token.epoch, nonce: token.nonce, request: SampleRelay.token().request)
        try await store.make(SampleRelay.address(), .session, paidBy: .token(other), today: today)
    }

    @Test("An intake takes nothing that is not paid, and whoever works cannot fill the way in for tokens")
    func lanes() async throws {
        var limits = SampleRelay.limits
        limits.intakeWorkCells = 2
        limits.intakeTokenCells = 3
        limits.sessionCells = 2
        let relay = try await SampleRelay(limits: limits)
        let store = relay.core.store
        let (intake, session) = (SampleRelay.address(), SampleRelay.address())
        try await store.make(intake, .intake, paidBy: .work, today: today)
        try await store.make(session, .session, paidBy: .work, today: today)
        func deposit(_ address: MailboxAddress, _ payment: Payment?) async throws {
            try await store.deposit(SampleRelay.cell(), in: address, paidBy: payment, today: today)
        }
        await #expect(throws: Problem.paymentMissing) { try await deposit(intake, nil) }
        for _ in 0..<2 { try await deposit(intake, .work) }
        await #expect(throws: Problem.mailboxFull) { try await deposit(intake, .work) }
        for _ in 0..<3 { try await deposit(intake, .token(SampleRelay.token())) }
        await #expect(throws: Problem.mailboxFull) { try await deposit(intake, .token(SampleRelay.token())) }
        for _ in 0..<2 { try await deposit(session, nil) }
        await #expect(throws: Problem.mailboxFull) { try await deposit(session, nil) }
        let first = try await store.waiting(in: session, slots: two, today: today)
        try await store.acknowledge([entry(first[0])], in: session, today: today)
        try await deposit(session, nil)
        let worked = try await store.waiting(in: intake, slots: two, today: today)
        try await store.acknowledge(worked.map(entry), in: intake, today: today)
        try await deposit(intake, .work)
    }

    @Test("Cells go after their last day and not before, and leave room behind")
    func expiry() async throws {
        let address = try await mailbox()
        for _ in 0..<200 { try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today) }
        let lastDay = today.later(by: RelayLimits().retentionDays)
        _ = try await sweep(lastDay)
        #expect(try await store.counts().cells == 200)
        let gone = try await sweep(lastDay.later(by: Expiry.jitterDays + 1))
        #expect(gone.cells == 200)
        #expect(try await store.counts().cells == 0)
        for _ in 0..<256 { try await store.deposit(SampleRelay.cell(), in: address, paidBy: nil, today: today) }
    }

    @Test("A mailbox goes when its owner has not come for long, and stays when they have")
    func mailboxExpiry() async throws {
        let (left, used) = (try await mailbox(), try await mailbox())
        let days = RelayLimits().mailboxDays
        // However their owner came before, it stays for as many days after they came last.
        for day in [UInt32(1), 20, 31, 33] {
            _ = try await store.waiting(in: used, slots: two, today: today.later(by: day))
        }
        #expect(try await sweep(today.later(by: days)).mailboxes == 0)
        #expect(try await sweep(today.later(by: days + Expiry.renewalDays + Expiry.jitterDays + 1)).mailboxes == 1)
        await #expect(throws: Problem.noSuchMailbox) { try await waiting(left) }
        #expect(try await waiting(used).isEmpty)
        #expect(try await sweep(today.later(by: 33 + days)).mailboxes == 0)
    }

    @Test("Spent tokens are forgotten with their epoch, acknowledged cells after some days")
    func forgetting() async throws {
        let address = try await mailbox()
        let cell = SampleRelay.cell()
        try await store.deposit(cell, in: address, paidBy: nil, today: today)
        try await store.acknowledge(try await waiting(address).map(entry), in: address, today: today)
        for epoch in [UInt32(5), 6] {
            try await store.make(
                SampleRelay.address(), .session, paidBy: .token(SampleRelay.token(epoch: epoch)), today: today)
        }
        _ = try await store.sweep(today: today, firstEpoch: 6)
        var counts = try await store.counts()
        #expect(counts.spentTokens == 1 && counts.recognised == 1)
        _ = try await store.sweep(today: today.later(by: Expiry.recognitionDays + 1), firstEpoch: 7)
        counts = try await store.counts()
        #expect(counts.spentTokens == 0 && counts.recognised == 0)
    }

    @Test("Many at once: what was said to be stored is there, once, and nothing else")
    func crowd() async throws {
        let addresses = try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await mailbox() } }
            return try await group.reduce(into: [MailboxAddress]()) { $0.append($1) }
        }
        let sent = try await withThrowingTaskGroup { group in
            for number in 0..<400 {
                group.addTask {
                    let (address, cell) = (addresses[number % 8], SampleRelay.cell())
                    try await store.deposit(cell, in: address, paidBy: nil, today: today)
                    return (address, cell.id)
                }
            }
            return try await group.reduce(into: [MailboxAddress: Set<CellID>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        for address in addresses {
            var found: [CellID] = []
            while case let cells = try await waiting(address), !cells.isEmpty {
                found += cells.map(\.cell.id)
                try await store.acknowledge(cells.map(entry), in: address, today: today)
            }
            #expect(Set(found) == sent[address] && found.count == sent[address]?.count)
        }
    }

    private func sweep(_ day: Day) async throws -> SweepResult {
        var total = SweepResult()
        repeat {
            let round = try await store.sweep(today: day, firstEpoch: 0)
            total.cells += round.cells
            total.mailboxes += round.mailboxes
            total.isPartial = round.isPartial
        } while total.isPartial
        return total
    }
}
