import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Hummingbird
import HummingbirdTesting
import HTTPTypes
import NIOCore

/// A client of a relay's routes, which signs as `Protocol/relay.md` says.
struct RouteClient {
    let relay: SampleRelay
    let client: any TestClientProtocol

    /// What came back.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let content: [UInt8]

        /// The word of a refusal; nil when it is none, or its status is not the word's.
        var problem: Problem? {
            guard headers[.contentType] == ProblemDocument.mediaType else { return nil }
            return try? ProblemDocument.decode(content, status: status).problem
        }
    }

    /// Runs a test against the routes of a relay.
    static func run<R: Sendable>(
        _ relay: SampleRelay, _ body: @escaping @Sendable (RouteClient) async throws -> R
    ) async throws -> R {
        let app = Application(router: relayRouter(relay.core))
        return try await app.test(.router) { try await body(RouteClient(relay: relay, client: $0)) }
    }

    func send(
        _ method: HTTPRequest.Method, _ target: String, _ content: [UInt8]? = nil, type: String? = nil,
        fields: HTTPFields = [:]
    ) async throws -> Answer {
        var fields = fields
        if let type { fields[.contentType] = type }
        return try await client.execute(
            uri: target, method: method, headers: fields, body: content.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(
                status: response.status.code, headers: response.headers, content: Array(response.body.readableBytesView)
            )
        }
    }

    /// Sends a request signed by a key, at the relay's time unless told otherwise.
    func signed(
        _ key: SampleKey, _ method: HTTPRequest.Method, _ target: String, _ content: [UInt8] = [], type: String? = nil,
        fields: HTTPFields = [:], created: Int64? = nil, nonce: RequestNonce? = nil, relay other: VerificationKey? = nil
    ) async throws -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = try SignableRequest(
            method: method.rawValue, path: parts[0], query: parts.count > 1 ? parts[1] : "",
            relay: other ?? relay.core.keys.identity, content: content)
        var random = SystemRandom()
        let signature = try RequestSignature.sign(
            request, with: key.key(), created: created ?? Int64(relay.clock.wall()),
            nonce: nonce ?? RequestNonce(unchecked: random.bytes(16)))
        var fields = fields
        for (name, value) in signature.fields { if let name = HTTPField.Name(name) { fields[name] = value } }
        return try await send(method, target, content.isEmpty ? nil : content, type: type, fields: fields)
    }

    static let octets = "application/octet-stream"

    /// The path of a mailbox.
    func path(_ key: SampleKey) -> String { "/v1/mailboxes/" + key.publicKey.base64URL }
    /// The path for deposits into it.
    func drop(_ key: SampleKey) -> String {
        "/v1/drops/" + MailboxAddress(collectedBy: key.publicKey).base64URL
    }

    /// The fields that pay with work.
    func work(_ task: WorkTask) throws -> HTTPFields {
        let stamp = try SampleRelay.work(
            task, at: relay.core.keys.identity, day: relay.core.time.calendarDay.number)
        return [.authorization: Authorization.work(stamp).fieldValue]
    }

    func make(_ key: SampleKey, _ kind: MailboxOrder.Kind = .session) async throws -> Answer {
        try await signed(
            key, .put, path(key), MailboxOrder(kind).bytes, type: Self.octets, fields: work(.mailbox(key.publicKey)))
    }

    func collect(_ key: SampleKey, slots: Int = 2, wait: Int = 0) async throws -> Answer {
        try await signed(key, .get, path(key) + "/cells?slots=\(slots)&wait=\(wait)")
    }

    func acknowledge(_ key: SampleKey, _ cells: [WaitingCell], slots: Int = 2) async throws -> Answer {
        let entries = cells.map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
        return try await signed(
            key, .post, path(key) + "/acknowledgements",
            Acknowledgements(entries, slots: SlotCount(slots)).bytes, type: Self.octets)
    }
}
