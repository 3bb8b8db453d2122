internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What a client asks of its program's relay: every call of `Protocol/relay.md`, and nothing that is not there. The real one speaks
/// HTTPS; tests have one in memory, and one that misbehaves. Nothing that it gives is believed: what is signed is verified by whoever
/// asked, and what is sealed is opened there.
package protocol Relay: Sendable {
    /// What the relay says of itself.
    func statement() async throws(RelayFailure) -> RelayStatement

    /// Has a mailbox made, paid with a token or work. Making it again is nothing new.
    func make(
        _ kind: MailboxOrder.Kind, for owner: RequestSigner, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure)
    /// What waits in a mailbox, after at most `query.wait` seconds.
    func collect(
        _ query: CollectQuery, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) -> CollectAnswer
    /// Lets cells go that are stored safely here. A list with no cell in it is sent too.
    func acknowledge(
        _ list: Acknowledgements, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure)
    /// Has a mailbox erased with all that is in it.
    func delete(for owner: RequestSigner, through channel: Channel) async throws(RelayFailure)
    /// Drops a cell. An intake wants it paid.
    func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure)

    /// All roots of a program.
    func roots(of program: ProgramID) async throws(RelayFailure) -> RootChain
    /// The newest program document, or the one of a version.
    func document(of program: ProgramID, version: UInt64?) async throws(RelayFailure) -> SignedEnvelope
    /// The newest freshness statement.
    func freshness(of program: ProgramID) async throws(RelayFailure) -> SignedEnvelope
    /// The bulletins with an index above `index`.
    func bulletins(of program: ProgramID, after index: UInt64) async throws(RelayFailure) -> BulletinPage
    /// The book of a day.
    func book(of program: ProgramID, on day: Day) async throws(RelayFailure) -> SheetBook
    /// Publishes a member's sheets, 1 to 32.
    func publish(
        _ sheets: [PrekeySheet], of member: MemberID, in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure)
    /// Buys a batch of tokens, with an enrolment code or as a member.
    func tokens(
        _ order: TokenRequest, of program: ProgramID, by buyer: TokenBuyer
    ) async throws(RelayFailure) -> TokenResponse

    /// Brings a root, a program document or a bulletin, as a coordinator; a freshness statement, as the online key.
    func bring(
        _ document: SignedEnvelope, as kind: PublishedKind, to program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure)
    /// Tells the relay the hashes of enrolment codes, 1 to 1,000.
    func enrol(
        _ codes: [EnrolmentCodeHash], in program: ProgramID, by signer: RequestSigner
    ) async throws(RelayFailure)
}

/// What a coordinator or the online key brings.
package enum PublishedKind: Sendable {
    case root, document, bulletin, freshness
}

/// Who buys tokens.
package enum TokenBuyer: Sendable {
    /// Whoever holds this code.
    case code(EnrolmentCode)
    /// A member, by SIGK.
    case member(RequestSigner)
}
