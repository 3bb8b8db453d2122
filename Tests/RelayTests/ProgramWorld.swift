import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// A sample program before a relay of its own.
struct ProgramWorld {
    let relay: SampleRelay
    let sample: SampleProgram

    init(
        seed: UInt64, hasOnlineKey: Bool = true, limits: RelayLimits = SampleRelay.limits
    ) async throws {
        sample = try SampleProgram(seed: seed, hasOnlineKey: hasOnlineKey)
        relay = try await SampleRelay(limits: limits)
    }

    var core: RelayCore { relay.core }
    var id: ProgramID { sample.program.id }

    /// The path of the program, and of what is below it.
    func path(_ rest: String = "") -> String { "/v1/programs/\(id.base64URL)\(rest)" }

    /// Lets the program in, as the operator's command does.
    func allow(_ root: VerifiedRoot? = nil) async throws {
        let digest = HumanDigest(of: (root ?? sample.root).digest)
        _ = try await core.store.write { db -> Result<Bool, Problem> in .success(try AllowedRoots.allow(digest, db)) }
    }

    /// Runs a test against the routes.
    func test(_ body: @escaping @Sendable (ProgramClient) async throws -> Void) async throws {
        let app = Application(router: relayRouter(core))
        try await app.test(.router) { http in
            try await body(ProgramClient(http: http, world: self))
        }
        try core.store.close()
    }

    /// The same, with root and program document put.
    func testRunning(_ body: @escaping @Sendable (ProgramClient) async throws -> Void) async throws {
        try await allow()
        try await test { (client) async throws in
            #expect(try await client.put("/root", sample.root.envelope) == .done)
            #expect(try await client.put("", sample.program.envelope) == .done)
            try await body(client)
        }
    }

    /// The fields of a signed request for a document: what is said may be made to differ from what is so.
    func signed(
        _ method: HTTPRequest.Method, _ rest: String, query: String = "", _ content: [UInt8], by key: SampleKey,
        as claimed: SampleKey? = nil, at relay: VerificationKey? = nil, created: Int64? = nil,
        nonce: RequestNonce? = nil
    ) throws -> HTTPFields {
        let request = try SignableRequest(
            method: method.rawValue, path: path(rest), query: query, relay: relay ?? core.keys.identity,
            content: content)
        var random = SystemRandom()
        let now = created ?? Int64(self.relay.clock.wall())
        let signed = try RequestSignature.sign(
            request, with: key.key(), created: now, nonce: nonce ?? RequestNonce(unchecked: random.bytes(16)))
        var fields: HTTPFields = [.contentType: MediaType.json]
        for field in signed.fields {
            let value = field.value.replacing(key.publicKey.base64URL, with: (claimed ?? key).publicKey.base64URL)
            fields[try #require(HTTPField.Name(field.name))] = value
        }
        return fields
    }

    /// A second root with other coordinators, signed by both sets unless told otherwise.
    func nextRoot(
        keys: [SampleKey], online: VerificationKey?, signers: [SampleKey]? = nil, version: UInt64 = 2,
        previous: RootDigest? = nil
    ) throws -> SignedEnvelope {
        let root = try RootDocument(
            programID: id, version: version, previous: previous ?? sample.root.digest, issued: SampleProgram.now,
            coordinatorKeys: keys.map(\.publicKey), quorum: 2, onlineKey: online)
        return (signers ?? sample.coordinators + keys).sign(root.payload, as: .root)
    }
}

/// An answer of the relay.
struct Answer: Equatable {
    let status: Int
    let problem: Problem?
    let bytes: [UInt8]
    let headers: HTTPFields

    static let done = Answer(status: 204, problem: nil, bytes: [], headers: [:])
    static func refused(_ problem: Problem) -> Answer {
        Answer(status: problem.status, problem: problem, bytes: [], headers: [:])
    }

    /// Status, problem and content; a refusal's content is its problem.
    static func == (left: Answer, right: Answer) -> Bool {
        left.status == right.status && left.problem == right.problem
            && (left.problem != nil || left.bytes == right.bytes)
    }
}

/// Speaks to the routes as a client does.
struct ProgramClient: Sendable {
    let http: any TestClientProtocol
    let world: ProgramWorld

    /// Sends a request below the program's path; signs it when a key is given. What is signed may be made to differ from
    /// what is sent.
    func send(
        _ method: HTTPRequest.Method, _ rest: String, query: String = "", _ content: [UInt8] = [], type: String? = nil,
        headers: HTTPFields = [:], signedBy key: SampleKey? = nil, as claimed: SampleKey? = nil,
        signing other: [UInt8]? = nil, at relay: VerificationKey? = nil, created: Int64? = nil,
        nonce: RequestNonce? = nil
    ) async throws -> Answer {
        let path = world.path(rest)
        var headers = headers
        if let type { headers[.contentType] = type }
        if let key {
            let signed = try world.signed(
                method, rest, query: query, other ?? content, by: key, as: claimed, at: relay, created: created,
                nonce: nonce)
            for field in signed where field.name != .contentType { headers[field.name] = field.value }
        }
        let target = query.isEmpty ? path : path + "?" + query
        let body = content.isEmpty ? nil : ByteBuffer(bytes: content)
        let response = try await http.execute(uri: target, method: method, headers: headers, body: body)
        let bytes = [UInt8](response.body.readableBytesView)
        let status = Int(response.status.code)
        let problem = status < 400 ? nil : try ProblemDocument.decode(bytes, status: status).problem
        return Answer(status: status, problem: problem, bytes: bytes, headers: response.headers)
    }

    func get(_ rest: String, query: String = "", headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, rest, query: query, headers: headers)
    }

    /// Puts a document, by the first coordinator, or the online key where that one signs.
    func put(_ rest: String, _ envelope: SignedEnvelope, by key: SampleKey? = nil) async throws -> Answer {
        let usual = rest == "/freshness" ? world.sample.online : world.sample.coordinators[0]
        return try await send(.put, rest, envelope.encoded, type: MediaType.json, signedBy: key ?? usual)
    }

    /// Posts a bulletin, by the first coordinator.
    func post(_ rest: String, _ envelope: SignedEnvelope, by key: SampleKey? = nil) async throws -> Answer {
        let usual = world.sample.coordinators[0]
        return try await send(.post, rest, envelope.encoded, type: MediaType.json, signedBy: key ?? usual)
    }
}
