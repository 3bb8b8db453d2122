import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@Suite("Bulletins")
struct BulletinTests {
    private let sample: SampleProgram
    private let now = SampleProgram.now

    init() throws { sample = try SampleProgram(seed: 50) }

    /// A feed of so many bulletins, each signed by another coordinator; `branch` makes feeds that differ from the first on
    /// or from where they begin.
    private func feed(
        _ count: Int, after start: BulletinHead? = nil, branch: String = "a"
    ) throws -> [(bulletin: Bulletin, envelope: SignedEnvelope, head: BulletinHead)] {
        var head = start
        return try (0..<count).map { place in
            let bulletin = Bulletin(
                programID: sample.program.id, after: head, issued: now, incidentAt: place % 2 == 0 ? now : nil,
                title: try Line("Bulletin \(branch)"), text: try Passage("What happened, and who is there."))
            let envelope = [sample.coordinators[place % 3]].sign(bulletin.payload, as: .bulletin)
            let next = BulletinHead(index: bulletin.index, hash: Bulletin.hash(of: bulletin.payload))
            head = next
            return (bulletin, envelope, next)
        }
    }

    private func page(_ entries: some Sequence<(bulletin: Bulletin, envelope: SignedEnvelope, head: BulletinHead)>)
        throws -> BulletinPage
    {
        try BulletinPage(entries.map(\.envelope))
    }

    @Test("New bulletins are told once, in order, over overlapping pages")
    func reading() throws {
        let entries = try feed(5)
        var state = try sample.state()
        let first = try state.accept(bulletins: page(entries[..<2]))
        #expect(first.bulletins == entries[..<2].map(\.bulletin))
        #expect(!first.isAfterGap)
        let again = try state.accept(bulletins: page(entries[..<2]))
        #expect(again.bulletins.isEmpty)
        let overlapping = try state.accept(bulletins: page(entries[1...]))
        #expect(overlapping.bulletins == entries[2...].map(\.bulletin))
        #expect(!overlapping.isAfterGap)
        #expect(state.bulletins.head == entries[4].head)
    }

    @Test("Who joins late begins where the relay does; who was away long is told of the gap")
    func gaps() throws {
        let entries = try feed(8)
        var late = BulletinFeed()
        let news = try late.accept(page(entries[4...]), under: sample.root)
        #expect(news.bulletins.count == 4)
        #expect(!news.isAfterGap)
        var away = BulletinFeed()
        _ = try away.accept(page(entries[..<2]), under: sample.root)
        #expect(try away.accept(page(entries[4...]), under: sample.root).isAfterGap)
        #expect(try late.accept(page(try feed(1, after: entries[7].head)), under: sample.root).isAfterGap == false)
    }

    @Test("A page with a hole, out of order or with a broken link is refused")
    func brokenPages() throws {
        let entries = try feed(4)
        let others = try feed(4, branch: "b")
        var feed = BulletinFeed()
        let table: [([SignedEnvelope], ProgramError)] = [
            ([entries[0].envelope, entries[2].envelope], .gap),
            ([entries[1].envelope, entries[0].envelope], .gap),
            ([entries[0].envelope, entries[0].envelope], .gap),
            ([entries[0].envelope, others[1].envelope], .wrongPrevious),
            ([sample.program.envelope], .payloadType),
        ]
        for (envelopes, error) in table {
            #expect(refusal { try feed.accept(BulletinPage(envelopes), under: sample.root) } == error)
            #expect(feed.head == nil)
        }
    }

    @Test("A feed that is shorter than what was read is a rollback, and one that differs is a fork")
    func rollbackAndFork() throws {
        let entries = try feed(4)
        let others = try feed(5, branch: "b")
        let branch = try feed(2, after: entries[2].head, branch: "c")
        var feed = BulletinFeed()
        _ = try feed.accept(page(entries), under: sample.root)
        let head = feed.head
        #expect(refusal { try feed.accept(page(entries[..<3]), under: sample.root) } == .rollback)
        #expect(refusal { try feed.accept(BulletinPage([]), under: sample.root) } == .rollback)
        #expect(refusal { try feed.accept(page(others[..<4]), under: sample.root) } == .fork)
        #expect(refusal { try feed.accept(page(others), under: sample.root) } == .fork)
        #expect(refusal { try feed.accept(page(others[4...]), under: sample.root) } == .fork)
        #expect(refusal { try feed.accept(page(branch), under: sample.root) } == .fork)
        #expect(feed.head == head)
    }

