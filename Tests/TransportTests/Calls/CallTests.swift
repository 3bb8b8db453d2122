import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxTransport

@Suite("What is asked, and how", .timeLimit(.minutes(1)))
struct CallTests {
    private let program = "/v1/programs/" + Fixture.program.base64URL
    private let path = "/v1/mailboxes/" + Fixture.key(2).publicKey.base64URL

    /// What a relay hears of a call. The answer does not matter.
    private func heard(_ call: (any Relay) async throws(RelayFailure) -> Void) async throws -> TestServer.Request {
        let server = try await TestServer()
        let relay = Fixture.relay([try Fixture.place(server.port)])
        _ = await Fixture.failure { () throws(RelayFailure) in try await call(relay) }
        await server.stop()
        return try #require(server.requests.first)
    }

    /// Whether the request is signed by the key, at the clock's time, and for this relay.
    private func isSigned(_ request: TestServer.Request) throws -> Bool {
        let target = request.line.split(separator: " ")[1].split(separator: "?", maxSplits: 1).map(String.init)
        let signable = try SignableRequest(
            method: String(request.line.prefix { $0 != " " }), path: target[0],
            query: target.count > 1 ? target[1] : "", relay: Fixture.identity, content: request.content)
        let fields = try SignedFields { name in request.field(name).map { [$0] } ?? [] }
        let verified = try RequestSignature.verify(
            signable, fields, by: Fixture.key(2).publicKey, now: Int64(SampleProgram.now.seconds), tolerance: 0)
        return verified.request == signable
    }

    private func names(_ request: TestServer.Request) -> [String] {
        request.head.split(separator: "\r\n").dropFirst().map { String($0.prefix { $0 != ":" }) }
    }

    private static let signed = ["callbox-relay", "signature-input", "signature"]

    @Test("A mailbox is made, emptied and deleted by its key")
    func mailbox() async throws {
        let stamp = Authorization.work(WorkStamp(day: 1, nonce: 2))
        let make = try await heard { (relay) async throws(RelayFailure) in
            try await relay.make(.intake, for: Fixture.signer(), paidBy: stamp, through: Fixture.channel(1))
        }
        #expect(make.line == "PUT \(path) HTTP/1.1" && make.content == [1, 2])
        #expect(make.field("authorization") == stamp.fieldValue)
        #expect(make.field("content-type") == "application/octet-stream")
        #expect(
            names(make) == ["host", "content-length", "content-type", "authorization", "content-digest"] + Self.signed)
        #expect(try isSigned(make))

        let query = try CollectQuery(slots: .usual, wait: 0)
        let collect = try await heard { (relay) async throws(RelayFailure) in
            _ = try await relay.collect(query, for: Fixture.signer(), through: Fixture.channel(1))
        }
        #expect(collect.line == "GET \(path)/cells?slots=2&wait=0 HTTP/1.1")
        #expect(names(collect) == ["host"] + Self.signed)
        #expect(try isSigned(collect))

        let list = try Acknowledgements([], slots: .usual)
        let acknowledge = try await heard { (relay) async throws(RelayFailure) in
            try await relay.acknowledge(list, for: Fixture.signer(), through: Fixture.channel(1))
        }
        #expect(acknowledge.line == "POST \(path)/acknowledgements HTTP/1.1" && acknowledge.content == list.bytes)
        #expect(try isSigned(acknowledge))

