import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

@Suite("Ratchet")
struct RatchetTests {
    @Test("Texts travel both ways, in long turns and in short ones, through restarts of both ends")
    func conversation() throws {
        var pair = try SessionPair(seed: 1)
        for turn in 0..<12 {
            let role: Role = turn.isMultiple(of: 2) ? .initiator : .responder
            for number in 0...(turn % 4) {
                let text = "turn \(turn), message \(number)"
                #expect(try pair.exchange(text, from: role) == text)
            }
            try pair.restart(.initiator)
            try pair.restart(.responder)
        }
    }

    @Test("A responder cannot answer before the first message")
    func responderWaits() throws {
        var pair = try SessionPair(seed: 2)
        #expect(throws: SealingError.unusableKey) { _ = try pair.send("too early", from: .responder) }
        #expect(try pair.exchange("first", from: .initiator) == "first")
        #expect(try pair.exchange("now", from: .responder) == "now")
    }

    @Test("Messages open in any order, each once, also across turns")
    func reordering() throws {
        var pair = try SessionPair(seed: 3)
        let early = try (0..<4).map { try pair.send("early \($0)", from: .initiator) }
        #expect(try pair.receive(early[2], at: .responder) == Opened(content: Array("early 2".utf8), missing: 2))
        _ = try pair.exchange("answer", from: .responder)
        let late = try pair.send("late", from: .initiator)
        // Two of the first chain, 0 and 1, are known to be missing; `late` tells of 3.
        #expect(try pair.receive(late, at: .responder).missing == 1)
        try pair.restart(.responder)
        for index in [3, 0, 1] {
            let opened = try pair.receive(early[index], at: .responder)
            #expect(opened == Opened(content: Array("early \(index)".utf8), missing: 0))
        }
        for frame in early + [late] {
            let before = pair.state(of: .responder)
            #expect(throws: SealingError.refused) { try pair.receive(frame, at: .responder) }
            #expect(pair.state(of: .responder) == before)
        }
    }

