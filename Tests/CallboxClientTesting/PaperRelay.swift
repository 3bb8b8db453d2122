package import CallboxClient
package import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization
internal import CallboxTesting

/// A relay in memory, by the rules of `Protocol/relay.md`: payment, one deposit for equal cells, room, order, acknowledgement by place and id,
/// waiting. Documents it takes as they come; who reads them checks them.
package final class PaperRelay: Relay {
    struct Mailbox: Sendable {
        let kind: MailboxOrder.Kind
        let key: VerificationKey
        var cells: [(waiting: WaitingCell, isWork: Bool)] = []
        var next: Int64 = 1
        var gone: Set<CellID> = []
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    struct State: Sendable {
        var mailboxes: [MailboxAddress: Mailbox] = [:]
        var spent: [TokenNonce: String] = [:]
        var paidByWork: Set<CellID> = []
        var programs: [ProgramID: PaperProgram] = [:]
        var next = 0
        var cancelled: Set<Int> = []
        var sessionRoom = 256
        var intakeRoom = (tokens: 4_096, work: 256)
    }

    /// An issuing key that several may look at.
    final class Issuer: Sendable {
        let key: VOPRFPrivateKey
        init(_ key: consuming VOPRFPrivateKey) { self.key = key }
    }

    /// Who it is.
    package let identity: VerificationKey
    private let difficulty: UInt8
    private let issuers: [UInt32: Issuer]
    private let clock: any ClientClock
    let state = Mutex(State())

    /// A relay with an issuing key for each of these epochs; the same seed has the same keys.
    package init(
        identity: VerificationKey, clock: any ClientClock, epochs: [UInt32] = [], seed: UInt64 = 1,
        difficulty: UInt8 = 4
    ) {
        self.identity = identity
        self.clock = clock
        self.difficulty = difficulty
        var random = SeededRandom(seed: seed)
        var issuers: [UInt32: Issuer] = [:]
        for epoch in epochs { issuers[epoch] = Issuer(.random(from: &random)) }
        self.issuers = issuers
    }

    // MARK: What tests ask and do

    /// The public half of an epoch's issuing key, for the program document.
    package func issuingKey(of epoch: UInt32) -> TokenIssuingKey? {
        issuers[epoch].map { TokenIssuingKey(unchecked: $0.key.publicKey.bytes) }
    }
    /// What waits in a mailbox, without anybody's signature.
    package func waiting(in address: MailboxAddress) -> [Cell] {
        state.withLock { $0.mailboxes[address]?.cells.map(\.waiting.cell) ?? [] }
    }
    /// The addresses of all mailboxes.
    package var addresses: [MailboxAddress] { state.withLock { Array($0.mailboxes.keys) } }
    /// How many tokens were spent.
    package var spentTokens: Int { state.withLock(\.spent.count) }
    /// How much room mailboxes have.
    package func setRoom(session: Int, intakeTokens: Int = 4_096, intakeWork: Int = 256) {
        state.withLock {
            $0.sessionRoom = session
            $0.intakeRoom = (intakeTokens, intakeWork)
        }
    }
    /// Everything that it has, to be put back into the same relay: for what is tried again and again from one beginning.
    package func snapshot() -> Snapshot { Snapshot(state: state.withLock { $0 }) }
    /// Puts everything back as it was. Nobody may be waiting.
    package func restore(_ snapshot: Snapshot) { state.withLock { $0 = snapshot.state } }

    /// What a relay had at some moment.
    package struct Snapshot: Sendable {
        let state: State
    }

    /// A mailbox goes, as after long silence.
    package func forget(_ address: MailboxAddress) {
        let waiters = state.withLock { $0.mailboxes.removeValue(forKey: address)?.waiters ?? [:] }
        for waiter in waiters.values { waiter.resume() }
    }
    /// Tokens of an epoch, without anybody having asked: as many as wanted.
    package func mint(_ count: Int, epoch: UInt32, from random: inout some RandomSource) throws -> [Token] {
        guard let issuer = issuers[epoch] else { return [] }
        let inputs = (0..<count).map { _ in
            TokenInput(
                nonce: .random(from: &random), challenge: TokenChallenge(of: identity).digest,
                keyID: TokenKeyID(of: issuer.key.publicKey))
        }
        let blinding = try Blinding(inputs.map(\.bytes), random: &random)
        let answer = try issuer.key.evaluate(blinding.elements, random: &random)
        let outputs = try blinding.finalize(answer, under: issuer.key.publicKey)
        return zip(inputs, outputs).map { Token(input: $0, authenticator: $1) }
    }

    // MARK: Mailboxes

    /// What it says of itself.
    package func statement() async throws(RelayFailure) -> RelayStatement {
        guard let difficulty = try? WorkDifficulty(bits: difficulty) else { throw .strange(status: nil) }
        let first = Day(of: clock.now)
        let epochs = issuers.keys.sorted().compactMap { number in
            issuingKey(of: number).flatMap {
                try? TokenEpoch(number: number, first: first, last: first.later(by: 27), key: $0)
            }
        }
        return RelayStatement(
            identity: identity, retentionDays: 14, batchTokens: 16, difficulty: difficulty, epochs: epochs)
    }

    /// Makes a mailbox.
    package func make(
        _ kind: MailboxOrder.Kind, for owner: RequestSigner, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        let address = MailboxAddress(collectedBy: owner.key)
        let problem: Problem? = state.withLock { state in
            if let mailbox = state.mailboxes[address] { return mailbox.kind == kind ? nil : .mailboxDiffers }
            if let problem = pay(
                payment, for: "make \(address.base64URL) \(kind)", work: .mailbox(owner.key), in: &state)
            {
                return problem
            }
            state.mailboxes[address] = Mailbox(kind: kind, key: owner.key)
            return nil
        }
        if let problem { throw .refused(problem, after: nil) }
    }

    /// Gives what waits.
    package func collect(
        _ query: CollectQuery, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) -> CollectAnswer {
        let address = MailboxAddress(collectedBy: owner.key)
        guard let cells = front(of: address, query.slots) else { throw .refused(.noSuchMailbox, after: nil) }
        guard cells.isEmpty, query.wait > 0 else { return try answer(cells, query) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.untilDeposit(in: address) }
            group.addTask { try? await self.clock.sleep(seconds: Double(query.wait)) }
            await group.next()
            group.cancelAll()
        }
        return try answer(front(of: address, query.slots) ?? [], query)
    }

    private func front(of address: MailboxAddress, _ slots: SlotCount) -> [WaitingCell]? {
        state.withLock { $0.mailboxes[address]?.cells.prefix(slots.number).map(\.waiting) }
    }

    private func answer(_ cells: [WaitingCell], _ query: CollectQuery) throws(RelayFailure) -> CollectAnswer {
        do { return try CollectAnswer(cells, slots: query.slots) } catch { throw .strange(status: nil) }
    }

    private func untilDeposit(in address: MailboxAddress) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                let isOver = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    guard let mailbox = state.mailboxes[address], mailbox.cells.isEmpty else { return true }
                    state.mailboxes[address]?.waiters[id] = wake
                    return false
                }
                if isOver { wake.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.mailboxes[address]?.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume()
        }
    }

    /// Lets cells go.
    package func acknowledge(
        _ list: Acknowledgements, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) {
        let address = MailboxAddress(collectedBy: owner.key)
        let isThere = state.withLock { state in
            guard state.mailboxes[address] != nil else { return false }
            for entry in list.entries {
                let place = state.mailboxes[address]?.cells.firstIndex {
                    $0.waiting.sequence == entry.sequence && $0.waiting.cell.id == entry.cell
                }
                guard let place else { continue }
                state.mailboxes[address]?.cells.remove(at: place)
                state.mailboxes[address]?.gone.insert(entry.cell)
            }
            return true
        }
        guard isThere else { throw .refused(.noSuchMailbox, after: nil) }
    }

    /// Erases a mailbox.
    package func delete(for owner: RequestSigner, through channel: Channel) async throws(RelayFailure) {
        forget(MailboxAddress(collectedBy: owner.key))
    }

    /// Takes a cell.
    package func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        let (problem, waiters) = state.withLock { state in deposit(cell, in: address, paidBy: payment, state: &state) }
        for waiter in waiters { waiter.resume() }
        if let problem { throw .refused(problem, after: problem.mayBeRetriedLater ? 30 : nil) }
    }

    private func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, state: inout State
    ) -> (Problem?, [CheckedContinuation<Void, Never>]) {
        guard let mailbox = state.mailboxes[address] else { return (.noSuchAddress, []) }
        let id = cell.id
        let isKnown = mailbox.gone.contains(id) || mailbox.cells.contains { $0.waiting.cell.id == id }
        var isWork = false
        if mailbox.kind == .intake {
            if case .work = payment { isWork = true }
            guard isKnown || roomLeft(mailbox, isWork: isWork, state) else { return (.mailboxFull, []) }
            let problem = pay(
                payment, for: "deposit \(address.base64URL) \(id.base64URL)", work: .deposit(to: address, id),
                in: &state)
            if let problem { return (problem, []) }
        }
        if isKnown || (isWork && !state.paidByWork.insert(id).inserted) { return (nil, []) }
        guard mailbox.kind == .intake || mailbox.cells.count < state.sessionRoom else { return (.mailboxFull, []) }
        guard let place = try? CellSequence(mailbox.next) else { return (.uncertain, []) }
        state.mailboxes[address]?.next += 1
        state.mailboxes[address]?.cells.append((WaitingCell(place, cell), isWork))
        state.mailboxes[address]?.waiters = [:]
        return (nil, Array(mailbox.waiters.values))
    }

    private func roomLeft(_ mailbox: Mailbox, isWork: Bool, _ state: State) -> Bool {
        mailbox.cells.count { $0.isWork == isWork } < (isWork ? state.intakeRoom.work : state.intakeRoom.tokens)
    }

    /// Checks and takes a payment, as one step with what it pays for.
    private func pay(_ payment: Authorization?, for request: String, work: WorkTask, in state: inout State) -> Problem?
    {
        switch payment {
        case .token(let token):
            let input = token.input
            let issuer = issuers.values.first { TokenKeyID(of: $0.key.publicKey) == input.keyID }
            guard let issuer, input.challenge == TokenChallenge(of: identity).digest,
                (try? issuer.key.verify(token.authenticator, for: input.bytes)) != nil
            else { return .tokenInvalid }
            guard let before = state.spent[input.nonce] else {
                state.spent[input.nonce] = request
                return nil
            }
            return before == request ? nil : .tokenSpent
        case .work(let stamp):
            let today = Day(of: clock.now).number
            guard let difficulty = try? WorkDifficulty(bits: difficulty),
                (try? stamp.verify(work, at: identity, days: (today - 1)...(today + 1), difficulty: difficulty)) != nil
            else { return .workInsufficient }
            return nil
        case .code, nil: return .paymentMissing
        }
    }
}

