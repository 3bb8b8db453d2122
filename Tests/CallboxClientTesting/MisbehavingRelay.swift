package import CallboxClient
internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization

/// A relay between a client and an honest one that does what it should not. What it may do is set from outside, call by call.
package final class MisbehavingRelay: Relay {
    /// One request as the relay sees it.
    package struct Call: Equatable, Sendable {
        /// What was asked.
        package let kind: Kind
        /// The mailbox it was about; nil when about none.
        package let address: MailboxAddress?
        /// The way it came.
        package let channel: Channel?
        /// The cell of a deposit.
        package let cell: Cell?
        /// What it was paid with.
        package let payment: Authorization?
    }

    /// What is asked of a relay.
    package enum Kind: String, Sendable, CaseIterable {
        case statement, make, collect, acknowledge, delete, deposit, roots, document, freshness, bulletins, book,
            publish
        case tokens, bring, enrol
    }

    /// What it does with a request.
    package enum Deed: Equatable, Sendable {
        /// What it should.
        case honest
        /// Says that it did it, and did not. Only for what has no answer.
        case pretend
        /// Does not do it, and fails.
        case failBefore(RelayFailure)
        /// Does it, and fails all the same.
        case failAfter(RelayFailure)
        /// Puts a cell into another mailbox.
        case divert(MailboxAddress)
    }

    /// What it does with all that comes.
    package struct Conduct: Sendable {
        /// With a request, by its number from 1 on.
        package var deed: @Sendable (Int, Call) -> Deed = { _, _ in .honest }
        /// With what waits in a mailbox.
        package var collected: @Sendable (MailboxAddress, [WaitingCell]) -> [WaitingCell] = { $1 }
        /// With what it says of itself.
        package var statement: @Sendable (RelayStatement) -> RelayStatement = { $0 }
        /// With the roots.
        package var roots: @Sendable (RootChain) -> RootChain = { $0 }
        /// With a program document.
        package var document: @Sendable (SignedEnvelope) -> SignedEnvelope = { $0 }
        /// With a freshness statement.
        package var freshness: @Sendable (SignedEnvelope) -> SignedEnvelope = { $0 }
        /// With the book of a day.
        package var book: @Sendable (SheetBook) -> SheetBook = { $0 }

        /// All as it should be.
        package init() {}
    }

    private struct State {
        var conduct = Conduct()
        var calls: [Call] = []
    }

    private let honest: any Relay
    private let state = Mutex(State())

    /// A relay in front of an honest one.
    package init(_ honest: any Relay) { self.honest = honest }

    /// What it does from now on.
    package func behave(_ change: @Sendable (inout Conduct) -> Void) { state.withLock { change(&$0.conduct) } }
    /// All requests so far.
    package var calls: [Call] { state.withLock(\.calls) }
    /// Forgets the requests so far: the next has number 1.
    package func forgetCalls() { state.withLock { $0.calls = [] } }

    private var conduct: Conduct { state.withLock(\.conduct) }

    /// Notes a request and says what to do with it.
    private func note(
        _ kind: Kind, _ owner: RequestSigner? = nil, address: MailboxAddress? = nil, channel: Channel? = nil,
        cell: Cell? = nil, payment: Authorization? = nil
    ) -> Deed {
        let call = Call(
            kind: kind, address: address ?? owner.map { MailboxAddress(collectedBy: $0.key) }, channel: channel,
            cell: cell, payment: payment)
        let (number, conduct) = state.withLock { state in
            state.calls.append(call)
            return (state.calls.count, state.conduct)
        }
        return conduct.deed(number, call)
    }

    private func perform<Answer: Sendable>(
        _ deed: Deed, _ answer: () async throws(RelayFailure) -> Answer
    ) async throws(RelayFailure) -> Answer {
        if case .failBefore(let failure) = deed { throw failure }
        let given = try await answer()
        if case .failAfter(let failure) = deed { throw failure }
        return given
    }

    private func effect(_ deed: Deed, _ work: () async throws(RelayFailure) -> Void) async throws(RelayFailure) {
        if deed == .pretend { return }
        try await perform(deed, work)
    }

    /// As asked, or as it likes.
    package func statement() async throws(RelayFailure) -> RelayStatement {
        conduct.statement(
            try await perform(note(.statement)) { () throws(RelayFailure) in try await honest.statement() })
    }

    /// As asked, or as it likes.
    package func make(
        _ kind: MailboxOrder.Kind, for owner: RequestSigner, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        try await effect(note(.make, owner, channel: channel, payment: payment)) { () throws(RelayFailure) in
            try await honest.make(kind, for: owner, paidBy: payment, through: channel)
        }
    }

    /// As asked, or as it likes.
    package func collect(
        _ query: CollectQuery, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) -> CollectAnswer {
        let answer = try await perform(note(.collect, owner, channel: channel)) { () throws(RelayFailure) in
            try await honest.collect(query, for: owner, through: channel)
        }
        let cells = conduct.collected(MailboxAddress(collectedBy: owner.key), answer.cells)
        do {
            return try CollectAnswer(Array(cells.prefix(query.slots.number)), slots: query.slots)
        } catch {
            throw .strange(status: 200)
        }
    }

    /// As asked, or as it likes.
    package func acknowledge(
        _ list: Acknowledgements, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) {
        try await effect(note(.acknowledge, owner, channel: channel)) { () throws(RelayFailure) in
            try await honest.acknowledge(list, for: owner, through: channel)
        }
    }

    /// As asked, or as it likes.
    package func delete(for owner: RequestSigner, through channel: Channel) async throws(RelayFailure) {
        try await effect(note(.delete, owner, channel: channel)) { () throws(RelayFailure) in
            try await honest.delete(for: owner, through: channel)
        }
    }

    /// As asked, or as it likes.
    package func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        let deed = note(.deposit, address: address, channel: channel, cell: cell, payment: payment)
        var target = address
        if case .divert(let other) = deed { target = other }
        try await effect(deed) { () throws(RelayFailure) in
            try await honest.deposit(cell, in: target, paidBy: payment, through: channel)
        }
    }

    /// As asked, or as it likes.
    package func roots(of program: ProgramID) async throws(RelayFailure) -> RootChain {
        conduct.roots(
            try await perform(note(.roots)) { () throws(RelayFailure) in try await honest.roots(of: program) })
    }

    /// As asked, or as it likes.
    package func document(of program: ProgramID, version: UInt64?) async throws(RelayFailure) -> SignedEnvelope {
        conduct.document(
            try await perform(note(.document)) { () throws(RelayFailure) in
                try await honest.document(of: program, version: version)
            })
    }

    /// As asked, or as it likes.
    package func freshness(of program: ProgramID) async throws(RelayFailure) -> SignedEnvelope {
        conduct.freshness(
            try await perform(note(.freshness)) { () throws(RelayFailure) in try await honest.freshness(of: program) })
    }

    /// As asked, or as it likes.
    package func bulletins(of program: ProgramID, after index: UInt64) async throws(RelayFailure) -> BulletinPage {
        try await perform(note(.bulletins)) { () throws(RelayFailure) in
            try await honest.bulletins(of: program, after: index)
        }
    }

    /// As asked, or as it likes.
    package func book(of program: ProgramID, on day: Day) async throws(RelayFailure) -> SheetBook {
        conduct.book(
            try await perform(note(.book)) { () throws(RelayFailure) in try await honest.book(of: program, on: day) })
    }

    /// As asked, or as it likes.
    package func publish(
        _ sheets: [PrekeySheet], of member: MemberID, in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        try await effect(note(.publish, channel: nil)) { () throws(RelayFailure) in
            try await honest.publish(sheets, of: member, in: program, by: signer)
        }
    }

    /// As asked, or as it likes.
    package func tokens(
        _ order: TokenRequest, of program: ProgramID, by buyer: TokenBuyer
    ) async throws(RelayFailure) -> TokenResponse {
        try await perform(note(.tokens)) { () throws(RelayFailure) in
            try await honest.tokens(order, of: program, by: buyer)
        }
    }

    /// As asked, or as it likes.
    package func bring(
        _ document: SignedEnvelope, as kind: PublishedKind, to program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        try await effect(note(.bring)) { () throws(RelayFailure) in
            try await honest.bring(document, as: kind, to: program, by: signer)
        }
    }

    /// As asked, or as it likes.
    package func enrol(
        _ codes: [EnrolmentCodeHash], in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        try await effect(note(.enrol)) { () throws(RelayFailure) in
            try await honest.enrol(codes, in: program, by: signer)
        }
    }
}
