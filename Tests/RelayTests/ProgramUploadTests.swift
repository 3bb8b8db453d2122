import CallboxCrypto
import CallboxProgram
import CallboxRelay
import CallboxTesting
import CallboxWire
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

/// The documents themselves are good in all of these: it is about who brings them.
@Suite("Who may bring documents to a relay")
struct ProgramUploadTests {
    /// A document that would be taken, and what it is sent by.
    private struct Upload {
        let method: HTTPRequest.Method
        let path: String
        let envelope: SignedEnvelope
        /// Who may bring it, and who of the program may not.
        let signer: SampleKey
        let others: [SampleKey]
    }

    private func key(_ seed: UInt64) -> SampleKey {
        var random = SeededRandom(seed: seed)
        return SampleKey(from: &random)
    }

    /// One of each kind that follows what a running world has; the one of freshness names the first program document.
    private func uploads(_ world: ProgramWorld) throws -> [Upload] {
        let sample = world.sample
        let statement = FreshnessStatement(
            programID: world.id, version: 1, hash: sample.program.hash, time: SampleProgram.now, bulletin: nil)
        let bulletin = Bulletin(
            programID: world.id, after: nil, issued: SampleProgram.now, incidentAt: nil, title: try Line("News"),
            text: try Passage("Text"))
        let coordinator = sample.coordinators[2]
        let member = sample.peers[0].signing
        let notCoordinators = [sample.online, member]
        return [
            Upload(
                method: .put, path: "/freshness", envelope: [sample.online].sign(statement.payload, as: .freshness),
                signer: sample.online, others: [coordinator, member]),
            Upload(
                method: .post, path: "/bulletins", envelope: [coordinator].sign(bulletin.payload, as: .bulletin),
                signer: coordinator, others: notCoordinators),
            Upload(
                method: .put, path: "", envelope: try sample.sign(sample.next()), signer: coordinator,
                others: notCoordinators),
            Upload(
                method: .put, path: "/root",
                envelope: try world.nextRoot(keys: sample.coordinators, online: sample.online.publicKey),
                signer: coordinator, others: notCoordinators),
        ]
    }

    private func what(_ client: ProgramClient) async throws -> [[UInt8]] {
        var bytes: [[UInt8]] = []
        for path in ["", "/root", "/freshness"] { bytes.append(try await client.get(path).bytes) }
        return bytes + [try await client.get("/bulletins", query: "after=0").bytes]
    }

    @Test("A good document comes in by those who may bring it, and by nobody else")
    func whoBrings() async throws {
        let world = try await ProgramWorld(seed: 980)
        let uploads = try uploads(world)
        let stranger = key(981)
        try await world.testRunning { (client) async throws in
            let before = try await what(client)
            for upload in uploads {
                let content = upload.envelope.encoded
                func send(
                    by key: SampleKey?, as claimed: SampleKey? = nil, signing: [UInt8]? = nil,
                    at relay: VerificationKey? = nil, created: Int64? = nil
                ) async throws -> Answer {
                    try await client.send(
                        upload.method, upload.path, content, type: MediaType.json, signedBy: key, as: claimed,
                        signing: signing, at: relay, created: created)
                }
                #expect(try await send(by: nil) == .refused(.signatureMissing), "\(upload.path)")
                for other in upload.others + [stranger] {
                    #expect(try await send(by: other) == .refused(.notPermitted), "\(upload.path)")
                    // By its key alone: a digest of other content would be `signature-invalid` once the content is read.
                    let unread = try await send(by: other, signing: [1])
                    #expect(unread == .refused(.notPermitted), "\(upload.path)")
                }
                let forged = try await send(by: stranger, as: upload.signer)
                #expect(forged == .refused(.signatureInvalid), "\(upload.path)")
                let exchanged = try await send(by: upload.signer, signing: [1])
                #expect(exchanged == .refused(.signatureInvalid), "\(upload.path)")
                let astray = try await send(by: upload.signer, at: stranger.publicKey)
                #expect(astray == .refused(.wrongRelay), "\(upload.path)")
                let old = try await send(by: upload.signer, created: Int64(SampleProgram.now.seconds) - 301)
                #expect(old == .refused(.signatureStale), "\(upload.path)")
            }
            #expect(try await what(client) == before)
            for upload in uploads {
                let taken = try await client.send(
                    upload.method, upload.path, upload.envelope.encoded, type: MediaType.json, signedBy: upload.signer)
                #expect(taken == .done, "\(upload.path)")
            }
            #expect(try await what(client) != before)
        }
    }

