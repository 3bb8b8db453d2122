import CallboxClient
import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Testing

@Suite struct PublishingTests {
    let world: OfficeWorld

    init() throws { world = try OfficeWorld() }

    @Test func `root and document reach the relay, and again is nothing new`() async throws {
        let (root, document) = try await world.published()
        #expect(world.relay.root?.document.version == 1 && world.relay.document?.version == 1)
        let report = try await world.offices[0].publish([root, document])
        #expect(report.root == 1 && report.document == 1)
        #expect(report.next.contains { $0.contains("callbox program refresh") })
        #expect(world.relay.signatureCounts.allSatisfy { $0 == 2 })
    }

    @Test func `too few signatures are not brought at all`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        let trouble = await trouble { _ = try await world.offices[0].publish([begun.root]) }
        #expect(trouble?.happened.contains("1 more signature is missing") == true)
        #expect(world.relay.signatureCounts.isEmpty)
    }

    @Test func `a relay that was not told to allow the program says so`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        var draft = begun.draft
        try draft.setNotice("Limits.", language: "en")
        let root = try world.offices[1].sign(begun.root)
        let document = try world.offices[1].sign(world.offices[0].sign(draft), beside: root)
        let trouble = await trouble { _ = try await world.offices[0].publish([root, document]) }
        #expect(trouble?.kind == .notNow && trouble?.remedy.contains("callboxd allow") == true)
        // Once it is allowed, the same files go.
        world.relay.allow(RootDocument.digest(of: root.envelope.unverifiedPayload))
        #expect(try await world.offices[0].publish([root, document]).document == 1)
    }

    @Test func `a lost answer is no trouble the second time`() async throws {
        _ = try await world.published()
        let paper = try world.offices[1].sign(world.offices[0].sign(world.offices[0].draft()))
        world.relay.meet(.answerLost)
        let trouble = await trouble { _ = try await world.offices[0].publish([paper]) }
        #expect(trouble?.kind == .network && trouble?.meaning.contains("may have stored") == true)
        #expect(try await world.offices[0].publish([paper]).document == 2)
    }

    @Test func `who comes second with a document of the same number is told`() async throws {
        _ = try await world.published()
        try await world.offices[2].follow(world.offices[0].invitation().text)
        var theirs = try world.offices[2].draft()
        try theirs.rename("Second", timeZone: nil)
        let second = try world.offices[2].sign(theirs)
        var first = try world.offices[0].draft()
        try first.rename("First", timeZone: nil)
        _ = try await world.offices[0].publish([world.offices[1].sign(world.offices[0].sign(first))])
        #expect(trouble { _ = try world.offices[1].sign(second) }?.kind == .notTrusted)
        let trouble = trouble { _ = try world.offices[0].review(second) }
        #expect(trouble?.kind == .notTrusted && trouble?.happened.contains("two different documents") == true)
    }

    @Test func `a rotation takes a quorum of both sets, and the document is signed anew`() async throws {
        let (_, document) = try await world.published()
        // The third coordinator leaves, a fourth comes, and three of three must sign.
        let fourth = Office(store: MemoryStore(seed: 4), connector: world.connector, clock: world.clock)
        var change = RootChange()
        change.coordinators = [
            try world.offices[0].makeKey(), try world.offices[1].makeKey(), try fourth.makeKey(),
        ]
        change.quorum = 3
        var root = try world.offices[0].rotate(change)
        #expect(try world.offices[0].rotate(change) == root)
        let review = try world.offices[1].review(root)
        #expect(review.tallies.map(\.root) == [1, 2] && review.tallies.map(\.missing) == [1, 2])
        #expect(review.says.contains("New among them:") && review.says.contains("No coordinator any more:"))
        root = try world.offices[1].sign(root)
        #expect(await trouble { _ = try await world.offices[0].publish([root]) }?.happened.contains("root 2") == true)
        let strange = try fourth.review(root)
        #expect(strange.warnings.contains { $0.contains("first time") })
        root = try fourth.sign(root)
        // Before the root is believed, the new one signs the document that is there, beside the root.
        let resigned = try fourth.sign(document, beside: root)
        let report = try await world.offices[0].publish([root])
        #expect(report.next.contains { $0.contains("too few signatures") })
        #expect(world.relay.root?.document.version == 2)
        _ = try await world.offices[0].publish([resigned])
        let signers = try #require(world.relay.document?.signers)
        #expect(world.relay.root?.isQuorum(signers) == true)
        // Everybody else follows.
        try await world.offices[1].update()
        #expect(try world.offices[1].show().rootVersion == 2)
        #expect(try world.offices[1].warnings().isEmpty)
        // The one who left signs no more.
        try await world.offices[2].follow(world.offices[0].invitation().text)
        #expect(
            trouble { _ = try world.offices[2].sign(world.offices[2].draft()) }?.happened.contains("not among") == true)
    }

    @Test func `a machine that only keeps the program current begins by the invite`() async throws {
        let host = Office(store: MemoryStore(seed: 9), connector: world.connector, clock: world.clock)
        var plan = try world.plan(online: false)
        plan.onlineKey = try host.makeOnlineKey()
        let begun = try await world.offices[0].begin(plan)
        world.relay.allow(RootDocument.digest(of: begun.root.envelope.unverifiedPayload))
        var draft = begun.draft
        try draft.setNotice("Limits.", language: "en")
        let root = try world.offices[1].sign(begun.root)
        _ = try await world.offices[0].publish([
            root, world.offices[1].sign(world.offices[0].sign(draft), beside: root),
        ])
        try await host.follow(world.offices[0].invitation().text)
        #expect(try await host.refresh().version == 1)
        #expect(try host.key() == nil)
        #expect(trouble { _ = try host.sign(host.draft()) }?.happened.contains("no coordinator's key") == true)
        #expect(
            await trouble { _ = try await world.offices[0].refresh() }?.happened.contains("online key is not kept")
                == true)
    }

    @Test func `what enough have signed and nobody has published is named, and refreshing goes on once it is`()
        async throws
    {
        _ = try await world.published()
        let paper = try world.offices[0].sign(world.offices[1].sign(world.offices[1].draft()))
        let trouble = await trouble { _ = try await world.offices[0].refresh() }
        #expect(trouble?.kind == .notNow && trouble?.remedy.contains("program publish") == true)
        _ = try await world.offices[0].publish([paper])
        #expect(try await world.offices[0].refresh().version == 2)
    }

    @Test func `who knows a root and no relay yet is told the two ways to one`() async throws {
        let (root, document) = try await world.published()
        let late = world.offices[2]
        _ = try late.sign(root)
        #expect(await trouble { try await late.update() }?.happened.contains("no way to the program's relay") == true)
        try await late.follow(world.offices[0].invitation().text)
        #expect(try late.show().version == 1)
        let second = Office(store: MemoryStore(seed: 6), connector: world.connector, clock: world.clock)
        #expect(trouble { try second.take([root, document]) }?.kind == .notTrusted)
        let review = try second.review(document, beside: root)
        #expect(review.warnings.contains { $0.contains("first time") } && !review.isForThisOffice)
    }

    @Test func `who signs a document beside its root believes both`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        var draft = begun.draft
        try draft.setNotice("Limits.", language: "en")
        let root = try world.offices[2].sign(begun.root)
        let document = try world.offices[0].sign(draft)
        #expect(try world.offices[1].review(document, beside: root).warnings.contains { $0.contains(begun.rootDigest) })
        _ = try world.offices[1].sign(document, beside: root)
        #expect(try world.offices[1].show().version == 1)
    }

    @Test func `an invite of another root is not followed`() async throws {
        _ = try await world.published()
        let invite = try Invite(world.offices[0].invitation().text)
        let other = try Invite(
            program: invite.program, relays: invite.relays,
            root: HumanDigest(of: RootDigest(unchecked: [UInt8](repeating: 9, count: 32))))
        let host = Office(store: MemoryStore(seed: 9), connector: world.connector, clock: world.clock)
        #expect(await trouble { try await host.follow(other.text) }?.kind == .notTrusted)
        #expect(try host.show().rootVersion == nil)
        #expect(await trouble { try await host.follow("callbox:join?v=1") }?.kind == .usage)
    }
}
