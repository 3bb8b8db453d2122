import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

import CallboxRelay
@testable import CallboxTransport

@Suite("With a real relay: programs", .timeLimit(.minutes(2)))
struct ProgramLiveTests {
    /// The program's documents at the relay, and a way to it.
    private func publish(_ sample: SampleProgram, _ live: LiveRelay) async throws -> any CallboxClient.Relay {
        #expect(try OperatorDesk(live.state).allow(HumanDigest(of: sample.root.digest)))
        let places = RelayPlaces([try Fixture.place(live.port, pin: live.pin)], identity: live.identity)
        let relay = HTTPSConnector(deadlines: Deadlines(), clock: StillClock()).relay(at: places).relay
        let coordinator = RequestSigner(sample.coordinators[0].key())
        try await relay.bring(sample.root.envelope, as: .root, to: sample.program.id, by: coordinator)
        try await relay.bring(sample.program.envelope, as: .document, to: sample.program.id, by: coordinator)
        return relay
    }

    @Test("Documents come back as they were brought")
    func documents() async throws {
        let sample = try SampleProgram(seed: 1)
        try await LiveRelay.serve { live in
            let relay = try await publish(sample, live)
            let id = sample.program.id
            #expect(try await relay.roots(of: id).roots == [sample.root.envelope])
            for version in [nil, sample.program.version] {
                #expect(try await relay.document(of: id, version: version) == sample.program.envelope)
            }
            let bulletin = Bulletin(
                programID: id, after: nil, issued: SampleProgram.now, incidentAt: nil, title: try Line("News"),
                text: try Passage("All is well."))
            let first = sample.coordinators.prefix(1).sign(bulletin.payload, as: .bulletin)
            let coordinator = RequestSigner(sample.coordinators[1].key())
            try await relay.bring(first, as: .bulletin, to: id, by: coordinator)
            #expect(try await relay.bulletins(of: id, after: 0).bulletins == [first])
            let head = BulletinHead(index: 1, hash: Bulletin.hash(of: bulletin.payload))
            let statement = FreshnessStatement(
                programID: id, version: sample.program.version, hash: sample.program.hash, time: SampleProgram.now,
                bulletin: head)
            let freshness = [sample.online].sign(statement.payload, as: .freshness)
            try await relay.bring(freshness, as: .freshness, to: id, by: RequestSigner(sample.online.key()))
            #expect(try await relay.freshness(of: id) == freshness)

            var state = try ProgramState(joining: await relay.roots(of: id)) { $0 == sample.root.digest }
            _ = try state.accept(program: await relay.document(of: id, version: nil))
            #expect(state.program?.hash == sample.program.hash)

            let absent = await Fixture.failure { () throws(CallboxClient.RelayFailure) in
                _ = try await relay.document(of: id, version: 2)
            }
            #expect(absent == .refused(.noSuchDocument, after: nil))
            let notTheirs = await Fixture.failure { () throws(CallboxClient.RelayFailure) in
                try await relay.bring(freshness, as: .freshness, to: id, by: coordinator)
            }
            #expect(notTheirs == .refused(.notPermitted, after: nil))
        }
    }

    @Test("A member's sheets stand in the book of the day")
    func sheets() async throws {
        let sample = try SampleProgram(seed: 2)
        try await LiveRelay.serve { live in
            let relay = try await publish(sample, live)
            var random = SeededRandom(seed: 3)
            let peer = sample.peers[0]
            let days = [SampleProgram.today, SampleProgram.today.later(by: 1)]
            let mailbox = SampleMailbox(from: &random)
            let sheets = days.map { sample.sheet(of: peer, on: $0, mailbox: mailbox, from: &random).sheet }
            let member = RequestSigner(peer.signing.key())
            try await relay.publish(sheets, of: peer.id, in: sample.program.id, by: member)
            for (day, sheet) in zip(days, sheets) {
                #expect(try await relay.book(of: sample.program.id, on: day).sheets == [sheet])
            }
            let empty = try await relay.book(of: sample.program.id, on: SampleProgram.today.later(by: 2))
            #expect(empty.sheets.isEmpty)
        }
    }

    @Test("Tokens are bought with a code and by a member, and pay for a mailbox")
    func tokens() async throws {
        let sample = try SampleProgram(seed: 4)
        try await LiveRelay.serve { live in
            let relay = try await publish(sample, live)
            var random = SystemRandom()
            let code = EnrolmentCode.random(from: &random)
            let coordinator = RequestSigner(sample.coordinators[2].key())
            try await relay.enrol([code.hash(in: sample.program.id)], in: sample.program.id, by: coordinator)
            let epoch = try #require(try await relay.statement().epochs.first)
            let issuing = VOPRFPublicKey(unchecked: epoch.key.bytes)
            let keyID = TokenKeyID(of: issuing)
            let buyers: [CallboxClient.TokenBuyer] = [
                .code(code), .member(RequestSigner(sample.peers[0].signing.key())),
            ]
            for (number, buyer) in buyers.enumerated() {
                let input = TokenInput(
                    nonce: .random(from: &random), challenge: TokenChallenge(of: live.identity).digest, keyID: keyID)
                let blinding = try Blinding([input.bytes], random: &random)
                let order = try TokenRequest(to: keyID, blinded: blinding.elements)
                var response = try await relay.tokens(order, of: sample.program.id, by: buyer)
                // The same again, as after a lost answer.
                response = try await relay.tokens(order, of: sample.program.id, by: buyer)
                let output = try blinding.finalize(response.evaluation, under: issuing)[0]
                let owner = Fixture.signer(UInt64(10 + number))
                try await relay.make(
                    .session, for: owner, paidBy: .token(Token(input: input, authenticator: output)),
                    through: Fixture.channel(1))
                let again = try TokenRequest(to: keyID, blinded: try Blinding([[1]], random: &random).elements)
                let taken = await Fixture.failure { () throws(CallboxClient.RelayFailure) in
                    _ = try await relay.tokens(again, of: sample.program.id, by: buyer)
                }
                #expect(taken == .refused(.batchTaken, after: nil))
            }
        }
    }
}
