import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Testing

@Suite("Freshness and bulletins at a relay")
struct ProgramFeedTests {
    private func statement(
        _ world: ProgramWorld, version: UInt64 = 1, hash: RosterHash? = nil, time: Instant = SampleProgram.now,
        bulletin: BulletinHead? = nil, by key: SampleKey? = nil
    ) -> SignedEnvelope {
        let statement = FreshnessStatement(
            programID: world.id, version: version, hash: hash ?? world.sample.program.hash, time: time,
            bulletin: bulletin)
        return [key ?? world.sample.online].sign(statement.payload, as: .freshness)
    }

    private func bulletin(
        _ world: ProgramWorld, after head: BulletinHead?, _ title: String = "News", by coordinator: Int = 0
    ) throws -> SignedEnvelope {
        let bulletin = Bulletin(
            programID: world.id, after: head, issued: SampleProgram.now, incidentAt: nil, title: try Line(title),
            text: try Passage("Text"))
        return [world.sample.coordinators[coordinator]].sign(bulletin.payload, as: .bulletin)
    }

    private func head(_ envelope: SignedEnvelope) throws -> BulletinHead {
        let bulletin = try Bulletin(parsing: envelope.unverifiedPayload)
        return BulletinHead(index: bulletin.index, hash: Bulletin.hash(of: envelope.unverifiedPayload))
    }

