import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing

@Suite("Mailboxes, over HTTP")
struct MailboxRouteTests {
    let relay: SampleRelay
    let key = SampleRelay.signer()

    init() async throws { relay = try await SampleRelay() }

    @Test("A cell is deposited, collected, acknowledged, and then gone; every answer is as long whatever is in it")
    func roundTrip() async throws {
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key).status == 204)
            let empty = try await client.collect(key)
            #expect(empty.status == 200 && empty.content.count == 2 * CollectAnswer.slotByteCount)
            let cell = SampleRelay.cell()
            for _ in 0..<2 {
                let answer = try await client.send(.post, client.drop(key), cell.bytes, type: RouteClient.octets)
                #expect(answer.status == 204 && answer.content.isEmpty)
            }
            let full = try await client.collect(key)
            #expect(full.content.count == empty.content.count)
            let cells = try CollectAnswer(full.content, slots: .usual).cells
            #expect(cells.map(\.cell) == [cell])
            #expect(try await client.acknowledge(key, cells).status == 204)
            #expect(try CollectAnswer(await client.collect(key).content, slots: .usual).cells.isEmpty)
            #expect(try await client.signed(key, .delete, client.path(key)).status == 204)
            #expect(try await client.collect(key).problem == .noSuchMailbox)
            let late = try await client.send(
                .post, client.drop(key), SampleRelay.cell().bytes, type: RouteClient.octets)
            #expect(late.problem == .noSuchAddress)
        }
    }

    @Test("An intake takes a token or work, and asks for them when there is neither")
    func intake() async throws {
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key, .intake).status == 204)
            let (cell, address) = (SampleRelay.cell(), MailboxAddress(collectedBy: key.publicKey))
            func drop(_ cell: Cell, _ fields: HTTPFields = [:]) async throws -> RouteClient.Answer {
                try await client.send(
                    .post, client.drop(key), cell.bytes, type: RouteClient.octets, fields: fields)
            }
            let bare = try await drop(cell)
            #expect(bare.problem == .paymentMissing)
            #expect(bare.headers[values: .wwwAuthenticate].map { $0.prefix(12) } == ["PrivateToken", "CallboxWork "])
            let work = try client.work(.deposit(to: address, cell.id))
            #expect(try await drop(SampleRelay.cell(), work).problem == .workInsufficient)
            #expect(try await drop(cell, work).status == 204)
            let token = try SampleRelay.issue(1, by: relay.core.keys, on: relay.core.time.calendarDay)[0]
            let paid: HTTPFields = [.authorization: Authorization.token(token).fieldValue]
            let second = SampleRelay.cell()
            for _ in 0..<2 { #expect(try await drop(second, paid).status == 204) }
            #expect(try await drop(SampleRelay.cell(), paid).problem == .tokenSpent)
            let cells = try CollectAnswer(await client.collect(key).content, slots: .usual).cells
            #expect(cells.map(\.cell) == [cell, second])
        }
    }

    @Test("Without the key, a mailbox that is there, one that is not and one that is gone answer alike")
    func noOracle() async throws {
        try await RouteClient.run(relay) { client in
            let (there, gone, never, stranger) = (
                key, SampleRelay.signer(), SampleRelay.signer(), SampleRelay.signer()
            )
            for owner in [there, gone] { #expect(try await client.make(owner).status == 204) }
            #expect(try await client.signed(gone, .delete, client.path(gone)).status == 204)
            for target in ["", "/cells?slots=2&wait=0", "/acknowledgements"] {
                let method: HTTPRequest.Method =
                    target.isEmpty ? .delete : target.hasPrefix("/cells") ? .get : .post
                let content = method == .post ? try Acknowledgements([], slots: .usual).bytes : []
                var answers: [(Int, [UInt8], [String])] = []
                for owner in [there, gone, never] {
                    let answer = try await client.signed(
                        stranger, method, client.path(owner) + target, content,
                        type: content.isEmpty ? nil : RouteClient.octets)
                    #expect(answer.problem == .signatureInvalid)
                    answers.append((answer.status, answer.content, answer.headers.map { "\($0.name): \($0.value)" }))
                }
                #expect(answers.allSatisfy { $0 == answers[0] })
            }
        }
    }

    @Test("A signature is good once, for this relay, in its time, and for these very bytes")
    func signatures() async throws {
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key).status == 204)
            let target = client.path(key) + "/cells?slots=2&wait=0"
            let nonce = RequestNonce(unchecked: [UInt8](repeating: 5, count: 16))
            #expect(try await client.signed(key, .get, target, nonce: nonce).status == 200)
            #expect(try await client.signed(key, .get, target, nonce: nonce).problem == .nonceReused)
            let now = Int64(relay.clock.wall())
            for (created, problem) in [(now - 301, Problem.signatureStale), (now + 301, .signatureStale)] {
                #expect(try await client.signed(key, .get, target, created: created).problem == problem)
            }
            for created in [now - 300, now + 300] {
                #expect(try await client.signed(key, .get, target, created: created).status == 200)
            }
            let other = try SampleRelay.keys(9).identity
            #expect(try await client.signed(key, .get, target, relay: other).problem == .wrongRelay)
            #expect(try await client.send(.get, target).problem == .signatureMissing)
        }
    }

    @Test("What is not in the form that the protocol gives is refused by name, and nothing is stored")
    func malformed() async throws {
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key).status == 204)
            let drop = client.drop(key)
            let (cell, octets) = (SampleRelay.cell().bytes, RouteClient.octets)
            let refused: [(Problem, RouteClient.Answer)] = [
                (.malformed, try await client.send(.post, drop, Array(cell.dropLast()), type: octets)),
                (.tooLarge, try await client.send(.post, drop, cell + [0], type: octets)),
                (.wrongMediaType, try await client.send(.post, drop, cell)),
                (.wrongMediaType, try await client.send(.post, drop, cell, type: "text/plain")),
                (.malformed, try await client.send(.post, drop + "?x=1", cell, type: octets)),
                (.malformed, try await client.send(.post, "/v1/drops/AAAA", cell, type: octets)),
                (.malformed, try await client.send(.post, "/v1//drops/" + drop.dropFirst(10), cell, type: octets)),
                (.malformed, try await client.send(.post, drop + "/", cell, type: octets)),
                (
                    .malformed,
                    try await client.send(.post, drop, cell, type: octets, fields: [.authorization: "Basic eA=="])
                ),
                (.wrongMethod, try await client.send(.get, drop)),
                (.noSuchPath, try await client.send(.get, "/")),
                (.noSuchPath, try await client.send(.get, "/v2/relay")),
                (.notAcceptable, try await client.send(.get, "/v1/relay", fields: [.accept: "text/html"])),
                (.malformed, try await client.signed(key, .get, client.path(key) + "/cells")),
                (.malformed, try await client.signed(key, .get, client.path(key) + "/cells?slots=17&wait=0")),
                (.malformed, try await client.signed(key, .put, client.path(key), [1, 3], type: octets)),
                (
                    .malformed,
                    try await client.signed(key, .post, client.path(key) + "/acknowledgements", [0], type: octets)
                ),
            ]
            for (place, (expected, answer)) in refused.enumerated() {
                #expect(answer.problem == expected, "case \(place): \(answer.status)")
            }
            #expect(try await relay.core.store.counts().cells == 0)
        }
    }

    @Test("Content whose length was not told before is bounded like any other")
    func pieces() async throws {
        let responder = relayRouter(relay.core).buildResponder()
        let channel = NIOAsyncTestingChannel()
        func status(_ method: HTTPRequest.Method, _ path: String, _ count: Int) async throws -> Int {
            let head = HTTPRequest(
                method: method, scheme: nil, authority: nil, path: path,
                headerFields: [.contentType: RouteClient.octets])
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(repeating: 0, count: count)))
            let context = RelayContext(
                source: ApplicationRequestContextSource(channel: channel, logger: Logger(label: "test")))
            return try await responder.respond(to: request, context: context).status.code
        }
        let drop = "/v1/drops/" + SampleRelay.address().base64URL
        #expect(try await status(.post, drop, Cell.byteCount + 1) == 413)
        #expect(try await status(.post, drop, Cell.byteCount) == 404)
        #expect(try await status(.get, "/v1/relay", 1) == 400)
        _ = try await channel.finish()
    }

    @Test("A method that a path does not have is told which it has, whatever the method")
    func methods() async throws {
        try await RouteClient.run(relay) { client in
            let unknown = try #require(HTTPRequest.Method("QUERY"))
            for method in [HTTPRequest.Method.post, .head, .options, unknown] {
                let answer = try await client.send(method, client.path(key))
                #expect(answer.status == 405 && answer.headers[.allow] == "DELETE, PUT", "\(method)")
            }
            #expect(try await client.send(unknown, "/v1/nothing").problem == .noSuchPath)
        }
    }

    @Test("Whoever waits is answered when a cell comes, and another who waits takes the place")
    func waiting() async throws {
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key).status == 204)
            let cell = SampleRelay.cell()
            try await withThrowingTaskGroup { group in
                group.addTask { try await client.collect(key, wait: 55) }
                while relay.core.arrivals.count == 0 { await Task.yield() }
                #expect(
                    try await client.send(.post, client.drop(key), cell.bytes, type: RouteClient.octets).status == 204)
                let answer = try #require(try await group.next())
                #expect(try CollectAnswer(answer.content, slots: .usual).cells.map(\.cell) == [cell])
            }
            #expect(relay.core.arrivals.count == 0)
        }
    }

    @Test("Too many requests are put off, with a time that is enough")
    func rates() async throws {
        var limits = SampleRelay.limits
        limits.burst = 3
        limits.perSecond = 1
        let relay = try await SampleRelay(limits: limits)
        try await RouteClient.run(relay) { client in
            #expect(try await client.make(key).status == 204)
            var last: RouteClient.Answer?
            for _ in 0..<4 { last = try await client.collect(key) }
            let answer = try #require(last)
            #expect(answer.problem == .tooManyRequests)
            let wait = try RetryAfter(fieldValue: try #require(answer.headers[.retryAfter]))
            #expect((1...3).contains(wait.seconds))
            relay.clock.pass(UInt64(wait.seconds))
            #expect(try await client.collect(key).status == 200)
        }
    }

    @Test("The relay says who it is, what it takes, and which keys it issues tokens with")
    func relayAnswer() async throws {
        try await RouteClient.run(relay) { client in
            let answer = try await client.send(.get, "/v1/relay")
            let text = String(decoding: answer.content, as: UTF8.self)
            #expect(answer.status == 200 && answer.headers[.contentType] == "application/json")
            #expect(text.contains("\"identity\":\"\(relay.core.keys.identity.base64URL)\""))
            #expect(text.contains("\"work_difficulty\":6"))
            #expect(text.contains("\"batch_tokens\":16"))
            #expect(text.components(separatedBy: "\"number\"").count == 4)
        }
    }
}
