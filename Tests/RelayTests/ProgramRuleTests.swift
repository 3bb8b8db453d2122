import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import GRDB
import Testing

@Suite("What the relay takes for a program")
struct ProgramRuleTests {
    private let sample: SampleProgram

    init() throws { sample = try SampleProgram(seed: 950) }

    private func refusal<R>(_ body: () throws(ProgramError) -> R) -> ProgramError? {
        do throws(ProgramError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    private func admit(
        _ envelope: SignedEnvelope, newest: VerifiedProgram?, isKept: Bool = false
    ) throws(ProgramError) -> ProgramAdmission<VerifiedProgram> {
        try ProgramRules.admit(
            program: envelope, under: sample.root, signatureLimit: 3, newest: newest, isKept: isKept)
    }

    @Test("Every refusal of a document has one answer, and none of them asks to pay or to try again")
    func problems() {
        for error in ProgramError.allCases {
            let problem = error.problem
            #expect(problem.status != 401 && !problem.mayBeRetriedLater, "\(error)")
            #expect(problem.effect == .nothingStored)
        }
        #expect(ProgramError.rollback.problem == .documentRollback)
        for error in [ProgramError.fork, .gap, .wrongPrevious, .newerRoster] {
            #expect(error.problem == .documentOutOfOrder)
        }
        #expect(ProgramError.quorum.problem == .quorumMissing)
        #expect(ProgramError.tooLarge.problem == .tooLarge)
        #expect(ProgramError.unknownRoot.problem == .programNotAllowed)
        #expect(ProgramError.noDocument.problem == .noSuchDocument)
        #expect(ProgramError.notChoosable.problem == .notPermitted)
    }

    @Test("The first document may have any version: a program may come from another relay")
    func firstDocument() throws {
        let ninth = try sample.sign(
            sample.next {
                $0.version = 9
                $0.previous = RosterHash(unchecked: sample.root.digest.bytes)
            })
        guard case .next(let program) = try admit(ninth, newest: nil) else {
            Issue.record("the document was not taken")
            return
        }
        #expect(program.version == 9)
        #expect(refusal { () throws(ProgramError) in try admit(ninth, newest: sample.program) } == .gap)
    }

    @Test("A document that the relay has as an older version is unchanged; one that it has not is a rollback")
    func kept() throws {
        let second = try VerifiedProgram(sample.sign(sample.next()), under: sample.root)
        guard case .unchanged = try admit(sample.program.envelope, newest: second, isKept: true) else {
            Issue.record("a retry was not recognised")
            return
        }
        #expect(refusal { () throws(ProgramError) in try admit(sample.program.envelope, newest: second) } == .rollback)
    }

    @Test("Same version and other bytes is a fork, the next version on other bytes a wrong link")
    func links() throws {
        let fork = try sample.sign(
            sample.next {
                $0.version = 1; $0.previous = nil; $0.name = try Line("Another")
            })
        #expect(refusal { () throws(ProgramError) in try admit(fork, newest: sample.program) } == .fork)
        let astray = try sample.sign(sample.next { $0.previous = RosterHash(unchecked: sample.root.digest.bytes) })
        #expect(refusal { () throws(ProgramError) in try admit(astray, newest: sample.program) } == .wrongPrevious)
    }

    @Test("An envelope that the root is satisfied with is not replaced, whoever has signed the other one")
    func signatures() throws {
        let all = try sample.sign(sample.program.document.content, by: [0, 1, 2])
        guard case .unchanged = try admit(all, newest: sample.program) else {
            Issue.record("the envelope was replaced")
            return
        }
        #expect(try admit(all, newest: sample.program).value == nil)
    }

    @Test("A root that nobody allowed is not even read")
    func unknownRoot() {
        let garbage = sample.coordinators.sign(Array("{".utf8), as: .root)
        let refused = refusal { () throws(ProgramError) in
            try ProgramRules.admit(
                root: garbage, of: sample.program.id, newest: nil, isKept: false, isAllowed: { _ in false })
        }
        #expect(refused == .unknownRoot)
        let allowed = refusal { () throws(ProgramError) in
            try ProgramRules.admit(
                root: garbage, of: sample.program.id, newest: nil, isKept: false, isAllowed: { _ in true })
        }
        #expect(allowed == .malformed)
    }

    @Test("An older document is kept until it expires, and then for as long as a cell that names it may wait")
    func retention() {
        let expires = sample.program.document.content.expires
        #expect(ProgramRules.keptUntil(sample.program.document, retentionDays: 14) == expires.later(by: 16 * 86_400))
    }

    @Test("Old versions go by their own dates, the newest never does")
    func erased() async throws {
        let world = try await ProgramWorld(seed: 951)
        let second = try world.sample.sign(world.sample.next())
        let limit = Day(of: ProgramRules.keptUntil(world.sample.program.document, retentionDays: 14))
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("", second) == .done)
            #expect(try await world.core.store.sweepPrograms(today: limit, firstEpoch: 0) == false)
            #expect(try await client.get("/versions/1").status == 200)
            #expect(try await world.core.store.sweepPrograms(today: limit.later(by: 1), firstEpoch: 0) == false)
            #expect(try await client.get("/versions/1") == .refused(.noSuchDocument))
            #expect(try await world.core.store.sweepPrograms(today: limit.later(by: 500), firstEpoch: 0) == false)
            #expect(try await client.get("/versions/2").bytes == second.encoded)
        }
    }