        let delete = try await heard { (relay) async throws(RelayFailure) in
            try await relay.delete(for: Fixture.signer(), through: Fixture.channel(1))
        }
        #expect(delete.line == "DELETE \(path) HTTP/1.1" && names(delete) == ["host"] + Self.signed)
        #expect(try isSigned(delete))
    }

    @Test("A deposit says nothing but the address and the cell, and how it is paid if it is")
    func deposit() async throws {
        let free = try await heard { (relay) async throws(RelayFailure) in try await relay.drop() }
        #expect(free.line == "POST /v1/drops/\(Fixture.address.base64URL) HTTP/1.1")
        #expect(names(free) == ["host", "content-length", "content-type"] && free.content == Fixture.cell().bytes)
        let stamp = Authorization.work(WorkStamp(day: 1, nonce: 2))
        let paid = try await heard { (relay) async throws(RelayFailure) in
            try await relay.deposit(
                Fixture.cell(), in: Fixture.address, paidBy: stamp, through: Fixture.channel(1))
        }
        #expect(names(paid) == ["host", "content-length", "content-type", "authorization"])
        #expect(paid.field("authorization") == stamp.fieldValue)
    }

    @Test("Documents are asked for by nobody in particular")
    func documents() async throws {
        let paths: [(String, (any Relay) async throws(RelayFailure) -> Void)] = [
            ("/v1/relay", { (relay) async throws(RelayFailure) in _ = try await relay.statement() }),
            (
                program + "/roots",
                { (relay) async throws(RelayFailure) in _ = try await relay.roots(of: Fixture.program) }
            ),
            (
                program,
                { (relay) async throws(RelayFailure) in _ = try await relay.document(of: Fixture.program, version: nil)
                }
            ),
            (
                program + "/versions/7",
                { (relay) async throws(RelayFailure) in _ = try await relay.document(of: Fixture.program, version: 7) }
            ),
            (
                program + "/freshness",
                { (relay) async throws(RelayFailure) in _ = try await relay.freshness(of: Fixture.program) }
            ),
            (
                program + "/bulletins?after=3",
                { (relay) async throws(RelayFailure) in _ = try await relay.bulletins(of: Fixture.program, after: 3) }
            ),
            (
                program + "/sheets/20000",
                { (relay) async throws(RelayFailure) in _ = try await relay.book(of: Fixture.program, on: Day(20_000)) }
            ),
        ]
        for (path, call) in paths {
            let request = try await heard(call)
            #expect(request.line == "GET \(path) HTTP/1.1")
            #expect(names(request) == ["host"])
        }
    }

    @Test("What is published is signed, each kind at its place")
    func publications() async throws {
        let document = SignedEnvelope(signing: [123, 125], as: .root, by: Fixture.key(3).key())
        for (kind, line) in [
            (PublishedKind.root, "PUT \(program)/root"), (.document, "PUT \(program)"),
            (.bulletin, "POST \(program)/bulletins"), (.freshness, "PUT \(program)/freshness"),
        ] {
            let request = try await heard { (relay) async throws(RelayFailure) in
                try await relay.bring(document, as: kind, to: Fixture.program, by: Fixture.signer())
            }
            #expect(request.line == line + " HTTP/1.1" && request.content == document.encoded)
            #expect(request.field("content-type") == "application/json")
            #expect(try isSigned(request))
        }
        let code = EnrolmentCodeHash(unchecked: [UInt8](repeating: 4, count: 32))
        let codes = try await heard { (relay) async throws(RelayFailure) in
            try await relay.enrol([code, code], in: Fixture.program, by: Fixture.signer())
        }
        #expect(codes.line == "POST \(program)/codes HTTP/1.1" && codes.content == code.bytes + code.bytes)
        #expect(try isSigned(codes))
        let member = MemberID(unchecked: [UInt8](repeating: 5, count: 16))
        var random = SeededRandom(seed: 6)
        let sample = try SampleProgram(from: &random)
        let mailbox = SampleMailbox(
            address: Fixture.address, sealingKey: AgreementKey.random(from: &random).publicKey)
        let sheet = sample.sheet(of: sample.peers[0], mailbox: mailbox, from: &random).sheet
        let sheets = try await heard { (relay) async throws(RelayFailure) in
            try await relay.publish([sheet, sheet], of: member, in: Fixture.program, by: Fixture.signer())
        }
        #expect(sheets.line == "PUT \(program)/members/\(member.base64URL)/sheets HTTP/1.1")
        #expect(sheets.content == sheet.encoded + sheet.encoded)
        #expect(try isSigned(sheets))
    }

    @Test("Tokens are bought with a code or by a member, never both")
    func tokens() async throws {
        var random = SeededRandom(seed: 5)
        let order = try TokenRequest(
            to: TokenKeyID(unchecked: [UInt8](repeating: 1, count: 32)),
            blinded: try Blinding([[1]], random: &random).elements)
        let code = EnrolmentCode.random(from: &random)
        let bought = try await heard { (relay) async throws(RelayFailure) in
            _ = try await relay.tokens(order, of: Fixture.program, by: .code(code))
        }
        #expect(bought.line == "POST \(program)/tokens HTTP/1.1" && bought.content == order.bytes)
        #expect(names(bought) == ["host", "content-length", "content-type", "authorization"])
        #expect(bought.field("content-type") == TokenRequest.mediaType)
        let signed = try await heard { (relay) async throws(RelayFailure) in
            _ = try await relay.tokens(order, of: Fixture.program, by: .member(Fixture.signer()))
        }
        #expect(names(signed) == ["host", "content-length", "content-type", "content-digest"] + Self.signed)
        #expect(try isSigned(signed))
    }

    @Test("As long as the relay's identity is not known nothing can be signed, and nothing is sent")
    func noIdentity() async throws {
        let server = try await TestServer()
        let places = RelayPlaces([try Fixture.place(server.port)], identity: nil)
        let relay = HTTPSConnector(deadlines: Deadlines(), clock: StillClock()).relay(at: places).relay
        let failure = await Fixture.failure { () throws(RelayFailure) in
            try await relay.delete(for: Fixture.signer(), through: Fixture.channel(1))
        }
        #expect(failure == .refused(.signatureMissing, after: nil))
        #expect(server.requests.isEmpty)
        try await relay.drop()
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test("A book of another day is not the one that was asked for")
    func otherDay() async throws {
        let book = try SheetBook(day: Day(5), sheets: [])
        let server = try await TestServer { _ in
            .say(Answers.content(String(decoding: book.encoded, as: UTF8.self), type: "application/octet-stream"))
        }
        let relay = Fixture.relay([try Fixture.place(server.port)])
        #expect(try await relay.book(of: Fixture.program, on: Day(5)) == book)
        let failure = await Fixture.failure { () throws(RelayFailure) in
            _ = try await relay.book(of: Fixture.program, on: Day(6))
        }
        #expect(failure == .strange(status: 200))
        await server.stop()
    }
}