    @Test("The end of a feed bears a coordinator's signature; a member's, the online key's or a forger's will not do")
    func signatures() throws {
        let entries = try feed(2)
        let last = entries[1].bulletin.payload
        for key in [sample.peers[0].signing, sample.online] {
            var feed = BulletinFeed()
            let envelopes = [entries[0].envelope, [key].sign(last, as: .bulletin)]
            #expect(refusal { try feed.accept(BulletinPage(envelopes), under: sample.root) } == .badSignature)
        }
        var feed = BulletinFeed()
        let oldHand = [[sample.peers[0].signing].sign(entries[0].bulletin.payload, as: .bulletin), entries[1].envelope]
        #expect(
            try feed.accept(BulletinPage(oldHand), under: sample.root).bulletins.count == 2, "the last names the first")
    }

    @Test("What the online key announced must come, and nothing else in its place")
    func announced() throws {
        let entries = try feed(3)
        let others = try feed(3, branch: "b")
        var state = try sample.state()
        let statement = FreshnessStatement(
            programID: sample.program.id, version: 1, hash: sample.program.hash, time: now, bulletin: entries[2].head)
        _ = try state.accept(freshness: [sample.online].sign(statement.payload, as: .freshness), at: now)
        #expect(state.isMissingBulletins)
        #expect(refusal { try state.accept(bulletins: page(others)) } == .fork)
        _ = try state.accept(bulletins: page(entries[..<2]))
        #expect(state.isMissingBulletins)
        _ = try state.accept(bulletins: page(entries))
        #expect(!state.isMissingBulletins)
        let forked = FreshnessStatement(
            programID: sample.program.id, version: 1, hash: sample.program.hash, time: now.later(by: 1),
            bulletin: others[2].head)
        #expect(
            refusal { try state.accept(freshness: [sample.online].sign(forked.payload, as: .freshness), at: now) }
                == .fork)
    }

    @Test("A statement that names another bulletin in the place of the one read last is a fork")
    func contradictedFeed() throws {
        let entries = try feed(2)
        let other = try feed(2, branch: "b")
        var state = try sample.state()
        _ = try state.accept(bulletins: page(entries))
        for (head, error) in [(other[1].head, ProgramError.fork), (entries[1].head, nil), (entries[0].head, .rollback)]
        {
            let statement = FreshnessStatement(
                programID: sample.program.id, version: 1, hash: sample.program.hash, time: now, bulletin: head)
            let envelope = [sample.online].sign(statement.payload, as: .freshness)
            #expect(refusal { try state.accept(freshness: envelope, at: now) } == error)
        }
    }

    @Test("A bulletin of another program is refused")
    func otherProgram() throws {
        let other = try SampleProgram(seed: 51)
        let bulletin = Bulletin(
            programID: other.program.id, after: nil, issued: now, incidentAt: nil, title: try Line("a"),
            text: try Passage("b"))
        var feed = BulletinFeed()
        let envelope = sample.coordinators[..<1].sign(bulletin.payload, as: .bulletin)
        #expect(refusal { try feed.accept(BulletinPage([envelope]), under: sample.root) } == .wrongProgram)
    }

    @Test("Bulletins and pages are read as they were written; truncated, impossible or damaged they are refused")
    func decoding() throws {
        let entries = try feed(3)
        for entry in entries {
            let payload = entry.bulletin.payload
            #expect(try Bulletin(parsing: payload) == entry.bulletin)
            for length in 0..<payload.count {
                #expect(refusal { try Bulletin(parsing: [UInt8](payload[..<length])) } == .malformed)
            }
            for damaged in mutations(of: payload, count: 300, seed: 52) {
                guard let read = try? Bulletin(parsing: damaged) else { continue }
                #expect(try Bulletin(parsing: read.payload) == read)
            }
        }
        let news = entries[1].bulletin.payload
        for (old, new) in [
            (#""news""#, #""incident""#), (#""index":2"#, #""index":1"#), (#""index":2"#, #""index":0"#),
        ] {
            #expect(refusal { try Bulletin(parsing: replacing(old, by: new, in: news)) } == .field)
        }
        let bytes = try page(entries).encoded
        #expect(try BulletinPage(parsing: bytes).bulletins == entries.map(\.envelope))
        for length in stride(from: 0, to: bytes.count, by: 3) {
            #expect(refusal { try BulletinPage(parsing: [UInt8](bytes[..<length])) } == .malformed)
        }
        let many = Array(repeating: entries[0].envelope, count: 257)
        #expect(refusal { try BulletinPage(many) } == .tooLarge)
        for damaged in mutations(of: bytes, count: 300, seed: 53) {
            guard let page = try? BulletinPage(parsing: damaged) else { continue }
            var feed = BulletinFeed()
            _ = try? feed.accept(page, under: sample.root)
        }
    }
}