    @Test("A page has the newest that fit: by number and by bytes, the marks between them counted")
    func pages() {
        #expect(ProgramRules.pageCount([]) == 0)
        #expect(ProgramRules.pageCount([Int](repeating: 100, count: 300)) == BulletinPage.limit)
        let frame = #"{"bulletins":[]}"#.utf8.count
        #expect(ProgramRules.pageCount([BulletinPage.byteLimit - frame - 1]) == 1)
        #expect(ProgramRules.pageCount([BulletinPage.byteLimit - frame]) == 0)
        #expect(ProgramRules.pageCount([10, BulletinPage.byteLimit - frame - 12, 10]) == 2)
        #expect(ProgramRules.chainCount([Int](repeating: 100, count: 300)) == RootChain.limit)
        #expect(ProgramRules.chainCount([Int](repeating: 100_000, count: 30)) == 20)
    }

    @Test("What the operator allows is a list that takes each digest once")
    func allowedRoots() async throws {
        let world = try await ProgramWorld(seed: 952)
        let digest = HumanDigest(of: world.sample.root.digest)
        let results = try await world.core.store.write { db -> Result<[Bool], Problem> in
            .success([
                try AllowedRoots.allow(digest, db), try AllowedRoots.allow(digest, db),
                try AllowedRoots.all(db) == [digest], try AllowedRoots.disallow(digest, db),
                try AllowedRoots.disallow(digest, db), try AllowedRoots.all(db).isEmpty,
            ])
        }
        #expect(results == [true, false, true, true, false, true])
        try world.core.store.close()
    }

    @Test("What was decided on one head is not stored on another")
    func moved() async throws {
        let world = try await ProgramWorld(seed: 953)
        let second = try VerifiedProgram(world.sample.sign(world.sample.next()), under: world.sample.root)
        try await world.testRunning { (client) async throws in
            let store = world.core.store
            let head = try await store.head(of: world.id)
            let document = StoredDocument(second.envelope.encoded)
            #expect(try await store.store(program: second, document, over: ProgramHead()) == false)
            #expect(try await store.store(program: second, document, over: head))
            #expect(try await store.store(program: second, document, over: head) == false)
            #expect(try await client.get("").bytes == document.bytes)
        }
    }

    @Test("A document whose bytes the disk changed is not served")
    func damage() async throws {
        let world = try await ProgramWorld(seed: 954)
        try await world.testRunning { (client) async throws in
            _ = try await world.core.store.write { db -> Result<Void, Problem> in
                try db.execute(sql: "UPDATE program_document SET envelope = CAST(X'20' || envelope AS BLOB)")
                try db.execute(sql: "UPDATE root SET envelope = CAST(X'20' || envelope AS BLOB)")
                return .success(())
            }
            for path in ["/versions/1", "/root/versions/1", "/roots"] {
                #expect(try await client.get(path) == .refused(.uncertain), "\(path)")
            }
        }
    }
}