    @Test("Whose signature does not hold is refused before a byte of content is read")
    func unread() async throws {
        let world = try await ProgramWorld(seed: 985)
        let uploads = try uploads(world)
        try await world.testRunning { (_) async throws in
            let responder = relayRouter(world.core).buildResponder()
            for upload in uploads {
                func wasRead(signedBy key: SampleKey, as claimed: SampleKey? = nil, created: Int64? = nil) async throws
                    -> Bool
                {
                    let fields = try world.signed(
                        upload.method, upload.path, upload.envelope.encoded, by: key, as: claimed, created: created)
                    let content = UnreadContent()
                    let request = Request(
                        head: HTTPRequest(
                            method: upload.method, scheme: nil, authority: nil, path: world.path(upload.path),
                            headerFields: fields), body: RequestBody(asyncSequence: content))
                    let context = RelayContext(
                        source: ApplicationRequestContextSource(
                            channel: NIOAsyncTestingChannel(), logger: Logger(label: "test")))
                    let answer = try await responder.respond(to: request, context: context)
                    #expect(answer.status.code >= 400)
                    return content.wasRead.withLock { $0 }
                }
                #expect(try await wasRead(signedBy: upload.signer), "\(upload.path)")
                #expect(try await !wasRead(signedBy: key(986), as: upload.signer), "\(upload.path)")
                let old = Int64(SampleProgram.now.seconds) - 301
                #expect(try await !wasRead(signedBy: upload.signer, created: old), "\(upload.path)")
            }
        }
    }

    @Test("A request is good once; the same document signed anew is done already")
    func replay() async throws {
        let world = try await ProgramWorld(seed: 982)
        let uploads = try uploads(world)
        try await world.testRunning { (client) async throws in
            for (place, upload) in uploads.enumerated() {
                let nonce = RequestNonce(unchecked: [UInt8](repeating: UInt8(place), count: 16))
                func send(_ nonce: RequestNonce?) async throws -> Answer {
                    try await client.send(
                        upload.method, upload.path, upload.envelope.encoded, type: MediaType.json,
                        signedBy: upload.signer, nonce: nonce)
                }
                #expect(try await send(nonce) == .done, "\(upload.path)")
                #expect(try await send(nonce) == .refused(.nonceReused), "\(upload.path)")
                #expect(try await send(nil) == .done, "\(upload.path)")
            }
        }
    }

    @Test("The first root is brought by one of its own coordinators, once the operator has allowed it")
    func firstRoot() async throws {
        let world = try await ProgramWorld(seed: 983)
        let root = world.sample.root.envelope
        let (coordinator, stranger) = (world.sample.coordinators[2], key(984))
        try await world.test { (client) async throws in
            func send(by key: SampleKey?, as claimed: SampleKey? = nil, signing: [UInt8]? = nil) async throws -> Answer
            {
                try await client.send(
                    .put, "/root", root.encoded, type: MediaType.json, signedBy: key, as: claimed, signing: signing)
            }
            #expect(try await send(by: nil) == .refused(.signatureMissing))
            // Nobody's signature is looked at for a root that is not allowed.
            #expect(try await send(by: coordinator) == .refused(.programNotAllowed))
            #expect(try await send(by: stranger, as: coordinator) == .refused(.programNotAllowed))
            try await world.allow()
            for other in [stranger, world.sample.online, world.sample.peers[0].signing] {
                #expect(try await send(by: other) == .refused(.notPermitted))
            }
            #expect(try await send(by: stranger, as: coordinator) == .refused(.signatureInvalid))
            #expect(try await send(by: coordinator, signing: [1]) == .refused(.signatureInvalid))
            #expect(try await client.get("/root") == .refused(.noSuchDocument))
            #expect(try await send(by: coordinator) == .done)
            #expect(try await client.get("/root").bytes == root.encoded)
        }
    }

