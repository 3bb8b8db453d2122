import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Roots and their rotation")
struct RootTests {
    private let sample: SampleProgram
    private let newKeys: [SampleKey]

    init() throws {
        sample = try SampleProgram(seed: 4)
        var random = SeededRandom(seed: 5)
        newKeys = (0..<3).map { _ in SampleKey(from: &random) }
    }

    private var old: [SampleKey] { sample.coordinators }

    private func next(
        after root: VerifiedRoot? = nil, program: ProgramID? = nil, version: UInt64? = nil, previous: RootDigest? = nil,
        keys: [SampleKey]? = nil, quorum: Int = 2
    ) throws -> RootDocument {
        let root = root ?? sample.root
        return try RootDocument(
            programID: program ?? root.document.programID, version: version ?? root.document.version + 1,
            previous: previous ?? root.digest, issued: SampleProgram.now,
            coordinatorKeys: (keys ?? newKeys).map(\.publicKey), quorum: quorum,
            onlineKey: root.document.onlineKey)
    }

    private func sign(_ root: RootDocument, by keys: [SampleKey]) -> SignedEnvelope {
        keys.sign(root.payload, as: .root)
    }

    @Test("A rotation that a quorum of the old and a quorum of the new keys signed is followed")
    func rotation() throws {
        let second = try sample.root.successor(sign(next(), by: Array(old[..<2] + newKeys[1...])))
        #expect(second.document.version == 2)
        let thirdDocument = try next(after: second, keys: [newKeys[0], newKeys[1], old[0]])
        let third = try second.successor(sign(thirdDocument, by: Array(newKeys[..<2])))
        let chain = try RootChain(parsing: RootChain([sample.root, second, third].map(\.envelope)).encoded)
        for pinned in [sample.root, second, third] {
            #expect(try chain.verify { $0 == pinned.digest }.digest == third.digest)
            #expect(try chain.verify(from: pinned).digest == third.digest)
        }
    }

    @Test("A rotation without a quorum of the old keys, or without one of the new, is refused")
    func quorums() throws {
        let document = try next()
        let signers: [[SampleKey]] = [
            newKeys, old, [old[0], old[1], newKeys[0]], [old[0]] + newKeys, [old[0], old[0], newKeys[0], newKeys[1]],
            [old[0], old[1], newKeys[0], newKeys[0]], [sample.online, old[0]] + newKeys,
        ]
        for keys in signers {
            #expect(refusal { try sample.root.successor(sign(document, by: keys)) } == .quorum)
        }
    }

    @Test("A key in both sets counts for both, once in each")
    func sharedKeys() throws {
        let document = try next(keys: [old[0], old[1], newKeys[0]])
        #expect(try sample.root.successor(sign(document, by: Array(old[..<2]))).document == document)
        #expect(refusal { try sample.root.successor(sign(document, by: [old[0], newKeys[0]])) } == .quorum)
        #expect(refusal { try sample.root.successor(sign(document, by: [old[0], old[2]])) } == .quorum)
    }

    @Test("Another program, a version skipped or taken back, and another root before it are refused")
    func links() throws {
        var random = SeededRandom(seed: 6)
        let all = old + newKeys
        let wrong: [(RootDocument, ProgramError)] = [
            (try next(program: .random(from: &random)), .wrongProgram),
            (try next(version: 3), .gap),
            (try next(previous: .random(from: &random)), .wrongPrevious),
            (sample.root.document, .rollback),
        ]
        for (document, error) in wrong {
            #expect(refusal { try sample.root.successor(sign(document, by: all)) } == error)
        }
    }

    @Test("A pin finds its root in the chain, and nothing else is believed")
    func pins() throws {
        let second = try sample.root.successor(sign(next(), by: old + newKeys))
        let chain = try RootChain([sample.root.envelope, second.envelope])
        let firstByte = second.digest.bytes[0]
        #expect(try chain.verify { $0.bytes[0] == firstByte }.digest == second.digest)
        #expect(refusal { try chain.verify { _ in false } } == .unknownRoot)
        #expect(refusal { try RootChain([]).verify { _ in true } } == .unknownRoot)
        let unsigned = try RootChain([old[..<1].sign(sample.root.document.payload, as: .root)])
        #expect(refusal { try unsigned.verify { $0 == sample.root.digest } } == .quorum)
        let swapped = try RootChain([second.envelope, sample.root.envelope])
        #expect(refusal { try swapped.verify { $0 == second.digest } } == .quorum)
        let doubled = try RootChain([sample.root.envelope, sample.root.envelope])
        #expect(refusal { try doubled.verify { $0 == sample.root.digest } } == .rollback)
    }

