import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("With a real relay: mailboxes", .timeLimit(.minutes(2)))
struct MailboxLiveTests {
    private func relay(_ live: LiveRelay) throws -> any Relay {
        let places = RelayPlaces([try Fixture.place(live.port, pin: live.pin)], identity: live.identity)
        return HTTPSConnector(deadlines: Deadlines(), clock: StillClock()).relay(at: places).relay
    }

    private func stamp(_ task: WorkTask, _ statement: RelayStatement) throws -> Authorization {
        var search = WorkSearch(
            task, at: statement.identity, day: SampleProgram.today.number, difficulty: statement.difficulty)
        let stamp = search.next(tries: 100_000)
        return .work(try #require(stamp))
    }

    @Test("A mailbox is made for work, filled, emptied and deleted")
    func mailbox() async throws {
        try await LiveRelay.serve { live in
            let relay = try relay(live)
            let statement = try await relay.statement()
            #expect(statement.identity == live.identity && statement.difficulty.bits == 6)
            #expect(statement.epochs.count == 3)
            let (owner, near, far) = (Fixture.signer(), Fixture.channel(1), Fixture.channel(2))
            let address = MailboxAddress(collectedBy: owner.key)
            let query = try CollectQuery(slots: .usual, wait: 0)

            // Unpaid, and before there is one.
            let unpaid = await Fixture.failure { () throws(RelayFailure) in
                try await relay.make(.session, for: owner, paidBy: nil, through: near)
            }
            #expect(unpaid == .refused(.paymentMissing, after: nil))
            let absent = await Fixture.failure { () throws(RelayFailure) in
                _ = try await relay.collect(query, for: owner, through: near)
            }
            #expect(absent == .refused(.noSuchMailbox, after: nil))
            let gone = await Fixture.failure { () throws(RelayFailure) in
                try await relay.deposit(Fixture.cell(), in: address, paidBy: nil, through: far)
            }
            #expect(gone == .refused(.noSuchAddress, after: nil))

            let payment = try stamp(.mailbox(owner.key), statement)
            for _ in 0..<2 { try await relay.make(.session, for: owner, paidBy: payment, through: near) }
            #expect(try await relay.collect(query, for: owner, through: near).cells.isEmpty)

            let cells = (1...3).map { Fixture.cell($0) }
            for cell in cells + [cells[0]] { try await relay.deposit(cell, in: address, paidBy: nil, through: far) }
            let first = try await relay.collect(query, for: owner, through: near)
            #expect(first.cells.map(\.cell) == Array(cells.prefix(2)))
            let done = first.cells.map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
            for _ in 0..<2 {
                try await relay.acknowledge(
                    try Acknowledgements(done, slots: .usual), for: owner, through: near)
            }
            #expect(try await relay.collect(query, for: owner, through: near).cells.map(\.cell) == [cells[2]])

            for _ in 0..<2 { try await relay.delete(for: owner, through: near) }
            #expect(
                await Fixture.failure { () throws(RelayFailure) in
                    try await relay.deposit(cells[0], in: address, paidBy: nil, through: far)
                } == .refused(.noSuchAddress, after: nil))
        }
    }

    @Test("An intake wants every deposit paid")
    func intake() async throws {
        try await LiveRelay.serve { live in
            let relay = try relay(live)
            let statement = try await relay.statement()
            let (owner, cell) = (Fixture.signer(), Fixture.cell())
            let address = MailboxAddress(collectedBy: owner.key)
            try await relay.make(
                .intake, for: owner, paidBy: try stamp(.mailbox(owner.key), statement), through: Fixture.channel(1))
            let unpaid = await Fixture.failure { () throws(RelayFailure) in
                try await relay.deposit(cell, in: address, paidBy: nil, through: Fixture.channel(2))
            }
            #expect(unpaid == .refused(.paymentMissing, after: nil))
            let other = try stamp(.deposit(to: Fixture.address, cell.id), statement)
            let wrong = await Fixture.failure { () throws(RelayFailure) in
                try await relay.deposit(cell, in: address, paidBy: other, through: Fixture.channel(2))
            }
            #expect(wrong == .refused(.workInsufficient, after: nil))
            try await relay.deposit(
                cell, in: address, paidBy: try stamp(.deposit(to: address, cell.id), statement),
                through: Fixture.channel(2))
        }
    }

    @Test("Who waits at a mailbox is woken by the deposit")
    func wake() async throws {
        try await LiveRelay.serve { live in
            let relay = try relay(live)
            let statement = try await relay.statement()
            let owner = Fixture.signer()
            try await relay.make(
                .session, for: owner, paidBy: try stamp(.mailbox(owner.key), statement), through: Fixture.channel(1))
            let waited = try await ContinuousClock().measure {
                async let answer = relay.collect(
                    try CollectQuery(slots: .usual, wait: 55), for: owner, through: Fixture.channel(1))
                try await relay.deposit(
                    Fixture.cell(), in: MailboxAddress(collectedBy: owner.key), paidBy: nil, through: Fixture.channel(2)
                )
                #expect(try await answer.cells.map(\.cell) == [Fixture.cell()])
            }
            #expect(waited < .seconds(50), "and not by the end of the waiting")
        }
    }

    @Test("A signature by another key, for another relay or at another time is refused in the relay's words")
    func refusals() async throws {
        try await LiveRelay.serve { live in
            let places = [try Fixture.place(live.port, pin: live.pin)]
            let elsewhere = HTTPSConnector(deadlines: Deadlines(), clock: StillClock())
                .relay(at: RelayPlaces(places, identity: Fixture.identity)).relay
            let late = HTTPSConnector(deadlines: Deadlines(), clock: LateClock())
                .relay(at: RelayPlaces(places, identity: live.identity)).relay
            for (relay, problem) in [(elsewhere, Problem.wrongRelay), (late, .signatureStale)] {
                let failure = await Fixture.failure { () throws(RelayFailure) in
                    try await relay.delete(for: Fixture.signer(), through: Fixture.channel(1))
                }
                #expect(failure == .refused(problem, after: nil))
            }
        }
    }

    private struct LateClock: ClientClock {
        let now = SampleProgram.now.later(by: 1_000)
        func sleep(seconds: Double) async throws { throw CancellationError() }
    }
}
