package import CallboxClient
package import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization

/// A relay on paper that takes documents by the rules of relay.md section 4, and nothing else of interest.
package final class StrictRelay: Relay {
    /// What goes wrong with the next call that changes something.
    package enum Mishap: Equatable {
        /// Nothing arrives.
        case lost
        /// It is done, and the answer does not arrive.
        case answerLost
    }

    private struct State {
        var allowed: Set<RootDigest> = []
        /// The newest root.
        var root: VerifiedRoot?
        var formerCoordinators: Set<VerificationKey> = []
        /// The newest document.
        var document: VerifiedProgram?
        var bulletins: [SignedEnvelope] = []
        /// The newest statement.
        var statement: FreshnessStatement?
        var codes: [[EnrolmentCodeHash]] = []
        var mishaps: [Mishap] = []
        var epochs: [TokenEpoch] = []
        var signatureCounts: [Int] = []
    }

    /// What it keeps its documents in.
    package let paper: PaperRelay
    private let state = Mutex(State())

    /// A relay that allows no program yet.
    package init(identity: VerificationKey, clock: GivenClock) {
        paper = PaperRelay(identity: identity, clock: clock)
    }

    /// Allows a program by its root.
    package func allow(_ digest: RootDigest) { state.withLock { _ = $0.allowed.insert(digest) } }
    /// Has things go wrong with the next calls that change something, in this order.
    package func meet(_ mishaps: Mishap...) { state.withLock { $0.mishaps = mishaps } }
    /// Gives it these token epochs.
    package func issue(_ epochs: [TokenEpoch]) { state.withLock { $0.epochs = epochs } }
    /// The hashes of each request for codes.
    package var codes: [[EnrolmentCodeHash]] { state.withLock(\.codes) }
    /// How many signatures the documents had that were brought.
    package var signatureCounts: [Int] { state.withLock(\.signatureCounts) }
    package var document: VerifiedProgram? { state.withLock(\.document) }
    package var root: VerifiedRoot? { state.withLock(\.root) }
    package var statement: FreshnessStatement? { state.withLock(\.statement) }

    /// What it says of itself.
    package func statement() async throws(RelayFailure) -> RelayStatement {
        let of = try await paper.statement()
        return RelayStatement(
            identity: of.identity, retentionDays: 14, batchTokens: 16, difficulty: of.difficulty,
            epochs: state.withLock(\.epochs))
    }

    /// Takes a document, by the rules.
    package func bring(
        _ envelope: SignedEnvelope, as kind: PublishedKind, to program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        let mishap = state.withLock { $0.mishaps.isEmpty ? nil : $0.mishaps.removeFirst() }
        if mishap == .lost { throw .unreachable }
        let (problem, isKnown) = state.withLock { state -> (Problem?, Bool) in
            state.signatureCounts.append(envelope.signatureCount)
            let isKnown = state.bulletins.contains(envelope) || state.root?.envelope == envelope
            let problem =
                switch kind {
                case .root: Self.root(envelope, signer.key, &state)
                case .document: Self.document(envelope, signer.key, &state)
                case .bulletin: Self.bulletin(envelope, signer.key, &state)
                case .freshness: Self.freshness(envelope, signer.key, &state)
                }
            return (problem, isKnown)
        }
        if let problem { throw .refused(problem, after: nil) }
        if !isKnown { try await paper.bring(envelope, as: kind, to: program, by: signer) }
        if mishap == .answerLost { throw .tooSlow }
    }

    /// Takes the hashes of codes.
    package func enrol(
        _ codes: [EnrolmentCodeHash], in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) {
        let mishap = state.withLock { $0.mishaps.isEmpty ? nil : $0.mishaps.removeFirst() }
        if mishap == .lost { throw .unreachable }
        let isPermitted = state.withLock { state in
            guard state.root?.document.coordinatorKeys.contains(signer.key) == true else { return false }
            state.codes.append(codes)
            return true
        }
        guard isPermitted else { throw .refused(.notPermitted, after: nil) }
        if mishap == .answerLost { throw .tooSlow }
    }

    // MARK: The rules

    private static func root(_ envelope: SignedEnvelope, _ signer: VerificationKey, _ state: inout State) -> Problem? {
        let digest = RootDocument.digest(of: envelope.unverifiedPayload)
        guard let known = state.root else {
            guard state.allowed.contains(digest) else { return .programNotAllowed }
            guard let root = try? VerifiedRoot(envelope, where: { $0 == digest }) else { return .quorumMissing }
            guard root.document.coordinatorKeys.contains(signer) else { return .notPermitted }
            state.root = root
            return nil
        }
        if digest == known.digest { return nil }
        guard known.document.coordinatorKeys.contains(signer) else { return .notPermitted }
        do {
            let next = try known.successor(envelope)
            state.formerCoordinators = Set(known.document.coordinatorKeys)
            state.root = next
            if next.document.onlineKey != known.document.onlineKey { state.statement = nil }
            return nil
        } catch {
            return problem(error)
        }
    }

    private static func document(
        _ envelope: SignedEnvelope, _ signer: VerificationKey, _ state: inout State
    ) -> Problem? {
        guard let root = state.root else { return .programNotAllowed }
        guard root.document.coordinatorKeys.contains(signer) else { return .notPermitted }
        let keys = state.formerCoordinators.union(root.document.coordinatorKeys)
        guard envelope.signatureCount <= keys.count else { return .documentInvalid }
        do {
            let next = try VerifiedProgram(envelope, under: root)
            if let newest = state.document {
                if next.hash != newest.hash {
                    if next.version < newest.version { return .documentRollback }
                    guard next.version > newest.version, next.document.content.previous == newest.hash else {
                        return .documentOutOfOrder
                    }
                }
            }
            state.document = next
            return nil
        } catch {
            return problem(error)
        }
    }

    private static func bulletin(
        _ envelope: SignedEnvelope, _ signer: VerificationKey, _ state: inout State
    ) -> Problem? {
        guard let root = state.root, root.document.coordinatorKeys.contains(signer) else { return .notPermitted }
        if state.bulletins.contains(envelope) { return nil }
        guard (try? envelope.verify(as: .bulletin, by: root.document.coordinatorKeys, quorum: 1)) != nil,
            let bulletin = try? Bulletin(parsing: envelope.unverifiedPayload)
        else { return .documentInvalid }
        guard bulletin.index > state.bulletins.count else { return .documentRollback }
        let head = state.bulletins.last.map { Bulletin.hash(of: $0.unverifiedPayload) }
        guard bulletin.index == state.bulletins.count + 1, bulletin.previous == head else { return .documentOutOfOrder }
        state.bulletins.append(envelope)
        return nil
    }

    private static func freshness(
        _ envelope: SignedEnvelope, _ signer: VerificationKey, _ state: inout State
    ) -> Problem? {
        guard let online = state.root?.document.onlineKey, online == signer else { return .notPermitted }
        guard (try? envelope.verify(as: .freshness, by: [online], quorum: 1)) != nil,
            let statement = try? FreshnessStatement(parsing: envelope.unverifiedPayload)
        else { return .documentInvalid }
        guard statement.version == state.document?.version, statement.hash == state.document?.hash else {
            return .documentOutOfOrder
        }
        state.statement = statement
        return nil
    }

    private static func problem(_ error: ProgramError) -> Problem {
        switch error {
        case .quorum: .quorumMissing
        case .rollback: .documentRollback
        case .gap, .wrongPrevious: .documentOutOfOrder
        default: .documentInvalid
        }
    }

    // MARK: What it only passes on, and what it does not have

    /// All roots.
    package func roots(of program: ProgramID) async throws(RelayFailure) -> RootChain {
        try await paper.roots(of: program)
    }
    /// The newest document, or one version.
    package func document(of program: ProgramID, version: UInt64?) async throws(RelayFailure) -> SignedEnvelope {
        try await paper.document(of: program, version: version)
    }
    /// The newest statement.
    package func freshness(of program: ProgramID) async throws(RelayFailure) -> SignedEnvelope {
        try await paper.freshness(of: program)
    }
    /// The bulletins after an index.
    package func bulletins(of program: ProgramID, after index: UInt64) async throws(RelayFailure) -> BulletinPage {
        try await paper.bulletins(of: program, after: index)
    }
    /// The book of a day.
    package func book(of program: ProgramID, on day: Day) async throws(RelayFailure) -> SheetBook {
        try await paper.book(of: program, on: day)
    }
    /// Nothing of interest here.
    package func publish(
        _ sheets: [PrekeySheet], of member: MemberID, in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure) { throw .refused(.noSuchPath, after: nil) }
    /// Nothing of interest here.
    package func tokens(
        _ order: TokenRequest, of program: ProgramID, by buyer: TokenBuyer
    ) async throws(RelayFailure) -> TokenResponse { throw .refused(.noSuchPath, after: nil) }
    /// Nothing of interest here.
    package func make(
        _ kind: MailboxOrder.Kind, for owner: RequestSigner, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) { throw .refused(.noSuchPath, after: nil) }
    /// Nothing of interest here.
    package func collect(
        _ query: CollectQuery, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) -> CollectAnswer { throw .refused(.noSuchPath, after: nil) }
    /// Nothing of interest here.
    package func acknowledge(
        _ list: Acknowledgements, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) { throw .refused(.noSuchPath, after: nil) }
    /// Nothing of interest here.
    package func delete(for owner: RequestSigner, through channel: Channel) async throws(RelayFailure) {
        throw .refused(.noSuchPath, after: nil)
    }
    /// Nothing of interest here.
    package func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) { throw .refused(.noSuchPath, after: nil) }
}

/// Gives the one relay there is, or, while the network is down, one that nobody reaches.
package final class OneRelay: RelayConnector {
    private let relay: StrictRelay
    /// The places that were asked for.
    private let asked = Mutex<[RelayPlaces]>([])

    /// The one relay.
    package init(_ relay: StrictRelay) { self.relay = relay }

    /// The relay, wherever it is looked for.
    package func relay(at places: RelayPlaces) -> RelayHandle {
        asked.withLock { $0.append(places) }
        return RelayHandle(relay)
    }

    /// Where it was looked for.
    package var places: [RelayPlaces] { asked.withLock { $0 } }
}