    @Test("A chain that ends too soon is a rollback, and one that holds in another way is a fork")
    func rollbackAndFork() throws {
        let second = try sample.root.successor(sign(next(), by: old + newKeys))
        let other = sign(try next(keys: old), by: old)
        #expect(refusal { try RootChain([sample.root.envelope]).verify(from: second) } == .rollback)
        #expect(refusal { try RootChain([sample.root.envelope, other]).verify(from: second) } == .fork)
        #expect(refusal { try RootChain([other]).verify(from: second) } == .unknownRoot)
        let forged = sign(try next(keys: newKeys, quorum: 1), by: newKeys)
        #expect(refusal { try RootChain([sample.root.envelope, forged]).verify(from: second) } == .quorum)
        let onlyPrevious = try RootChain([sample.root.envelope, sample.root.envelope])
        #expect(refusal { try onlyPrevious.verify(from: second) } == .rollback)
    }

    @Test("Key counts, quorums, versions and links that cannot be are refused")
    func impossible() throws {
        let keys = old.map(\.publicKey)
        let make = {
            (keys: [VerificationKey], quorum: Int, version: UInt64, previous: RootDigest?, online: VerificationKey?) in
            refusal {
                try RootDocument(
                    programID: sample.root.document.programID, version: version, previous: previous,
                    issued: SampleProgram.now, coordinatorKeys: keys, quorum: quorum, onlineKey: online)
            }
        }
        let digest = sample.root.digest
        #expect(make(keys, 3, 1, nil, nil) == nil)
        #expect(make([keys[0]], 1, 1, nil, nil) == nil)
        #expect(make([], 0, 1, nil, nil) == .field)
        #expect(make(keys, 0, 1, nil, nil) == .field)
        #expect(make(keys, 4, 1, nil, nil) == .field)
        #expect(make(keys, -1, 1, nil, nil) == .field)
        #expect(make(keys, 2, 0, nil, nil) == .field)
        #expect(make(keys, 2, 1, digest, nil) == .field)
        #expect(make(keys, 2, 2, nil, nil) == .field)
        #expect(make(keys, 2, 1 << 53, digest, nil) == .field)
        #expect(make(keys + [keys[0]], 2, 1, nil, nil) == .keyReused)
        #expect(make(keys, 2, 1, nil, keys[1]) == .keyReused)
        var random = SeededRandom(seed: 7)
        let many = (0..<17).map { _ in VerificationKey.random(from: &random) }
        #expect(make(Array(many[..<16]), 16, 1, nil, nil) == nil)
        #expect(make(many, 16, 1, nil, nil) == .field)
    }

    @Test(
        "A root is read as it was written; truncated, lengthened or damaged it is refused or another root, never a trap"
    )
    func decoding() throws {
        let payload = sample.root.document.payload
        #expect(try RootDocument(parsing: payload) == sample.root.document)
        #expect(sample.root.document.digest == sample.root.digest)
        for length in 0..<payload.count {
            #expect(refusal { try RootDocument(parsing: [UInt8](payload[..<length])) } == .malformed)
        }
        #expect(refusal { try RootDocument(parsing: payload + [0x7D]) } == .malformed)
        for damaged in mutations(of: payload, count: 500, seed: 8) {
            guard let read = try? RootDocument(parsing: damaged) else { continue }
            #expect(try RootDocument(parsing: read.payload) == read)
        }
    }

    @Test("A chain is read as it was written, and is bounded")
    func chainDecoding() throws {
        let chain = try RootChain([sample.root.envelope])
        let bytes = chain.encoded
        #expect(try RootChain(parsing: bytes).roots == chain.roots)
        for length in 0..<bytes.count {
            #expect(refusal { try RootChain(parsing: [UInt8](bytes[..<length])) } == .malformed)
        }
        let many = Array(repeating: sample.root.envelope, count: 129)
        #expect(refusal { try RootChain(many) } == .tooLarge)
        #expect(
            refusal { try RootChain(parsing: [UInt8](repeating: 0x20, count: RootChain.byteLimit + 1)) } == .tooLarge)
        for damaged in mutations(of: bytes, count: 300, seed: 9) {
            guard let chain = try? RootChain(parsing: damaged) else { continue }
            _ = try? chain.verify { $0 == sample.root.digest }
        }
    }
}
