package import CallboxClient
internal import CallboxCrypto
package import CallboxWire

/// A relay over HTTPS: each call of `Protocol/relay.md` as one request. Mailboxes and addresses go by the channels that they are given, one connection
/// each. Documents, tokens and what a person does under their own key have one of their own apiece, made at random: that somebody reads the program, that
/// somebody buys tokens, and who publishes are three things.
package final class HTTPSRelay: Relay {
    private let switchboard: Switchboard
    let documents: Channel
    let purchases: Channel
    let publications: Channel

    init(_ switchboard: Switchboard) {
        var random = SystemRandom()
        self.switchboard = switchboard
        documents = .random(from: &random)
        purchases = .random(from: &random)
        publications = .random(from: &random)
    }

    package func make(
        _ kind: MailboxOrder.Kind, for owner: RequestSigner, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        let call = Call(
            method: .put, path: Self.path(of: owner), content: MailboxOrder(kind).bytes, payment: payment,
            signer: owner,
            answer: .done)
        try await done(call, through: channel)
    }

    package func collect(
        _ query: CollectQuery, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) -> CollectAnswer {
        let call = Call(
            method: .get, path: Self.path(of: owner) + "/cells", query: query.text, signer: owner, wait: query.wait,
            answer: .content(.octets, atMost: query.slots.number * CollectAnswer.slotByteCount))
        return try await read(call, through: channel) { try CollectAnswer($0, slots: query.slots) }
    }

    package func acknowledge(
        _ list: Acknowledgements, for owner: RequestSigner, through channel: Channel
    ) async throws(RelayFailure) {
        let call = Call(
            method: .post, path: Self.path(of: owner) + "/acknowledgements", content: list.bytes, signer: owner,
            answer: .done)
        try await done(call, through: channel)
    }

    package func delete(for owner: RequestSigner, through channel: Channel) async throws(RelayFailure) {
        try await done(
            Call(method: .delete, path: Self.path(of: owner), signer: owner, answer: .done), through: channel)
    }

    package func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Authorization?, through channel: Channel
    ) async throws(RelayFailure) {
        let call = Call(
            method: .post, path: "/v1/drops/\(address.base64URL)", content: cell.bytes, payment: payment, answer: .done)
        try await done(call, through: channel)
    }

    /// Sends what is answered with nothing but that it is done.
    func done(_ call: Call, through channel: Channel) async throws(RelayFailure) {
        _ = try await switchboard.send(call, through: channel)
    }

    /// Sends what is answered with content, and reads that. Content that does not parse is not a relay's.
    func read<Value>(
        _ call: Call, through channel: Channel, as parse: ([UInt8]) throws -> Value
    ) async throws(RelayFailure) -> Value {
        let content = try await switchboard.send(call, through: channel)
        guard let value = try? parse(content) else { throw .strange(status: 200) }
        return value
    }

    private static func path(of owner: RequestSigner) -> String { "/v1/mailboxes/\(owner.key.base64URL)" }
}
