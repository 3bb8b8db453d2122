import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

@Suite("Ratchet vectors", .serialized)
struct RatchetVectorTests {
    @Test("The ratchet vectors are written anew", .enabled(if: Vectors.areWritten, "CALLBOX_WRITE_VECTORS is not set"))
    func write() throws {
        var turns = try RatchetRecorder("turns: each end answers, in runs of different length", seed: 1)
        for (role, count) in [(Role.initiator, 2), (.responder, 1), (.initiator, 1), (.responder, 3), (.initiator, 1)] {
            for number in 0..<count { turns.deliver(try turns.seal("\(role) says \(number)", from: role)) }
        }

        var order = try RatchetRecorder("out of order across a turn, a repeat, and one that never arrives", seed: 2)
        let first = try (0..<4).map { try order.seal("first \($0)", from: .initiator) }
        order.deliver(first[1])
        order.deliver(try order.seal("an answer", from: .responder))
        let late = try order.seal("after the answer", from: .initiator)
        order.deliver(late)
        order.deliver(first[3])
        order.deliver(first[0])
        order.deliver(first[0])
        order.lose(first[2])
        order.deliver(late)

        var altered = try RatchetRecorder("one bit flipped in nonce, header, r, commitment, body and tag", seed: 3)
        let frame = try altered.seal("only whole", from: .initiator)
        let header = 2 + RatchetHeader.sealedByteCount
        for index in [2, 2 + 24, header, header + 24, header + 56, Frame.byteCount - 1] {
            altered.deliver(frame, flipping: index)
        }
        altered.deliver(frame)
        altered.deliver(try altered.seal("still here", from: .responder))
        try Vectors.write(
            RatchetVectors(cases: [turns.written, order.written, altered.written]), to: "ratchet.json")
    }

    @Test("Every step of the ratchet vectors opens, or is refused, as written")
    func read() throws {
        let vectors: RatchetVectors = try Vectors.read("ratchet.json")
        #expect(!vectors.cases.isEmpty)
        for vector in vectors.cases { try check(vector) }
    }

    /// Plays the responder of a vector, and, for its answers, the initiator with the private keys that the vector tells.
    private func check(_ vector: RatchetVectors.Case) throws {
        var ends = try VectorEnds(vector)
        for step in vector.steps {
            if let dh = step.ownDhPrivate, let seed = step.ownKemSeed {
                try ends.adopt(dh: hex(dh), seed: hex(seed), from: step)
            }
            guard step.deliver else { continue }
            let frame = try Frame(.ratchet, rest: base64(step.messageB64))
            let content = try? ends.open(frame, of: step)
            #expect((content == nil ? "refused" : "ok") == step.expect, "\(vector.comment)")
            #expect(content?.hexText == step.content)
        }
    }
}

/// Both ends of a written conversation, as receivers.
struct VectorEnds {
    private var ends: [Role: [UInt8]]
    private let key: [UInt8]

    init(_ vector: RatchetVectors.Case) throws {
        let keys = SessionKeys(
            id: SessionID(unchecked: hex(vector.sid)), rootKey: Secret(hex: vector.rk),
            initiatorHeaderKey: Secret(hex: vector.hka), responderHeaderKey: Secret(hex: vector.nhkb))
        let agreement = try AgreementKey(Secret(hex: vector.responder.spkPrivate))
        let kem = try KEMKey(seed: Secret(hex: vector.responder.pqspkSeed))
        var random = SeededRandom(seed: 0)
        let secret = Secret(random: 32, from: &random)
        key = secret.revealedToATest()
        // The initiator's own first keys are told by the first step.
        guard let first = vector.steps.first, let dh = first.ownDhPrivate, let seed = first.ownKemSeed else {
            throw SealingError.damaged
        }
        var told = ToldRandom(hex(dh) + hex(seed))
        let initiator = try Session(
            initiator: keys, agreementKey: agreement.publicKey, kemKey: kem.publicKey, random: &told)
        let responder = Session(responder: keys, agreement: agreement, kem: kem)
        ends = [
            .initiator: initiator.sealed(under: secret, random: &random),
            .responder: responder.sealed(under: secret, random: &random),
        ]
    }

    /// Gives the sender of a new chain the keys that the vector tells, and the root key of that step: from its header.
    mutating func adopt(dh: [UInt8], seed: [UInt8], from step: RatchetVectors.Step) throws {
        let role: Role = step.sender == "initiator" ? .initiator : .responder
        var session = try session(role)
        guard session.sending == nil else { return }
        try session.adoptTurn(
            dh: Secret(copying: dh.span), seed: Secret(copying: seed.span), message: base64(step.messageB64),
            to: MailboxAddress(unchecked: hex(step.mailbox)), receiver: try self.session(role.other))
        keep(session, role)
    }

    mutating func open(_ frame: Frame, of step: RatchetVectors.Step) throws -> [UInt8] {
        let role: Role = step.sender == "initiator" ? .responder : .initiator
        var session = try session(role)
        let opened = try session.open(
            frame, at: MailboxAddress(unchecked: hex(step.mailbox)), today: Day(20_000))
        keep(session, role)
        return opened.content
    }

    private func session(_ role: Role) throws -> Session {
        try Session.open(ends[role] ?? [], under: Secret(copying: key.span))
    }

    private mutating func keep(_ session: borrowing Session, _ role: Role) {
        var random = SeededRandom(seed: 0)
        ends[role] = session.sealed(under: Secret(copying: key.span), random: &random)
    }
}

/// A random source that gives exactly the bytes it was told.
struct ToldRandom: RandomSource {
    private var left: [UInt8]
    init(_ bytes: [UInt8]) { left = bytes }
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { left.removeFirst(count) }
        return Array(left.prefix(count))
    }
}

extension Session {
    /// Takes our turn with keys that a vector tells, where a real session draws them: the encapsulation is read from the header.
    mutating func adoptTurn(
        dh: consuming Secret, seed: consuming Secret, message: [UInt8], to address: MailboxAddress,
        receiver: borrowing Session
    ) throws {
        let data = id.associatedData(from: role, to: address)
        guard let header = try RatchetMessage(message).header(under: nextSendingHeaderKey, associatedData: data),
            let peer
        else { throw SealingError.damaged }
        let encapsulated: Secret
        switch receiver.own {
        case .some(let waiting): encapsulated = try waiting.kem.decapsulate(header.ciphertext)
        case .none: throw SealingError.damaged
        }
        let own = OwnKeys(agreement: try AgreementKey(dh), kem: try KEMKey(seed: seed))
        #expect(own.agreement.publicKey == header.agreementKey && own.kem.publicKey == header.kemKey)
        let step = RatchetKeys.rootStep(
            rootKey, agreement: try own.agreement.agree(with: peer.agreement), encapsulated: encapsulated,
            context: RatchetKeys.context(
                sender: header.agreementKey, receiver: peer.agreement, kem: peer.kem, ciphertext: header.ciphertext))
        sending = SendingChain(
            chainKey: step.chainKey.clone(), number: 0, headerKey: nextSendingHeaderKey.clone(),
            ciphertext: header.ciphertext)
        nextSendingHeaderKey = step.nextHeaderKey.clone()
        rootKey = step.rootKey.clone()
        self.own = consume own
    }
}
