import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import GRDB
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite("Codes and tokens at a relay")
struct TokenRouteTests {
    private let today = SampleProgram.today

    /// A batch that a client asks for: it holds the blinds.
    private struct Batch: ~Copyable {
        let epoch: TokenEpoch
        let blinding: Blinding
        let inputs: [TokenInput]
        let request: TokenRequest

        private init(epoch: TokenEpoch, blinding: consuming Blinding, inputs: [TokenInput], request: TokenRequest) {
            self.epoch = epoch
            self.blinding = blinding
            self.inputs = inputs
            self.request = request
        }

        /// A batch of the epoch that is so many after this one.
        static func make(_ world: ProgramWorld, epoch: Int = 0, count: Int = 16, seed: UInt64) throws -> Batch {
            var random = SeededRandom(seed: seed)
            let day = Day(of: Instant(seconds: world.relay.clock.wall()))
            let epoch = world.core.keys.epochs(on: day)[epoch]
            let keyID = TokenKeyID(of: epoch.issuingKey)
            let challenge = TokenChallenge(of: world.core.keys.identity).digest
            let inputs = (0..<count).map { _ in
                TokenInput(nonce: .random(from: &random), challenge: challenge, keyID: keyID)
            }
            let blinding = try Blinding(inputs.map(\.bytes), random: &random)
            let request = try TokenRequest(to: keyID, blinded: blinding.elements)
            return Batch(epoch: epoch, blinding: blinding, inputs: inputs, request: request)
        }

        /// The tokens of an answer, whose proof holds under the published key.
        func tokens(_ answer: Answer) throws -> [Token] {
            #expect(answer.status == 200 && answer.headers[.contentType] == TokenResponse.mediaType)
            let evaluation = try TokenResponse(answer.bytes, to: request).evaluation
            let outputs = try blinding.finalize(evaluation, under: epoch.issuingKey)
            return zip(inputs, outputs).map { Token(input: $0, authenticator: $1) }
        }
    }

    private func code(_ seed: UInt64) -> EnrolmentCode {
        var random = SeededRandom(seed: seed)
        return .random(from: &random)
    }

    private func bring(
        _ client: ProgramClient, _ codes: [EnrolmentCode], by key: SampleKey? = nil
    ) async throws -> Answer {
        let hashes = codes.flatMap { $0.hash(in: client.world.id).bytes }
        return try await client.send(
            .post, "/codes", hashes, type: MediaType.octets, signedBy: key ?? client.world.sample.coordinators[2])
    }

    private func buy(
        _ client: ProgramClient, _ request: TokenRequest, code: EnrolmentCode? = nil, by key: SampleKey? = nil
    ) async throws -> Answer {
        var headers: HTTPFields = [:]
        if let code { headers[.authorization] = Authorization.code(code).fieldValue }
        return try await client.send(
            .post, "/tokens", request.bytes, type: TokenRequest.mediaType, headers: headers, signedBy: key)
    }

