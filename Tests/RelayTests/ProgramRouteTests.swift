import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import HTTPTypes
import Testing

@Suite("A program's documents at a relay")
struct ProgramRouteTests {
    private func newKeys(_ seed: UInt64 = 901) -> [SampleKey] {
        var random = SeededRandom(seed: seed)
        return (0..<3).map { _ in SampleKey(from: &random) }
    }

    @Test("A program that the operator has not allowed cannot come in, and nothing of it is served")
    func notAllowed() async throws {
        let world = try await ProgramWorld(seed: 900)
        try await world.test { (client) async throws in
            #expect(try await client.put("/root", world.sample.root.envelope) == .refused(.programNotAllowed))
            #expect(try await client.put("", world.sample.program.envelope) == .refused(.programNotAllowed))
            for path in ["", "/root", "/roots", "/freshness", "/versions/1", "/root/versions/1", "/sheets/20833"] {
                #expect(try await client.get(path) == .refused(.noSuchDocument), "\(path)")
            }
            #expect(try await client.get("/bulletins", query: "after=0") == .refused(.noSuchDocument))
            // Who signs for a program that is not here learns no more than who may not.
            let (peer, key) = (world.sample.peers[0], world.sample.coordinators[0])
            let hash = [UInt8](repeating: 1, count: 32)
            let codes = try await client.send(.post, "/codes", hash, type: MediaType.octets, signedBy: key)
            #expect(codes == .refused(.notPermitted))
            let sheets = try await client.send(
                .put, "/members/\(peer.id.base64URL)/sheets", hash, type: MediaType.octets, signedBy: peer.signing)
            #expect(sheets == .refused(.notPermitted))
            let order = try TokenRequest(
                to: TokenKeyID(unchecked: hash), blinded: [BlindedElement(unchecked: hash)]
            ).bytes
            let member = try await client.send(
                .post, "/tokens", order, type: TokenRequest.mediaType, signedBy: peer.signing)
            #expect(member == .refused(.notPermitted))
        }
    }