    @Test("A frame does not open in another mailbox, in another session or at its own sender")
    func place() throws {
        var pair = try SessionPair(seed: 4)
        var other = try SessionPair(seed: 5)
        let frame = try pair.send("here only", from: .initiator)
        #expect(throws: SealingError.refused) {
            try pair.responder.open(frame, at: pair.initiatorMailbox, today: pair.today)
        }
        #expect(throws: SealingError.refused) { try other.receive(frame, at: .responder) }
        #expect(throws: SealingError.refused) { try pair.receive(frame, at: .initiator) }
        #expect(try pair.receive(frame, at: .responder).content == Array("here only".utf8))
    }

    @Test(
        "Every byte of a ratchet frame, flipped, is refused and leaves the state untouched", arguments: [false, true])
    func everyByte(newTurn: Bool) throws {
        var pair = try SessionPair(seed: 6)
        if !newTurn { _ = try pair.exchange("the chain is there", from: .initiator) }
        let frame = try pair.send("whole", from: .initiator)
        let before = pair.state(of: .responder)
        for index in frame.bytes.indices {
            // A flipped kind or version is no frame at all, or one of the other kind.
            guard let altered = try? Frame(frame.flippedBytes(index)) else { continue }
            #expect(throws: SealingError.refused) { try pair.receive(altered, at: .responder) }
        }
        #expect(pair.state(of: .responder) == before)
        #expect(try pair.receive(frame, at: .responder).content == Array("whole".utf8))
    }

    @Test("After a long loss the session goes on, and the last 256 keys of it are kept")
    func longLoss() throws {
        var pair = try SessionPair(seed: 7)
        let frames = try (0...300).map { try pair.send("\($0)", from: .initiator) }
        #expect(try pair.receive(frames[300], at: .responder).missing == 300)
        #expect(pair.responder.skipped.entries.count == 256)
        #expect(throws: SealingError.refused) { try pair.receive(frames[43], at: .responder) }
        #expect(try pair.receive(frames[44], at: .responder).content == Array("44".utf8))
        #expect(try pair.exchange("and back", from: .responder) == "and back")
    }

    @Test("A message that would make us walk more than 65,536 steps is refused")
    func walkLimit() throws {
        var pair = try SessionPair(seed: 12)
        _ = try pair.exchange("the chain is there", from: .initiator)
        pair.initiator.sending?.number += 65_536
        let far = try pair.send("too far", from: .initiator)
        let before = pair.state(of: .responder)
        #expect(throws: SealingError.refused) { try pair.receive(far, at: .responder) }
        #expect(pair.state(of: .responder) == before)
    }

    @Test("At most 1,024 skipped keys are kept, the oldest go first, and none longer than 30 days")
    func skippedStore() throws {
        var pair = try SessionPair(seed: 8)
        let key = Secret(random: 32, from: &pair.random)
        var first: [Frame] = []
        for burst in 0..<5 {
            let frames = try (0...256).map { try pair.send("\(burst).\($0)", from: .initiator) }
            first.append(frames[0])
            _ = try pair.receive(frames[256], at: .responder)
            #expect(pair.responder.skipped.entries.count <= SkippedKeys.perSession)
        }
        #expect(pair.responder.skipped.entries.count == SkippedKeys.perSession)
        #expect(throws: SealingError.refused) { try pair.receive(first[0], at: .responder) }
        #expect(try pair.receive(first[1], at: .responder).content == Array("1.0".utf8))
        pair.responder.forgetOldKeys(today: pair.today.later(by: 30))
        #expect(!pair.responder.skipped.entries.isEmpty)
        var silent = try Session.open(pair.responder.sealed(under: key, random: &pair.random), under: key)
        silent.forgetOldKeys(today: pair.today.later(by: 31))
        #expect(silent.skipped.entries.isEmpty)
        let frame = try pair.send("a month later", from: .initiator)
        _ = try pair.responder.open(frame, at: pair.responderMailbox, today: pair.today.later(by: 31))
        #expect(pair.responder.skipped.entries.isEmpty)
    }

    @Test("On the last day that can be said, keys are kept as on any other")
    func lastDay() throws {
        var pair = try SessionPair(seed: 14)
        let early = try pair.send("early", from: .initiator)
        let late = try pair.send("late", from: .initiator)
        let mailbox = pair.responderMailbox
        #expect(try pair.responder.open(late, at: mailbox, today: Day(.max)).missing == 1)
        #expect(try pair.responder.open(early, at: mailbox, today: Day(.max)).content == Array("early".utf8))
    }

    @Test("Content of every length that fits comes back, and one byte more is too long")
    func lengths() throws {
        var pair = try SessionPair(seed: 9)
        let most = Frame.byteCount - 2 - RatchetMessage.overhead - 2
        for length in [0, 1, 2, 255, 256, 257, most - 1, most] {
            let content = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let frame = try pair.initiator.seal(content, to: pair.responderMailbox, random: &pair.random)
            #expect(try pair.receive(frame, at: .responder).content == content)
        }
        let before = pair.state(of: .initiator)
        for length in [most + 1, most + 2, 70_000] {
            #expect(throws: SealingError.tooLong) {
                _ = try pair.initiator.seal(
                    [UInt8](repeating: 7, count: length), to: pair.responderMailbox, random: &pair.random)
            }
        }
        #expect(pair.state(of: .initiator) == before)
    }

    @Test("A stored session with one flipped byte, cut short or under another key does not open")
    func damagedStore() throws {
        var pair = try SessionPair(seed: 10)
        let frames = try (0..<3).map { try pair.send("\($0)", from: .initiator) }
        _ = try pair.receive(frames[2], at: .responder)
        let key = Secret(random: 32, from: &pair.random)
        let other = Secret(random: 32, from: &pair.random)
        let stored = pair.responder.sealed(under: key, random: &pair.random)
        #expect(throws: SealingError.damaged) { _ = try Session.open(stored, under: other) }
        for index in stored.indices {
            var altered = stored
            altered[index] ^= 0x80
            #expect(throws: SealingError.damaged) { _ = try Session.open(altered, under: key) }
            #expect(throws: SealingError.damaged) { _ = try Session.open(Array(stored[..<index]), under: key) }
        }
        var restored = try Session.open(stored, under: key)
        #expect(try restored.open(frames[0], at: pair.responderMailbox, today: pair.today).content == Array("0".utf8))
    }

    @Test("A state that was restored and sends again uses no key and nonce twice")
    func clonedState() throws {
        var pair = try SessionPair(seed: 11)
        let key = Secret(random: 32, from: &pair.random)
        let stored = pair.initiator.sealed(under: key, random: &pair.random)
        let one = try pair.send("same place", from: .initiator)
        pair.initiator = try Session.open(stored, under: key)
        let two = try pair.send("same place", from: .initiator)
        let header = 2..<2 + RatchetHeader.sealedByteCount
        let rest = header.upperBound..<Frame.byteCount
        // Neither the nonces, the commitment nor any 16 bytes of the bodies are the same.
        #expect(one.bytes[header].prefix(24) != two.bytes[header].prefix(24))
        #expect(one.bytes[rest].prefix(24) != two.bytes[rest].prefix(24))
        let commitment = rest.lowerBound + 24..<rest.lowerBound + 56
        #expect(one.bytes[commitment] != two.bytes[commitment])
        #expect(one.bytes[commitment.upperBound...].prefix(16) != two.bytes[commitment.upperBound...].prefix(16))
        #expect(try pair.receive(one, at: .responder).content == Array("same place".utf8))
        #expect(throws: SealingError.refused) { try pair.receive(two, at: .responder) }
    }
}
