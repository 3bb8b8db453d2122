import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

/// All that can happen between two ends and a relay that misbehaves, one step at a time, held against an oracle.
///
/// Dropping a frame is never delivering it; duplicating and reordering are delivering any frame, again, at any time. A crash before the
/// commit happens at every delivery: the frame is opened, the result thrown away, and opened again from the stored state.
struct Schedule {
    enum Step {
        case send(Role)
        case deliver(Int)
        case restore(Role)
    }

    var initiator: Party
    var responder: Party
    var flights: [Flight] = []
    /// Every nonce with its commitment, and every header nonce with its first ciphertext block, ever sent: none may come twice.
    var used: Set<[UInt8]> = []
    var failures: [String] = []

    let key: [UInt8]
    let mailboxes: [Role: MailboxAddress]
    let today = Day(20_000)
    var random: SeededRandom

    init(seed: UInt64) throws {
        var pair = try SessionPair(seed: seed)
        mailboxes = [.initiator: pair.initiatorMailbox, .responder: pair.responderMailbox]
        let secret = Secret(random: 32, from: &pair.random)
        key = secret.revealedToATest()
        initiator = Party(pair.initiator, key: secret, random: &pair.random)
        responder = Party(pair.responder, key: secret, random: &pair.random)
        random = pair.random
    }

    /// What can happen next.
    func steps(restores: Bool) -> [Step] {
        var steps: [Step] = [.send(.initiator), .send(.responder)]
        steps += flights.indices.map { .deliver($0) }
        if restores {
            for role in [Role.initiator, .responder] where self[role].earlier != nil { steps.append(.restore(role)) }
        }
        return steps
    }

    subscript(role: Role) -> Party {
        get { role == .initiator ? initiator : responder }
        set { if role == .initiator { initiator = newValue } else { responder = newValue } }
    }

    mutating func take(_ step: Step) {
        switch step {
        case .send(let role): send(from: role)
        case .deliver(let index): deliver(index)
        case .restore(let role): self[role].restore()
        }
    }

    private mutating func send(from role: Role) {
        let secret = Secret(copying: key.span)
        guard var session = try? Session.open(self[role].stored, under: secret), let to = mailboxes[role.other] else {
            return fail("a stored session must open")
        }
        let text = Array("\(role) \(flights.count)".utf8)
        // Who was never written to cannot answer; nothing else may stop a send.
        guard let frame = try? session.seal(text, to: to, random: &random) else {
            return expect(
                role == .responder && self[role].shown.isEmpty, "only a responder without a first message waits")
        }
        self[role].keep(session.sealed(under: secret, random: &random))
        let bodyStart = 2 + RatchetHeader.sealedByteCount
        for unique in [frame.bytes[2..<2 + 40], frame.bytes[bodyStart..<bodyStart + 56]] {
            expect(used.insert(Array(unique)).inserted, "a key and nonce came twice")
        }
        flights.append(Flight(frame: frame, sender: role, text: text, afterRestore: self[role].wasRestored))
    }

    private mutating func deliver(_ index: Int) {
        let flight = flights[index]
        let role = flight.sender.other
        let party = self[role]
        let secret = Secret(copying: key.span)
        let crashed = open(flight, party, secret)
        guard var session = try? Session.open(party.stored, under: secret), let at = mailboxes[role] else {
            return fail("a stored session must open")
        }
        let opened = try? session.open(flight.frame, at: at, today: today)
        expect(opened == crashed, "a crash before the commit changed what opens")
        expect(session.skipped.entries.count <= SkippedKeys.perSession, "the skipped store is over its cap")
        let mayRefuse = party.wasRestored || flight.afterRestore || self[flight.sender].wasRestored
        if let opened {
            expect(opened.content == flight.text, "a text came out as another")
            expect(!party.shown.contains(index), "a text was shown twice")
            self[role].keep(session.sealed(under: secret, random: &random))
            self[role].shown.insert(index)
        } else {
            expect(party.shown.contains(index) || mayRefuse, "a text was lost: frame \(index)")
            expect(session.sealed(under: secret, fixed: ()) == party.plain(secret), "a refusal changed the state")
        }
    }

    /// Whether a frame that belongs elsewhere opens at either end of this session, in either of its mailboxes.
    func opens(_ frame: Frame) -> Bool {
        let secret = Secret(copying: key.span)
        for (party, mailbox) in [(initiator, Role.initiator), (responder, .responder)] {
            guard var session = try? Session.open(party.stored, under: secret), let at = mailboxes[mailbox] else {
                return true
            }
            if (try? session.open(frame, at: at, today: today)) != nil { return true }
        }
        return false
    }

    /// What a process that dies before it stores would have seen.
    private func open(_ flight: Flight, _ party: Party, _ secret: borrowing Secret) -> Opened? {
        guard var session = try? Session.open(party.stored, under: secret), let at = mailboxes[flight.sender.other]
        else {
            return nil
        }
        return try? session.open(flight.frame, at: at, today: today)
    }

    private mutating func expect(_ condition: Bool, _ failure: String) { if !condition { fail(failure) } }
    private mutating func fail(_ failure: String) { failures.append(failure) }
}

extension Session {
    /// The stored form under a fixed nonce, to compare states.
    func sealed(under key: borrowing Secret, fixed: Void) -> [UInt8] {
        var random = SeededRandom(seed: 0)
        return sealed(under: key, random: &random)
    }
}

extension Party {
    /// The stored state sealed again under a fixed nonce, to compare states.
    func plain(_ key: borrowing Secret) -> [UInt8] {
        (try? Session.open(stored, under: key))?.sealed(under: key, fixed: ()) ?? []
    }
}
