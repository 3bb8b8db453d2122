import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import GRDB
import HTTPTypes
import Testing

@Suite("Prekey sheets at a relay")
struct SheetRouteTests {
    private let today = SampleProgram.today

    private func sheet(
        _ world: ProgramWorld, of member: SampleMember, on day: Day = SampleProgram.today, seed: UInt64 = 1,
        under program: VerifiedProgram? = nil
    ) -> PrekeySheet {
        var random = SeededRandom(seed: seed)
        let mailbox = SampleMailbox(from: &random)
        let content = SheetContent(
            memberID: member.id, program: program ?? world.sample.program, day: day, secrets: .random(from: &random),
            intakeAddress: mailbox.address, sealingKey: mailbox.sealingKey)
        return PrekeySheet(signing: content, by: member.signing.key())
    }

    private func put(
        _ client: ProgramClient, _ sheets: [PrekeySheet], as member: SampleMember, signedBy key: SampleKey? = nil
    ) async throws -> Answer {
        try await client.send(
            .put, "/members/\(member.id.base64URL)/sheets", sheets.flatMap(\.encoded), type: MediaType.octets,
            signedBy: key ?? member.signing)
    }

    private func book(_ client: ProgramClient, _ day: Day = SampleProgram.today) async throws -> SheetBook {
        let answer = try await client.get("/sheets/\(day.number)")
        #expect(answer.status == 200 && answer.headers[.contentType] == MediaType.octets)
        return try SheetBook(parsing: answer.bytes)
    }

    private func next(
        _ world: ProgramWorld, _ change: (inout ProgramContent) throws -> Void = { _ in }
    ) throws -> VerifiedProgram {
        try VerifiedProgram(world.sample.sign(world.sample.next(change)), under: world.sample.root)
    }

    @Test("All members' sheets of a day come as one book that a session can rest on, under one tag until one changes")
    func books() async throws {
        let world = try await ProgramWorld(seed: 920)
        let peers = world.sample.peers
        try await world.testRunning { (client) async throws in
            #expect(try await book(client).sheets.isEmpty)
            let first = (0..<22).map { sheet(world, of: peers[0], on: today.later(by: $0), seed: 10 + UInt64($0)) }
            #expect(try await put(client, first, as: peers[0]) == .done)
            #expect(try await put(client, first, as: peers[0]) == .done)
            let one = try await client.get("/sheets/\(today.number)")
            let tag = try #require(one.headers[.eTag])
            let again = try await client.get("/sheets/\(today.number)", headers: [.ifNoneMatch: tag])
            #expect(again.status == 304 && again.bytes.isEmpty)

            #expect(try await put(client, [sheet(world, of: peers[1], seed: 2)], as: peers[1]) == .done)
            #expect(try await client.get("/sheets/\(today.number)", headers: [.ifNoneMatch: tag]).status == 200)
            let full = try await book(client)
            #expect(full.sheets.count == 2)
            #expect(try await world.core.store.counts().sheets == 23)
            for sheet in full.sheets { _ = try sheet.verify(in: world.sample.program, now: SampleProgram.now) }
            #expect(try await book(client, today.later(by: 21)).sheets == [first[21]])
            #expect(try await book(client, today.later(by: 22)).sheets.isEmpty)
        }
    }

    @Test("Books are served from yesterday to 22 days ahead, and sheets taken for these days")
    func days() async throws {
        let world = try await ProgramWorld(seed: 921)
        let peer = world.sample.peers[0]
        try await world.testRunning { (client) async throws in
            for (offset, isOpen) in [(-2, false), (-1, true), (0, true), (22, true), (23, false)] {
                let day = Day(UInt32(Int(today.number) + offset))
                let answer = try await put(client, [sheet(world, of: peer, on: day)], as: peer)
                #expect(answer == (isOpen ? .done : .refused(.documentInvalid)), "\(offset)")
                #expect(try await client.get("/sheets/\(day.number)").status == (isOpen ? 200 : 404), "\(offset)")
            }
            for day in ["", "x", "-1", "020000", "4294967296"] {
                #expect(try await client.get("/sheets/\(day)").status >= 400, "\(day)")
            }
            // Midnight passes: yesterday is the day before.
            world.relay.clock.pass(86_400)
            #expect(try await client.get("/sheets/\(today.number - 1)") == .refused(.noSuchDocument))
            #expect(try await book(client).sheets.count == 1)
        }
    }