    @Test("Root and document are served byte for byte as they came, under one tag, and not again to who has them")
    func served() async throws {
        let world = try await ProgramWorld(seed: 901)
        let (root, document) = (world.sample.root.envelope.encoded, world.sample.program.envelope.encoded)
        try await world.testRunning { (client) async throws in
            for (path, bytes) in [
                ("", document), ("/versions/1", document), ("/root", root), ("/root/versions/1", root),
            ] {
                let answer = try await client.get(path)
                #expect(answer.status == 200 && answer.bytes == bytes, "\(path)")
                #expect(answer.headers[.contentType] == "application/json")
                #expect(answer.headers[.cacheControl] == "no-cache")
                let tag = try #require(answer.headers[.eTag])
                #expect(tag == DocumentTag(of: bytes).entityTag && tag.utf8.count == 66)
                for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                    let again = try await client.get(path, headers: [.ifNoneMatch: known])
                    #expect(again.status == 304 && again.bytes.isEmpty && again.headers[.eTag] == tag)
                }
                let other = try await client.get(
                    path, headers: [.ifNoneMatch: "\"\(String(repeating: "0", count: 64))\""])
                #expect(other.status == 200)
            }
            #expect(try await client.get("/versions/2") == .refused(.noSuchDocument))
            #expect(try await client.get("/root/versions/2") == .refused(.noSuchDocument))
            #expect(try await client.get("/versions/01") == .refused(.malformed))
            #expect(try await client.get("", query: "x=1") == .refused(.malformed))
            #expect(try await client.get("", headers: [.accept: "text/html"]) == .refused(.notAcceptable))
            #expect(try await client.send(.delete, "") == .refused(.wrongMethod))
            #expect(try await client.send(.put, "", document, type: MediaType.octets) == .refused(.wrongMediaType))
        }
    }

    @Test("The same document again changes nothing, an older one, a fork and a gap are refused")
    func order() async throws {
        let world = try await ProgramWorld(seed: 902)
        let sample = world.sample
        let second = try sample.sign(sample.next())
        let fork = try sample.sign(sample.next { $0.name = try Line("Another county") })
        let secondHash = ProgramDocument.hash(of: second.unverifiedPayload)
        let skipping = try sample.sign(sample.next { ($0.version, $0.previous) = (4, secondHash) })
        let gap = try sample.sign(sample.next { $0.version = 9 })
        let older = try sample.sign(
            sample.next {
                $0.version = 3; $0.previous = secondHash
            })
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("", sample.program.envelope) == .done)
            #expect(try await client.put("", second) == .done)
            #expect(try await client.put("", second) == .done)
            #expect(try await client.put("", fork) == .refused(.documentOutOfOrder))
            #expect(try await client.put("", gap) == .refused(.documentOutOfOrder))
            // A number whose signing was broken off is left out.
            #expect(try await client.put("", skipping) == .done)
            #expect(try await client.put("", older) == .refused(.documentRollback))
            // A retry after a lost answer, when others have gone on.
            #expect(try await client.put("", second) == .done)
            #expect(try await client.get("").bytes == skipping.encoded)
            #expect(try await client.get("/versions/2").bytes == second.encoded)
            #expect(try await client.get("/versions/3") == .refused(.noSuchDocument))
        }
    }

    @Test(
        "A document without its quorum, of another program, of another kind or damaged is refused and changes nothing")
    func refused() async throws {
        let world = try await ProgramWorld(seed: 903)
        let sample = world.sample
        let other = try SampleProgram(seed: 904)
        let lonely = try sample.sign(sample.next(), by: [0])
        let twice = [sample.coordinators[0], sample.coordinators[0]].sign(
            try ProgramDocument(sample.next()).payload, as: .program)
        let long = try sample.sign(sample.next { $0.expires = $0.issued.later(by: 91 * 86_400) })
        var damaged = try sample.sign(sample.next()).encoded
        damaged[damaged.count / 2] ^= 1
        let broken = damaged
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("", lonely) == .refused(.quorumMissing))
            #expect(try await client.put("", twice) == .refused(.quorumMissing))
            #expect(try await client.put("", other.program.envelope) == .refused(.quorumMissing))
            #expect(try await client.put("", long) == .refused(.documentInvalid))
            #expect(try await client.put("", sample.root.envelope) == .refused(.documentInvalid))
            let key = sample.coordinators[0]
            let answer = try await client.send(.put, "", broken, type: MediaType.json, signedBy: key)
            #expect(answer == .refused(.quorumMissing) || answer == .refused(.documentInvalid))
            let nothing = try await client.send(.put, "", Array("{}".utf8), type: MediaType.json, signedBy: key)
            #expect(nothing == .refused(.documentInvalid))
            let huge = [UInt8](repeating: 0x20, count: 70_000 / 3 * 4 + 20_000)
            let tooLarge = try await client.send(.put, "/root", huge, type: MediaType.json, signedBy: key)
            #expect(tooLarge == .refused(.tooLarge))
            #expect(try await client.get("").bytes == sample.program.envelope.encoded)
            #expect(try await client.get("/versions/2") == .refused(.noSuchDocument))
        }
    }

    @Test("A root follows by both quorums; then the document in hand counts again once the new keys have signed it")
    func rotation() async throws {
        let world = try await ProgramWorld(seed: 905)
        let (sample, keys) = (world.sample, newKeys())
        let onlyOld = try world.nextRoot(keys: keys, online: nil, signers: sample.coordinators)
        let onlyNew = try world.nextRoot(keys: keys, online: nil, signers: keys)
        let skipping = try world.nextRoot(keys: keys, online: nil, version: 3)
        let stranger = try world.nextRoot(
            keys: keys, online: nil, previous: RootDigest(unchecked: sample.program.hash.bytes))
        let next = try world.nextRoot(keys: keys, online: sample.online.publicKey)
        let fork = try world.nextRoot(keys: newKeys(906), online: nil)
        let payload = sample.program.document.payload
        let anew = (sample.coordinators + keys).sign(payload, as: .program)
        let second = keys.sign(try ProgramDocument(sample.next()).payload, as: .program)
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("/root", sample.root.envelope) == .done)
            #expect(try await client.put("/root", onlyOld) == .refused(.quorumMissing))
            #expect(try await client.put("/root", onlyNew) == .refused(.quorumMissing))
            #expect(try await client.put("/root", skipping) == .refused(.documentOutOfOrder))
            #expect(try await client.put("/root", stranger) == .refused(.documentOutOfOrder))
            #expect(try await client.put("/root", next) == .done)
            #expect(try await client.put("/root", next) == .done)
            #expect(try await client.put("/root", fork, by: keys[0]) == .refused(.documentOutOfOrder))
            #expect(try await client.put("/root", sample.root.envelope) == .done)
            #expect(try await client.get("/root").bytes == next.encoded)

            // The old envelope no longer counts; the old keys cannot bring it back, the new ones can.
            #expect(try await client.put("", sample.program.envelope, by: keys[0]) == .refused(.quorumMissing))
            #expect(try await client.put("", anew, by: keys[0]) == .done)
            #expect(try await client.get("").bytes == anew.encoded)
            // Nobody can take signatures off again.
            #expect(try await client.put("", keys.sign(payload, as: .program), by: keys[0]) == .done)
            #expect(try await client.get("").bytes == anew.encoded)
            #expect(try await client.put("", second, by: keys[0]) == .done)

            // Whoever pinned the first root finds the way to the newest.
            let chain = try RootChain(parsing: try await client.get("/roots").bytes)
            var state = try sample.state()
            #expect(try state.accept(roots: chain) == .accepted)
            #expect(state.root.document.version == 2)
            let served = try SignedEnvelope(parsing: try await client.get("").bytes, as: .program)
            #expect(try state.accept(program: served) == .accepted)
        }
    }

    @Test("A root or document that reads well and names another program is refused")
    func wrongProgram() async throws {
        let world = try await ProgramWorld(seed: 907)
        let other = try SampleProgram(seed: 908)
        try await world.allow(other.root)
        try await world.test { (client) async throws in
            #expect(
                try await client.put("/root", other.root.envelope, by: other.coordinators[0])
                    == .refused(.documentInvalid))
            #expect(try await client.get("/root") == .refused(.noSuchDocument))
        }
    }

    @Test("Of many documents that follow the same one, sent at once, one is taken")
    func race() async throws {
        let world = try await ProgramWorld(seed: 971)
        let documents = try (0..<8).map { number in
            try world.sample.sign(world.sample.next { $0.name = try Line("County \(number)") })
        }
        try await world.testRunning { (client) async throws in
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for document in documents { group.addTask { try await client.put("", document) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0 == .done }.count == 1)
            #expect(answers.filter { $0 == .refused(.documentOutOfOrder) }.count == 7)
            let served = try await client.get("").bytes
            #expect(documents.contains { $0.encoded == served })
        }
    }

    @Test("A roster of many members comes in and out whole")
    func largeDocument() async throws {
        let world = try await ProgramWorld(seed: 972)
        var random = SeededRandom(seed: 973)
        var content = try world.sample.next()
        let biography = String(repeating: "x", count: 600)
        for _ in 0..<1_500 {
            var member = try SampleMember(.peer, from: &random).entry()
            member.profile.biography = try Passage(biography)
            content.members.append(member)
        }
        let large = try world.sample.sign(content)
        #expect(large.encoded.count > 2_000_000)
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("", large) == .done)
            #expect(try await client.get("").bytes == large.encoded)
            #expect(try await client.get("/versions/2").bytes == large.encoded)
        }
    }

    @Test("Many who ask at once, before anything was read, are all answered")
    func herd() async throws {
        let world = try await ProgramWorld(seed: 970)
        try await world.testRunning { _ in }
        let again = try await SampleRelay(folder: world.relay.folder, clock: world.relay.clock)
        let desk = ProgramDesk(store: again.core.store)
        let shelf = BookShelf(store: again.core.store)
        let id = world.id
        let answers = try await withThrowingTaskGroup(of: (RosterHash?, Int).self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let known = try await desk.program(id)
                    let book = try await shelf.book(of: known, on: SampleProgram.today)
                    return (known.program?.hash, book.bytes.count)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 100)
        #expect(answers.allSatisfy { $0.0 == world.sample.program.hash && $0.1 == 9 })
        try again.core.store.close()
    }

    @Test("What was put is there for the next process")
    func restart() async throws {
        let world = try await ProgramWorld(seed: 909)
        try await world.testRunning { _ in }
        let again = try await SampleRelay(folder: world.relay.folder, clock: world.relay.clock)
        let desk = ProgramDesk(store: again.core.store)
        let known = try await desk.program(world.id)
        #expect(known.program?.hash == world.sample.program.hash)
        #expect(known.root.digest == world.sample.root.digest)
        try again.core.store.close()
    }
}