    @Test(
        "Whoever brought the root that took their own key away is told again that it came, and may bring nothing else")
    func outgoing() async throws {
        let world = try await ProgramWorld(seed: 985)
        let sample = world.sample
        let (keys, others) = ((1...3).map { key(9850 + $0) }, (4...6).map { key(9850 + $0) })
        let next = try world.nextRoot(keys: keys, online: nil)
        let later = try RootDocument(
            programID: world.id, version: 3, previous: RootDocument.digest(of: next.unverifiedPayload),
            issued: SampleProgram.now, coordinatorKeys: others.map(\.publicKey), quorum: 2, onlineKey: nil)
        let third = (keys + others).sign(later.payload, as: .root)
        let document = (sample.coordinators + keys).sign(sample.program.document.payload, as: .program)
        try await world.testRunning { (client) async throws in
            #expect(try await client.put("/root", next, by: keys[0]) == .refused(.notPermitted))
            #expect(try await client.put("/root", next) == .done)
            #expect(try await client.put("/root", next) == .done)
            #expect(try await client.put("/root", third) == .refused(.notPermitted))
            #expect(try await client.put("", document) == .refused(.notPermitted))
            #expect(try await client.put("", document, by: keys[0]) == .done)
            #expect(try await client.put("/root", third, by: keys[0]) == .done)
            #expect(try await client.put("/root", next) == .refused(.notPermitted))
            #expect(try await client.put("/root", next, by: keys[0]) == .done)
        }
    }

    @Test("An envelope with more signatures than there are keys to make them is refused, though its quorum has signed")
    func tooManySignatures() async throws {
        let world = try await ProgramWorld(seed: 986)
        let stranger = key(987)
        let newKeys = (1...3).map { key(9870 + $0) }
        try await world.testRunning { (client) async throws in
            for upload in try uploads(world) where upload.path != "/root" {
                var many = upload.envelope
                let type: PayloadType =
                    switch upload.path {
                    case "/freshness": .freshness
                    case "/bulletins": .bulletin
                    default: .program
                    }
                let keys = type == .freshness ? [stranger] : world.sample.coordinators + [stranger]
                for key in keys { many.sign(as: type, by: key.key()) }
                let refused = try await client.send(
                    upload.method, upload.path, many.encoded, type: MediaType.json, signedBy: upload.signer)
                #expect(refused == .refused(.documentInvalid), "\(upload.path)")
            }
            let root = try world.nextRoot(keys: newKeys, online: nil)
            var many = root
            many.sign(as: .root, by: stranger.key())
            #expect(try await client.put("/root", many) == .refused(.documentInvalid))
            #expect(try await client.put("/root", root) == .done)
        }
    }

    @Test("Signatures are counted by the keys of a root and of the one before it")
    func signatureLimit() throws {
        let sample = try SampleProgram(seed: 988)
        let root = sample.root.document
        func next(_ keys: [SampleKey]) throws -> RootDocument {
            try RootDocument(
                programID: root.programID, version: 2, previous: sample.root.digest, issued: SampleProgram.now,
                coordinatorKeys: keys.map(\.publicKey), quorum: 2, onlineKey: nil)
        }
        #expect(ProgramRules.signatureLimit(under: root, after: nil) == 3)
        #expect(try ProgramRules.signatureLimit(under: next(sample.coordinators), after: root) == 3)
        #expect(try ProgramRules.signatureLimit(under: next([sample.coordinators[0], key(1)]), after: root) == 4)
        // A program from elsewhere: who signed before is not known here.
        #expect(try ProgramRules.signatureLimit(under: next(sample.coordinators), after: nil) == 32)
    }

    @Test("What a relay holds of programs is counted")
    func counts() async throws {
        let world = try await ProgramWorld(seed: 989)
        try await world.testRunning { (client) async throws in
            for upload in try uploads(world) {
                _ = try await client.send(
                    upload.method, upload.path, upload.envelope.encoded, type: MediaType.json, signedBy: upload.signer)
            }
            let hashes = [UInt8](repeating: 1, count: 32) + [UInt8](repeating: 2, count: 32)
            let codes = try await client.send(
                .post, "/codes", hashes, type: MediaType.octets, signedBy: world.sample.coordinators[0])
            #expect(codes == .done)
            var counts = StoreCounts()
            (counts.programs, counts.documents, counts.codeHashes) = (1, 6, 2)
            var held = try await world.core.store.counts()
            held.bytes = 0
            #expect(held == counts)
        }
    }
}

/// Content that notes whether anybody asked for it, and never comes.
private final class UnreadContent: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let wasRead = Mutex(false)

    struct AsyncIterator: AsyncIteratorProtocol {
        let content: UnreadContent
        func next() async throws -> ByteBuffer? {
            content.wasRead.withLock { $0 = true }
            throw CancellationError()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(content: self) }
}
