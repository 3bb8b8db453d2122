import CallboxClient
import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@Suite struct SigningTests {
    let world: OfficeWorld

    init() throws { world = try OfficeWorld() }

    @Test func `two of three sign by files, in any order, and everybody believes the same`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        var draft = begun.draft
        try draft.setNotice("Limits.", language: "en")
        // The document is made before the second coordinator has seen the root, and both are signed by the third first.
        let document = try world.offices[0].sign(draft)
        let third = try world.offices[2].sign(begun.root)
        let thirdDocument = try world.offices[2].sign(document, beside: begun.root)
        var both = begun.root
        try both.merge(third)
        #expect(try world.offices[1].review(both).isComplete)
        for office in world.offices { if office !== world.offices[1] { try office.take([thirdDocument, both]) } }
        let shown = try world.offices.map { try $0.show() }
        #expect(shown[0].version == 1 && shown[2].version == 1)
        #expect(shown[0].rootDigest == begun.rootDigest && shown[2].rootDigest == begun.rootDigest)
        // The second has signed nothing, and knows nothing.
        #expect(shown[1].version == nil)
    }

    @Test func `a paper says how many are missing, and whose signature is there`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        let review = try world.offices[1].review(begun.root)
        #expect(review.tallies.map(\.missing) == [1])
        #expect(review.tallies[0].signed == [try world.offices[0].key()])
        #expect(review.isForThisOffice && !review.isSignedHere && !review.isComplete)
        #expect(review.warnings.contains { $0.contains(begun.rootDigest) })
        let signed = try world.offices[1].sign(begun.root)
        let after = try world.offices[1].review(signed)
        #expect(after.isComplete && after.isSignedHere)
    }

    @Test func `a second document of one number is refused, also after a crash between storing and writing`()
        async throws
    {
        let (_, document) = try await world.published()
        var first = try world.offices[0].draft()
        try first.rename("Another name", timeZone: nil)
        let signed = try world.offices[0].sign(first)
        var second = try world.offices[0].draft()
        try second.rename("A third name", timeZone: nil)
        #expect(trouble { _ = try world.offices[0].sign(second) }?.remedy.contains("draft skip") == true)
        // The same draft, later: the very same document, for only one of its number may be signed.
        world.clock.advance(seconds: 3_600)
        #expect(try world.offices[0].sign(first) == signed)
        #expect(try world.offices[0].unpublishedPapers() == [signed])
        // Given up, the number is left out.
        try second.skipVersion()
        #expect(try world.offices[0].sign(second).version == document.version + 2)
    }

    @Test func `another coordinator's document of a number that was signed here is refused`() async throws {
        _ = try await world.published()
        var mine = try world.offices[0].draft()
        try mine.rename("Mine", timeZone: nil)
        _ = try world.offices[0].sign(mine)
        var theirs = try world.offices[1].draft()
        try theirs.rename("Theirs", timeZone: nil)
        let paper = try world.offices[1].sign(theirs)
        #expect(trouble { _ = try world.offices[0].sign(paper) }?.happened.contains("signed another document") == true)
    }

    @Test func `what was signed is stored before it leaves, and a failing disk lets no signature out`() async throws {
        _ = try await world.published()
        let draft = try world.offices[0].draft()
        world.stores[0].plan(.failYetKeep, at: world.stores[0].changes + 1)
        #expect(throws: (any Error).self) { _ = try world.offices[0].sign(draft) }
        var other = draft
        try other.rename("Other", timeZone: nil)
        #expect(trouble { _ = try world.offices[0].sign(other) }?.kind == .notNow)
        world.stores[1].plan(.failAndForget, at: world.stores[1].changes + 1)
        #expect(throws: (any Error).self) { _ = try world.offices[1].sign(other) }
        #expect(try world.offices[1].sign(other).version == 2)
    }

    @Test func `a draft from before the newest document is not signed`() async throws {
        _ = try await world.published()
        let stale = try world.offices[0].draft()
        var newer = stale
        try newer.rename("Newer", timeZone: nil)
        let paper = try world.offices[1].sign(world.offices[0].sign(newer))
        _ = try await world.offices[0].publish([paper])
        #expect(trouble { _ = try world.offices[0].sign(stale) }?.remedy.contains("draft new") == true)
    }

    @Test func `signatures of nobody are left out, however many there are`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        var random = SeededRandom(seed: 99)
        var stuffed = (0..<31).map { _ in SampleKey(from: &random) }.sign(
            begun.root.envelope.unverifiedPayload, as: .root)
        try stuffed.merge(begun.root.envelope)
        #expect(stuffed.signatureCount == 32)
        let signed = try world.offices[1].sign(Paper(stuffed, .root))
        #expect(signed.envelope.signatureCount == 2)
        #expect(try world.offices[1].review(signed).isComplete)
    }

    @Test func `who is no coordinator signs nothing`() async throws {
        var plan = try world.plan()
        plan.coordinators.removeLast()
        let begun = try await world.offices[0].begin(plan)
        #expect(try !world.offices[2].review(begun.root).isForThisOffice)
        #expect(trouble { _ = try world.offices[2].sign(begun.root) }?.happened.contains("not among") == true)
        let before = world.stores[2].records
        _ = try? world.offices[2].sign(begun.root)
        #expect(world.stores[2].records == before)
    }

    @Test func `a quorum of none or of more than there are is refused`() async throws {
        for quorum in [0, 4, 17] {
            let plan = try world.plan(quorum: quorum)
            #expect(await trouble { _ = try await world.offices[0].begin(plan) }?.kind == .usage)
        }
        #expect(try world.offices[0].show().rootVersion == nil)
    }

    @Test func `a mistyped key, an online key as coordinator's, and one key twice are refused`() async throws {
        let key = try world.offices[1].makeKey()
        let online = try world.offices[1].makeOnlineKey()
        let swapped = String(key.dropLast()) + (key.last == "0" ? "1" : "0")
        for keys in [[swapped], [online], [key, key], ["ABCD"], [""]] {
            var plan = try world.plan()
            plan.coordinators = keys
            #expect(await trouble { _ = try await world.offices[0].begin(plan) }?.kind == .usage, "\(keys)")
        }
    }

    @Test func `an office signs for one program`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        #expect(await trouble { _ = try await world.offices[0].begin(world.plan()) }?.kind == .home)
        // Nobody else has signed: it may be given up.
        var plan = try world.plan()
        plan.beginsAnew = true
        let again = try await world.offices[0].begin(plan)
        #expect(again.rootDigest != begun.rootDigest)
        _ = try world.offices[1].sign(again.root)
        #expect(trouble { _ = try world.offices[1].sign(begun.root) }?.kind == .notTrusted)
    }

    @Test func `a coordinator who signs alone may begin anew too, and signs what they publish`() async throws {
        var plan = try world.plan(quorum: 1)
        plan.coordinators = []
        let first = try await world.offices[0].begin(plan)
        #expect(try world.offices[0].show().isRootComplete)
        plan.beginsAnew = true
        let again = try await world.offices[0].begin(plan)
        #expect(try world.offices[0].show().rootDigest == again.rootDigest && again.rootDigest != first.rootDigest)
        world.relay.allow(RootDocument.digest(of: again.root.envelope.unverifiedPayload))
        var draft = again.draft
        try draft.setNotice("Limits.", language: "en")
        let document = try world.offices[0].sign(draft)
        _ = try await world.offices[0].publish([again.root, document])
        #expect(try await world.offices[0].refresh().version == 1)
        #expect(await trouble { _ = try await world.offices[0].begin(plan) }?.kind == .home)
    }

    @Test func `without a notice nothing is signed`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        #expect(trouble { _ = try world.offices[0].sign(begun.draft) }?.remedy.contains("notice") == true)
    }

    @Test func `a document holds for 90 days with an online key, and for 14 without`() async throws {
        for (online, days) in [(true, 90), (false, 14)] {
            let world = try OfficeWorld()
            var draft = try await world.offices[0].begin(world.plan(online: online)).draft
            try draft.setNotice("Limits.", language: "en")
            #expect(trouble { _ = try world.offices[0].sign(draft, days: days + 1) }?.kind == .usage)
            let paper = try world.offices[0].sign(draft)
            let content = try ProgramDocument(parsing: paper.envelope.unverifiedPayload).content
            #expect(content.expires.seconds - content.issued.seconds == UInt64(days) * 86_400)
        }
    }

    @Test func `papers survive the file and are exact envelopes`() async throws {
        let begun = try await world.offices[0].begin(world.plan())
        #expect(try Paper(parsing: begun.root.bytes) == begun.root)
        #expect(try SignedEnvelope(parsing: begun.root.bytes, as: .root) == begun.root.envelope)
        #expect(throws: Trouble.self) { try Paper(parsing: begun.root.bytes.dropLast(3)) }
        #expect(throws: Trouble.self) { try Paper(parsing: Array("{}".utf8)) }
    }

    @Test func `the key of a coordinator is in no record in the clear`() throws {
        _ = try world.offices[0].makeKey()
        let key = try world.stores[0].read { try $0.value(Record.officeKey(.coordinator)) }
        let sealed = try #require(key)
        #expect(sealed.seed.bytes.count == 24 + 32 + 16)
    }
}