extension PaperRelay {
    /// Buys a batch of tokens: one for each code or member and epoch, the same answer to the same request.
    package func tokens(
        _ order: TokenRequest, of program: ProgramID, by buyer: TokenBuyer
    ) async throws(RelayFailure) -> TokenResponse {
        let issuer = issuers.sorted { $0.key < $1.key }.first {
            TokenKeyID(of: $0.value.key.publicKey).truncated == order.truncatedKeyID
        }
        guard let (epoch, issuer) = issuer else { throw .refused(.batchRefused, after: nil) }
        let problem: Problem? = state.withLock { state in
            let name: String
            switch buyer {
            case .code(let code):
                let hash = code.hash(in: program)
                guard state.programs[program]?.codes.contains(hash) == true else { return .codeRefused }
                name = "\(epoch) code \(hash.base64URL)"
            case .member(let signer): name = "\(epoch) member \(signer.key.base64URL)"
            }
            if let before = state.programs[program]?.batches[name] { return before == order.bytes ? nil : .batchTaken }
            state.programs[program, default: PaperProgram()].batches[name] = order.bytes
            return nil
        }
        if let problem { throw .refused(problem, after: nil) }
        var random = SystemRandom()
        do {
            return try TokenResponse(issuer.key.evaluate(order.blinded, random: &random))
        } catch {
            throw .refused(.batchRefused, after: nil)
        }
    }
}