    @Test("Only the member publishes, in a signed request, and only the member's own sheets: all of them or none")
    func whoMay() async throws {
        let world = try await ProgramWorld(seed: 922)
        let peers = world.sample.peers
        let stranger = try SampleProgram(seed: 923)
        try await world.testRunning { (client) async throws in
            let mine = sheet(world, of: peers[0])
            let path = "/members/\(peers[0].id.base64URL)/sheets"
            #expect(
                try await client.send(.put, path, mine.encoded, type: MediaType.octets) == .refused(.signatureMissing))
            #expect(try await put(client, [mine], as: peers[0], signedBy: peers[1].signing) == .refused(.notPermitted))
            let late = try await client.send(
                .put, path, mine.encoded, type: MediaType.octets, signedBy: peers[0].signing,
                created: Int64(SampleProgram.now.seconds) - 301)
            #expect(late == .refused(.signatureStale))
            #expect(try await put(client, [mine], as: stranger.peers[0]) == .refused(.notPermitted))
            let theirs = sheet(world, of: peers[1], on: today.later(by: 1))
            #expect(try await put(client, [mine, theirs], as: peers[0]) == .refused(.notPermitted))
            let foreign = sheet(world, of: peers[0], under: stranger.program)
            #expect(try await put(client, [foreign], as: peers[0]) == .refused(.documentInvalid))
            var forged = sheet(world, of: peers[0], on: today.later(by: 2)).encoded
            forged[100] ^= 1
            let content = mine.encoded + forged
            #expect(
                try await client.send(.put, path, content, type: MediaType.octets, signedBy: peers[0].signing)
                    == .refused(.documentInvalid))
            #expect(
                try await put(client, [mine, sheet(world, of: peers[0], seed: 9)], as: peers[0])
                    == .refused(.documentInvalid))
            let many = (0..<33).map { sheet(world, of: peers[0], on: today.later(by: $0 % 20)) }
            #expect(try await put(client, many, as: peers[0]) == .refused(.tooLarge))
            let short = [UInt8](mine.encoded.dropLast())
            #expect(
                try await client.send(.put, path, short, type: MediaType.octets, signedBy: peers[0].signing)
                    == .refused(.malformed))
            #expect(try await book(client).sheets.isEmpty)
            #expect(try await book(client, today.later(by: 2)).sheets.isEmpty)
        }
    }

    @Test("A restored member's new sheet takes the place of the one that nobody can open; one that comes late does not")
    func replaced() async throws {
        let world = try await ProgramWorld(seed: 924)
        let peer = world.sample.peers[0]
        let second = try next(world)
        try await world.testRunning { (client) async throws in
            let (first, again) = (sheet(world, of: peer, seed: 1), sheet(world, of: peer, seed: 2))
            #expect(try await put(client, [first], as: peer) == .done)
            #expect(try await put(client, [again], as: peer) == .done)
            #expect(try await book(client).sheets == [again])

            // Under a document that the relay does not have yet: that comes first.
            let newer = sheet(world, of: peer, seed: 3, under: second)
            #expect(try await put(client, [newer], as: peer) == .refused(.documentOutOfOrder))
            #expect(try await client.put("", second.envelope) == .done)
            #expect(try await put(client, [newer], as: peer) == .done)
            let other = sheet(world, of: peer, on: today.later(by: 1), seed: 4)
            #expect(try await put(client, [other, first], as: peer) == .refused(.documentRollback))
            #expect(try await book(client).sheets == [newer])
            #expect(try await book(client, today.later(by: 1)).sheets.isEmpty)
        }
    }

    @Test("Who is on leave may publish and is in the book; who is suspended, removed or has another key is neither")
    func status() async throws {
        let world = try await ProgramWorld(seed: 925)
        let peer = world.sample.peers[0]
        var random = SeededRandom(seed: 926)
        let other = SampleKey(from: &random)
        let away = try next(world) { $0.members[0].status = .away }
        func after(_ program: VerifiedProgram, _ change: (inout Member) -> Void) throws -> VerifiedProgram {
            var content = program.document.content
            content.version += 1
            content.previous = program.hash
            change(&content.members[0])
            return try VerifiedProgram(world.sample.sign(content), under: world.sample.root)
        }
        let suspended = try after(away) { $0.status = .suspended }
        let back = try after(suspended) { $0.status = .active }
        let changed = try after(back) { $0.verificationKey = other.publicKey }
        try await world.testRunning { (client) async throws in
            #expect(try await put(client, [sheet(world, of: peer)], as: peer) == .done)
            #expect(try await client.put("", away.envelope) == .done)
            #expect(try await put(client, [sheet(world, of: peer, seed: 2)], as: peer) == .done)
            #expect(try await book(client).sheets.count == 1)
            #expect(try await client.put("", suspended.envelope) == .done)
            #expect(try await put(client, [sheet(world, of: peer, seed: 3)], as: peer) == .refused(.notPermitted))
            #expect(try await book(client).sheets.isEmpty)
            #expect(try await client.put("", back.envelope) == .done)
            #expect(try await book(client).sheets.count == 1)
            #expect(try await client.put("", changed.envelope) == .done)
            #expect(try await book(client).sheets.isEmpty)
            #expect(try await put(client, [sheet(world, of: peer, seed: 4)], as: peer) == .refused(.notPermitted))
        }
    }

    @Test("Sheets go when their day is over by the relay's own reckoning, and not before")
    func swept() async throws {
        let world = try await ProgramWorld(seed: 927)
        let peer = world.sample.peers[0]
        try await world.testRunning { (client) async throws in
            #expect(try await put(client, [sheet(world, of: peer)], as: peer) == .done)
            let store = world.core.store
            #expect(try await store.sweepPrograms(today: today.later(by: 1), firstEpoch: 0) == false)
            #expect(try await store.sheets(of: world.sample.program, on: today).count == 1)
            #expect(try await store.sweepPrograms(today: today.later(by: 2), firstEpoch: 0) == false)
            #expect(try await store.sheets(of: world.sample.program, on: today).isEmpty)
            #expect(try await store.bookRevision(of: world.id, on: today) == 0)
        }
    }

    @Test("A sheet whose bytes the disk changed is left out of the book")
    func damage() async throws {
        let world = try await ProgramWorld(seed: 928)
        let peers = world.sample.peers
        try await world.testRunning { (client) async throws in
            for peer in peers { #expect(try await put(client, [sheet(world, of: peer)], as: peer) == .done) }
            _ = try await world.core.store.write { db -> Result<Void, Problem> in
                let id = Data(peers[0].id.bytes)
                try db.execute(
                    sql: "UPDATE sheet SET bytes = CAST(substr(bytes, 1, 1484) || X'00' AS BLOB) WHERE member = ?",
                    arguments: [id])
                return .success(())
            }
            #expect(try await book(client).sheets.map(\.content.memberID) == [peers[1].id])
        }
    }
}