    @Test("The online key's newest word is served; an older, a forged and a foreign one are refused")
    func freshness() async throws {
        let world = try await ProgramWorld(seed: 910)
        let now = SampleProgram.now
        let first = statement(world)
        try await world.testRunning { (client) async throws in
            #expect(try await client.get("/freshness") == .refused(.noSuchDocument))
            #expect(try await client.put("/freshness", first) == .done)
            #expect(try await client.put("/freshness", first) == .done)
            #expect(try await client.get("/freshness").bytes == first.encoded)
            let stranger = statement(world, time: now.later(by: 1), by: world.sample.coordinators[0])
            #expect(try await client.put("/freshness", stranger) == .refused(.quorumMissing))
            #expect(
                try await client.put("/freshness", statement(world, time: now.earlier(by: 1)))
                    == .refused(.documentRollback))
            let future = statement(world, time: now.later(by: 86_401))
            #expect(try await client.put("/freshness", future) == .refused(.documentInvalid))
            let ahead = statement(world, version: 2, time: now.later(by: 1))
            #expect(try await client.put("/freshness", ahead) == .refused(.documentOutOfOrder))
            let fork = statement(
                world, hash: RosterHash(unchecked: world.sample.root.digest.bytes), time: now.later(by: 1))
            #expect(try await client.put("/freshness", fork) == .refused(.documentOutOfOrder))
            let missing = statement(
                world, time: now.later(by: 1),
                bulletin: BulletinHead(index: 1, hash: BulletinHash(unchecked: world.sample.root.digest.bytes)))
            #expect(try await client.put("/freshness", missing) == .refused(.documentOutOfOrder))
            #expect(try await client.get("/freshness").bytes == first.encoded)
            let later = statement(world, time: now.later(by: 60))
            #expect(try await client.put("/freshness", later) == .done)
            #expect(try await client.get("/freshness").bytes == later.encoded)
        }
    }

    @Test("A statement for the document before the newest is a rollback")
    func freshnessBehind() async throws {
        let world = try await ProgramWorld(seed: 911)
        let second = try world.sample.sign(world.sample.next())
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("", second) == .done)
            #expect(try await client.put("/freshness", statement(world)) == .refused(.documentRollback))
            let next = statement(world, version: 2, hash: ProgramDocument.hash(of: second.unverifiedPayload))
            #expect(try await client.put("/freshness", next) == .done)
        }
    }

    @Test("Without an online key there is no statement, and a new online key begins with none")
    func onlineKeys() async throws {
        let without = try await ProgramWorld(seed: 912, hasOnlineKey: false)
        try await without.testRunning { (client) async throws in
            #expect(try await client.put("/freshness", statement(without)) == .refused(.notPermitted))
        }
        let world = try await ProgramWorld(seed: 913)
        var random = SeededRandom(seed: 914)
        let other = SampleKey(from: &random)
        let root = try world.nextRoot(keys: world.sample.coordinators, online: other.publicKey)
        try await world.testRunning { (client) async throws in
            #expect(
                try await client.put("/freshness", statement(world, time: SampleProgram.now.later(by: 50))) == .done)
            #expect(try await client.put("/root", root) == .done)
            #expect(try await client.get("/freshness") == .refused(.noSuchDocument))
            #expect(try await client.put("/freshness", statement(world, by: other), by: other) == .done)
        }
    }

    @Test("Bulletins come one after the other, each signed by one coordinator, and a client reads them")
    func bulletins() async throws {
        let world = try await ProgramWorld(seed: 915)
        let first = try bulletin(world, after: nil)
        let second = try bulletin(world, after: head(first), by: 2)
        let third = try bulletin(world, after: head(second))
        try await world.testRunning { (client) async throws in
            #expect(
                String(decoding: try await client.get("/bulletins", query: "after=0").bytes, as: UTF8.self)
                    == #"{"bulletins":[]}"#)
            #expect(try await client.post("/bulletins", first) == .done)
            #expect(try await client.post("/bulletins", first) == .done)
            #expect(try await client.post("/bulletins", third) == .refused(.documentOutOfOrder))
            #expect(try await client.post("/bulletins", second) == .done)
            #expect(try await client.post("/bulletins", first) == .done)
            let fork = try bulletin(world, after: head(first), "Other")
            #expect(try await client.post("/bulletins", fork) == .refused(.documentOutOfOrder))
            let early = try bulletin(world, after: nil, "Other")
            #expect(try await client.post("/bulletins", early) == .refused(.documentRollback))
            let astray = try bulletin(world, after: BulletinHead(index: 2, hash: head(first).hash))
            #expect(try await client.post("/bulletins", astray) == .refused(.documentOutOfOrder))
            let forged = [world.sample.online].sign(third.unverifiedPayload, as: .bulletin)
            #expect(try await client.post("/bulletins", forged) == .refused(.quorumMissing))
            #expect(try await client.post("/bulletins", third) == .done)

            var state = try world.sample.state()
            let page = try BulletinPage(parsing: try await client.get("/bulletins", query: "after=0").bytes)
            #expect(try state.accept(bulletins: page).bulletins.count == 3)
            // A client asks after the one before the last that it read, and so sees that one confirmed.
            let rest = try BulletinPage(parsing: try await client.get("/bulletins", query: "after=2").bytes)
            #expect(rest.bulletins == [third])
            #expect(try state.accept(bulletins: rest).bulletins.isEmpty)
            for query in ["", "after=", "after=01", "after=-1", "after=x", "before=1", "after=1&after=1"] {
                #expect(try await client.get("/bulletins", query: query) == .refused(.malformed), "\(query)")
            }
            let other = BulletinHead(index: 3, hash: try head(first).hash)
            #expect(
                try await client.put("/freshness", statement(world, bulletin: other)) == .refused(.documentOutOfOrder))
            let named = statement(world, bulletin: try head(third))
            #expect(try await client.put("/freshness", named) == .done)
            let unnamed = statement(world, time: SampleProgram.now.later(by: 1))
            #expect(try await client.put("/freshness", unnamed) == .refused(.documentRollback))
        }
    }

    @Test("After a rotation a coordinator of the new root signs the last bulletin anew")
    func bulletinAfterRotation() async throws {
        let world = try await ProgramWorld(seed: 916)
        var random = SeededRandom(seed: 917)
        let keys = (0..<3).map { _ in SampleKey(from: &random) }
        let root = try world.nextRoot(keys: keys, online: nil)
        let first = try bulletin(world, after: nil)
        let anew = [keys[1]].sign(first.unverifiedPayload, as: .bulletin)
        try await world.testRunning { (client) async throws in
            #expect(try await client.post("/bulletins", first) == .done)
            #expect(try await client.post("/bulletins", anew) == .refused(.quorumMissing))
            #expect(try await client.put("/root", root) == .done)
            #expect(try await client.post("/bulletins", first, by: keys[0]) == .refused(.quorumMissing))
            #expect(try await client.post("/bulletins", anew, by: keys[0]) == .done)
            #expect(
                try BulletinPage(parsing: try await client.get("/bulletins", query: "after=0").bytes).bulletins == [
                    anew
                ])
        }
    }

    @Test("The feed keeps its newest bulletins, and its pages end with the newest")
    func longFeed() async throws {
        let world = try await ProgramWorld(seed: 918)
        try await world.testRunning { (client) async throws in
            var last: SignedEnvelope?
            for _ in 0..<260 {
                let next = try bulletin(world, after: try last.map(head))
                #expect(try await client.post("/bulletins", next) == .done)
                last = next
            }
            let page = try BulletinPage(parsing: try await client.get("/bulletins", query: "after=0").bytes)
            #expect(page.bulletins.count == 256)
            #expect(page.bulletins.last == last)
            let first = try Bulletin(parsing: try #require(page.bulletins.first).unverifiedPayload)
            #expect(first.index == 5)
        }
    }
}
