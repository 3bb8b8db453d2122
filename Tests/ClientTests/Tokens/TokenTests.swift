import CallboxCrypto
import CallboxProgram
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxClient

@Suite("Tokens of a client")
struct ClientTokenTests {
    private func purse(_ world: CareWorld) throws -> Purse { try world.store.records.value(.purse) ?? Purse() }

    private func count(_ world: CareWorld) throws -> Int { try purse(world).count(on: Day(of: world.clock.now)) }

    @Test("A batch is fetched at joining, once, and every token of it counts once")
    func joining() async throws {
        let world = try await CareWorld(seed: 1)
        try await world.enrol()
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(try count(world) == 16)
        world.relay.forgetCalls()
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(world.relay.calls.isEmpty, "nothing is asked for twice in an epoch")
        let tokens = try (0..<16).map { _ in
            try world.store.change { try Callbox.takeToken(on: SampleProgram.today, from: &$0) }
        }
        #expect(Set(tokens.compactMap { $0?.bytes }).count == 16)
        #expect(try world.store.change { try Callbox.takeToken(on: SampleProgram.today, from: &$0) } == nil)
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(world.relay.calls.isEmpty, "and never because there is none left")
    }

    @Test("After that, at a moment of the next epoch's first days that was drawn once")
    func nextEpoch() async throws {
        var moments: Set<UInt64> = []
        for seed in 0..<6 {
            let world = try await CareWorld(seed: UInt64(seed) + 10)
            try await world.enrol()
            _ = try await world.callbox.fetchTokens()
            world.clock.set(SampleProgram.today.later(by: 28).start)
            _ = try await world.callbox.fetchTokens()
            let due = try #require(purse(world).plans.first { $0.epoch == 2 }).due
            let first = SampleProgram.today.later(by: 28).start
            #expect(first <= due && due < first.later(by: 3 * 86_400))
            moments.insert(due.seconds)
            world.clock.set(due.later(by: 1))
            #expect(try await world.callbox.fetchTokens().isEmpty)
            #expect(try purse(world).plans.first { $0.epoch == 2 }?.due == due)
            // Those of the epoch before still count, and go first.
            #expect(try count(world) == 32)
            let token = try world.store.change { try Callbox.takeToken(on: Day(of: due), from: &$0) }
            let key = try VOPRFPublicKey.checked(#require(world.paper.issuingKey(of: 1)).bytes)
            #expect(token?.input.keyID == TokenKeyID(of: key))
        }
        #expect(moments.count > 3)
    }

    @Test("Tokens of an epoch that is two back are forgotten")
    func oldTokens() throws {
        var purse = Purse()
        let key = TokenIssuingKey(unchecked: [UInt8](repeating: 1, count: 32))
        let epoch = try TokenEpoch(number: 3, first: Day(100), last: Day(127), key: key)
        let input = TokenInput(
            nonce: TokenNonce(unchecked: [UInt8](repeating: 1, count: 32)),
            challenge: ChallengeDigest(unchecked: [UInt8](repeating: 2, count: 32)),
            keyID: TokenKeyID(unchecked: [UInt8](repeating: 3, count: 32)))
        let token = Token(input: input, authenticator: VOPRFOutput(unchecked: [UInt8](repeating: 4, count: 64)))
        purse.put([token, token], of: epoch)
        #expect([99, 100, 127, 155, 156].map { purse.count(on: Day($0)) } == [0, 2, 2, 2, 0])
        purse.forget(on: Day(155))
        #expect(purse.count(on: Day(155)) == 2)
        purse.forget(on: Day(156))
        #expect(purse.batches.isEmpty)
    }

    @Test("A lost answer is asked for again by the same bytes, also after a crash at every change")
    func lostAnswers() async throws {
        for change in 1...4 {
            for fault in [MemoryStore.Fault.crashBefore, .crashAfter, .failAndForget, .failYetKeep] {
                let world = try await CareWorld(seed: 20)
                try await world.enrol()
                world.store.plan(fault, at: world.store.changes + change)
                _ = try? await world.callbox.fetchTokens()
                world.store.restart()
                #expect(try await world.callbox.fetchTokens().isEmpty, "\(change) \(fault)")
                #expect(try count(world) == 16, "\(change) \(fault)")
                #expect(try world.store.records.value(.batch(1)) == nil)
            }
        }
        let world = try await CareWorld(seed: 21)
        try await world.enrol()
        world.relay.behave { conduct in
            conduct.deed = { _, call in call.kind == .tokens ? .failAfter(.tooSlow) : .honest }
        }
        #expect(try await world.callbox.fetchTokens().map(\.kind) == [.network])
        let order = try #require(try world.store.records.value(.batch(1)))
        world.relay.behave { $0.deed = { _, _ in .honest } }
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(try count(world) == 16)
        #expect(order.epoch.number == 1)
    }

    @Test(
        "A relay that answers under another key than the program's is refused and named, and the right answer can still come"
    )
    func wrongKey() async throws {
        let world = try await CareWorld(seed: 22)
        try await world.enrol()
        // A relay of the same name with issuing keys of its own, whose ids end alike, as one that marks people would have.
        let other = try await lookAlike(of: world)
        let marked = Callbox(store: world.store, relay: other, clock: world.clock)
        let troubles = try await marked.fetchTokens()
        #expect(troubles == [.wrongTokenKey] && troubles[0].kind == .notTrusted)
        #expect(try count(world) == 0)
        let order = try world.store.records.value(.batch(1))
        #expect(order != nil)
        #expect(try await world.callbox.fetchTokens().isEmpty, "not again on the same day")
        #expect(try count(world) == 0)
        world.clock.advance(seconds: 86_401)
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(try count(world) == 16)
    }

    private func lookAlike(of world: CareWorld) async throws -> PaperRelay {
        let wanted = try TokenKeyID(of: VOPRFPublicKey.checked(#require(world.paper.issuingKey(of: 1)).bytes)).truncated
        for seed in 1_000..<6_000 {
            let relay = PaperRelay(
                identity: world.paper.identity, clock: world.clock, epochs: [1], seed: UInt64(seed))
            let id = try TokenKeyID(of: VOPRFPublicKey.checked(#require(relay.issuingKey(of: 1)).bytes))
            guard id.truncated == wanted else { continue }
            relay.host(world.sample)
            var random = SystemRandom()
            try await relay.enrol(
                [world.code.hash(in: world.sample.program.id)], in: world.sample.program.id,
                by: RequestSigner(.random(from: &random)))
            return relay
        }
        throw CryptoError.unusableKey
    }

    @Test("A batch that went elsewhere, and a code that nobody knows, are said in words, and work goes on without")
    func refusals() async throws {
        let world = try await CareWorld(seed: 23)
        let unknown = try await world.callbox.fetchTokens()
        #expect(unknown.map(\.kind) == [.unpaid] && unknown[0].happened.contains("code"))
        try await world.enrol()
        world.relay.forgetCalls()
        _ = try await world.callbox.fetchTokens()
        #expect(world.relay.calls.isEmpty, "not again on the same day")
        world.clock.advance(seconds: 86_401)
        #expect(try await world.callbox.fetchTokens().isEmpty)

        // The same code on another device.
        let second = Callbox(store: MemoryStore(seed: 99), relay: world.relay, clock: world.clock)
        try second.store.change { records in
            records.put(try world.store.records.existing(.person), in: .person)
            records.put(try world.state, in: .program)
            Callbox.keep(world.code, under: second.store.key, in: &records)
        }
        let taken = try await second.fetchTokens()
        #expect(taken.map(\.kind) == [.unpaid] && taken[0].happened.contains("another device"))
        world.relay.forgetCalls()
        world.clock.advance(seconds: 86_401)
        #expect(try await second.fetchTokens().isEmpty && world.relay.calls.isEmpty, "settled for this epoch")
    }

    @Test("A member buys by their key, an officer without a code asks for nothing")
    func buyers() async throws {
        var random = SeededRandom(seed: 24)
        let peers = try SampleProgram(from: &random).peers
        let world = try await CareWorld(seed: 24, member: peers[0])
        #expect(try await world.callbox.fetchTokens().isEmpty)
        #expect(try count(world) == 16)
        let officer = try await CareWorld(seed: 25)
        try officer.store.change { $0.put(nil, in: .code) }
        #expect(try await officer.callbox.fetchTokens().isEmpty)
        #expect(!officer.relay.calls.map(\.kind).contains(.tokens))
    }

    @Test("Work can be stopped, and finds the same stamp for the same request")
    func work() async throws {
        var random = SeededRandom(seed: 26)
        let key = SigningKey.random(from: &random).verificationKey
        let easy = try WorkDifficulty(bits: 8)
        let task = WorkTask.mailbox(key)
        let first = try await Work.stamp(for: task, at: key, on: Day(20_000), difficulty: easy)
        #expect(try await Work.stamp(for: task, at: key, on: Day(20_000), difficulty: easy) == first)
        try first.verify(task, at: key, days: 20_000...20_000, difficulty: easy)
        let hard = try WorkDifficulty(bits: 40)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await Work.stamp(for: task, at: key, on: Day(20_000), difficulty: hard)
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}