    @Test(
        "A code buys one batch an epoch whose tokens count; the same request is answered again after a lost answer"
    )
    func code() async throws {
        let world = try await ProgramWorld(seed: 930)
        let slip = code(931)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip, code(932)]) == .done)
            #expect(try await bring(client, [slip]) == .done)
            let batch = try Batch.make(world, seed: 1)
            let lost = try await buy(client, batch.request, code: slip)
            #expect(try batch.tokens(lost).count == 16)
            let answer = try await buy(client, batch.request, code: slip)
            for token in try batch.tokens(answer) {
                #expect(try world.core.keys.verify(token, on: today) == batch.epoch.number)
            }
            // Each answer has a fresh proof of the same evaluation.
            #expect(lost.bytes != answer.bytes && lost.bytes.dropLast(64) == answer.bytes.dropLast(64))

            let another = try Batch.make(world, seed: 2)
            #expect(try await buy(client, another.request, code: slip) == .refused(.batchTaken))
            #expect(try await buy(client, another.request, code: code(932)).status == 200)
        }
    }

    @Test("A code that is unknown here, was brought to another program or is mistyped buys nothing")
    func refusedCodes() async throws {
        let world = try await ProgramWorld(seed: 933)
        try await world.testRunning { (client) async throws in
            let batch = try Batch.make(world, seed: 1)
            let refused = try await buy(client, batch.request, code: code(934))
            #expect(refused == .refused(.codeRefused))
            #expect(refused.headers[values: .wwwAuthenticate] == ["CallboxCode"])
            var mistyped = Authorization.code(code(934)).fieldValue
            let place = mistyped.index(mistyped.endIndex, offsetBy: -2)
            mistyped.replaceSubrange(place...place, with: mistyped[place] == "7" ? "8" : "7")
            let damaged = try await client.send(
                .post, "/tokens", batch.request.bytes, type: TokenRequest.mediaType,
                headers: [.authorization: mistyped])
            #expect(damaged == .refused(.codeRefused))
            #expect(damaged.headers[values: .wwwAuthenticate] == ["CallboxCode"])
            let other = code(935).hash(in: ProgramID(unchecked: [UInt8](repeating: 9, count: 16)))
            let foreign = try await client.send(
                .post, "/codes", other.bytes, type: MediaType.octets, signedBy: world.sample.coordinators[0])
            #expect(foreign == .done)
            #expect(try await buy(client, batch.request, code: code(935)) == .refused(.codeRefused))
        }
    }

    @Test("Only a coordinator of the newest root brings codes: 1 to 1,000 hashes")
    func whoBrings() async throws {
        let world = try await ProgramWorld(seed: 936)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [code(1)], by: world.sample.online) == .refused(.notPermitted))
            #expect(try await bring(client, [code(1)], by: world.sample.peers[0].signing) == .refused(.notPermitted))
            let unsigned = try await client.send(
                .post, "/codes", code(1).hash(in: world.id).bytes, type: MediaType.octets)
            #expect(unsigned == .refused(.signatureMissing))
            let key = world.sample.coordinators[0]
            for (bytes, problem) in [(31, Problem.malformed), (33, .malformed), (32 * 1_001, .tooLarge)] {
                let answer = try await client.send(
                    .post, "/codes", [UInt8](repeating: 1, count: bytes), type: MediaType.octets, signedBy: key)
                #expect(answer == .refused(problem), "\(bytes)")
            }
            let most = (0..<32_000).map { UInt8(truncatingIfNeeded: $0 / 32 + $0 % 32 * 7 + $0 / 8192) }
            #expect(try await client.send(.post, "/codes", most, type: MediaType.octets, signedBy: key) == .done)
            #expect(
                try await client.send(.post, "/codes", [], type: MediaType.octets, signedBy: key)
                    == .refused(.malformed))
        }
    }

    @Test("A relay sells batches as large as its operator says, and says how large")
    func batchLimit() async throws {
        var limits = SampleRelay.limits
        limits.batchLimit = 2
        let world = try await ProgramWorld(seed: 990, limits: limits)
        try await world.testRunning { (client) async throws in
            let peer = world.sample.peers[0].signing
            let large = try Batch.make(world, count: 3, seed: 1)
            #expect(try await buy(client, large.request, by: peer) == .refused(.tooLarge))
            let batch = try Batch.make(world, count: 2, seed: 2)
            #expect(try batch.tokens(await buy(client, batch.request, by: peer)).count == 2)
            #expect(try await world.core.store.counts().batches == 1)
            let says = try await client.http.execute(uri: "/v1/relay", method: .get)
            #expect(String(buffer: says.body).contains("\"batch_tokens\":2"))
        }
    }

    @Test("An active member buys one batch an epoch; a suspended one, a coordinator and a stranger none")
    func member() async throws {
        let world = try await ProgramWorld(seed: 937)
        let peer = world.sample.peers[0]
        let suspended = try world.sample.sign(world.sample.next { $0.members[0].status = .suspended })
        try await world.testRunning { (client) async throws in
            let batch = try Batch.make(world, count: 3, seed: 1)
            #expect(try batch.tokens(await buy(client, batch.request, by: peer.signing)).count == 3)
            #expect(try batch.tokens(await buy(client, batch.request, by: peer.signing)).count == 3)
            let other = try Batch.make(world, seed: 2)
            #expect(try await buy(client, other.request, by: peer.signing) == .refused(.batchTaken))
            #expect(try await buy(client, other.request, by: world.sample.coordinators[0]) == .refused(.notPermitted))
            #expect(try await client.put("", suspended) == .done)
            #expect(try await buy(client, batch.request, by: peer.signing) == .refused(.notPermitted))
            #expect(try await buy(client, other.request, by: world.sample.clinician.signing).status == 200)
        }
    }

    @Test("Without a code or a signature, or with both, or with what pays for mailboxes, nothing is sold")
    func unpaid() async throws {
        let world = try await ProgramWorld(seed: 938)
        let slip = code(939)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip]) == .done)
            let batch = try Batch.make(world, seed: 1)
            let unpaid = try await buy(client, batch.request)
            #expect(unpaid == .refused(.paymentMissing))
            #expect(unpaid.headers[values: .wwwAuthenticate] == ["CallboxCode"])
            let both = try await buy(client, batch.request, code: slip, by: world.sample.peers[0].signing)
            #expect(both == .refused(.malformed))
            let work = Authorization.work(WorkStamp(day: today.number, nonce: 1)).fieldValue
            let worked = try await client.send(
                .post, "/tokens", batch.request.bytes, type: TokenRequest.mediaType, headers: [.authorization: work])
            #expect(worked == .refused(.paymentMissing))
            #expect(try await buy(client, batch.request, code: slip).status == 200)
        }
    }

    @Test("A request of another key, of no elements, of too many or of what is none is refused and spends nothing")
    func refusedRequests() async throws {
        let world = try await ProgramWorld(seed: 940)
        let slip = code(941)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip]) == .done)
            let good = try Batch.make(world, seed: 1)
            var other = good.request.bytes
            while world.core.keys.epochs(on: today).prefix(2).contains(where: {
                TokenKeyID(of: $0.issuingKey).truncated == other[2]
            }) { other[2] &+= 1 }
            #expect(try await buy(client, TokenRequest(other), code: slip) == .refused(.batchRefused))
            let none = BlindedElement(unchecked: [UInt8](repeating: 0, count: 32))
            let bad = try TokenRequest(
                to: TokenKeyID(of: good.epoch.issuingKey), blinded: [good.request.blinded[0], none])
            #expect(try await buy(client, bad, code: slip) == .refused(.batchRefused))
            let many = try Batch.make(world, count: 17, seed: 2)
            #expect(try await buy(client, many.request, code: slip) == .refused(.tooLarge))
            let cut = try await client.send(
                .post, "/tokens", [UInt8](good.request.bytes.dropLast()), type: TokenRequest.mediaType,
                headers: [.authorization: Authorization.code(slip).fieldValue])
            #expect(cut == .refused(.malformed))
            let octets = try await client.send(.post, "/tokens", good.request.bytes, type: MediaType.octets)
            #expect(octets == .refused(.wrongMediaType))
            #expect(try good.tokens(await buy(client, good.request, code: slip)).count == 16)
        }
    }

    @Test("This epoch's and the next one's batches are sold, each once; when the epoch turns, so does the window")
    func epochs() async throws {
        let world = try await ProgramWorld(seed: 942)
        let slip = code(943)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip]) == .done)
            let now = try Batch.make(world, epoch: 0, seed: 1)
            let next = try Batch.make(world, epoch: 1, seed: 2)
            let afterNext = try Batch.make(world, epoch: 2, seed: 3)
            #expect(try now.tokens(await buy(client, now.request, code: slip)).count == 16)
            let early = try next.tokens(await buy(client, next.request, code: slip))
            #expect(throws: Problem.tokenInvalid) { try world.core.keys.verify(early[0], on: today) }
            #expect(try world.core.keys.verify(early[0], on: next.epoch.first) == next.epoch.number)
            #expect(try await buy(client, afterNext.request, code: slip) == .refused(.batchRefused))

            // The last day of the epoch, and the first of the next.
            world.relay.clock.pass(UInt64(now.epoch.last.number - today.number) * 86_400)
            #expect(try now.tokens(await buy(client, now.request, code: slip)).count == 16)
            world.relay.clock.pass(86_400)
            #expect(try await buy(client, now.request, code: slip) == .refused(.batchRefused))
            #expect(try next.tokens(await buy(client, next.request, code: slip)).count == 16)
            let other = try Batch.make(world, epoch: 0, seed: 4)
            #expect(other.epoch.number == next.epoch.number)
            #expect(try await buy(client, other.request, code: slip) == .refused(.batchTaken))
            #expect(try afterNext.tokens(await buy(client, afterNext.request, code: slip)).count == 16)
        }
    }

    @Test("A program has at most 100,000 codes, and those that it has may come again")
    func fullOfCodes() async throws {
        let world = try await ProgramWorld(seed: 948)
        let (last, more) = (code(949), code(950))
        let id = Data(world.id.bytes)
        try await world.testRunning { (client) async throws in
            _ = try await world.core.store.write { db -> Result<Void, Problem> in
                try db.execute(
                    sql: """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
                        INSERT INTO code SELECT ?, randomblob(32) FROM n
                        """, arguments: [id])
                return .success(())
            }
            #expect(try await bring(client, [last, more]) == .refused(.diskFull))
            #expect(try await bring(client, [last]) == .done)
            #expect(try await bring(client, [last]) == .done)
            #expect(try await bring(client, [more]) == .refused(.diskFull))
        }
    }

    @Test("The record of a batch goes when its epoch is swept, and no other does")
    func swept() async throws {
        let world = try await ProgramWorld(seed: 944)
        let slip = code(945)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip]) == .done)
            let (one, two) = (try Batch.make(world, seed: 1).request, try Batch.make(world, seed: 2).request)
            #expect(try await buy(client, one, code: slip).status == 200)
            let epoch = RelayKeys.epoch(of: today)
            #expect(try await world.core.store.sweepPrograms(today: today, firstEpoch: epoch) == false)
            #expect(try await buy(client, two, code: slip) == .refused(.batchTaken))
            #expect(try await world.core.store.sweepPrograms(today: today, firstEpoch: epoch + 1) == false)
            #expect(try await buy(client, two, code: slip).status == 200)
        }
    }

    @Test("Many requests for one batch at once: one is answered")
    func race() async throws {
        let world = try await ProgramWorld(seed: 946)
        let slip = code(947)
        try await world.testRunning { (client) async throws in
            #expect(try await bring(client, [slip]) == .done)
            let requests = try (1...12).map { try Batch.make(world, count: 1, seed: $0).request }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for request in requests {
                    group.addTask { try await buy(client, request, code: slip).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1)
            #expect(statuses.filter { $0 == 409 }.count == 11)
        }
    }
}
