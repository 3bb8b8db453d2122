import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxClientTesting
import CallboxTesting
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// A program, a relay on paper behind one that misbehaves when told so, an officer, two peers and a clinician.
struct TalkingWorld {
    let sample: SampleProgram
    let clock = GivenClock()
    let paper: PaperRelay
    let relay: MisbehavingRelay
    private(set) var random: SeededRandom
    let officer: Party
    let peer: Party
    let otherPeer: Party
    let clinician: Party

    /// One person's vault, and the client on it.
    struct Party {
        let store: MemoryStore
        let callbox: Callbox
        let member: SampleMember?

        /// The same vault in another process, or in a new one.
        func again(_ relay: any Relay, _ clock: GivenClock) -> Callbox {
            Callbox(store: store, relay: relay, clock: clock)
        }

        /// The texts of a conversation with who said them, own ones as "me".
        func texts(_ id: Int = 1) throws -> [String] {
            try callbox.entries(of: id, last: nil).compactMap { entry in
                guard case .text(let text) = entry.content else { return nil }
                return (entry.isOwn ? "me" : entry.from?.name ?? "?") + ": " + text
            }
        }

        /// What the client noticed in a conversation.
        func findings(_ id: Int = 1) throws -> [Finding] {
            try callbox.entries(of: id, last: nil).compactMap { entry in
                if case .noticed(let finding, _) = entry.content { finding } else { nil }
            }
        }
    }

    init(seed: UInt64 = 1, tokens: Int = 8, officers: Int = 1) throws {
        var random = SeededRandom(seed: seed)
        sample = try SampleProgram(from: &random)
        let relayEntry = sample.program.document.content.relays[0]
        paper = PaperRelay(identity: relayEntry.identityKey, clock: clock, epochs: [1], seed: seed)
        relay = MisbehavingRelay(paper)
        paper.host(sample)
        let program = try Invite(
            program: sample.program.id, relays: [Invite.Relay(relayEntry.url, trust: .webPKI)],
            root: HumanDigest(of: sample.root.digest))
        let (sample, paper, relay, clock) = (sample, paper, relay, clock)
        func party(_ member: SampleMember?, _ number: UInt64) throws -> Party {
            let store = MemoryStore(seed: seed * 100 + number)
            let purse = try Self.purse(tokens, paper, &random)
            try store.change { records in
                records.put(
                    PersonRecord(
                        role: member.map { Role($0.role) } ?? .officer, created: SampleProgram.today, invite: program,
                        memberID: member?.id), in: .person)
                records.put(try sample.state(), in: .program)
                records.put(purse, in: .purse)
            }
            return Party(
                store: store, callbox: Callbox(store: store, relay: relay, clock: clock), member: member)
        }
        officer = try party(nil, 1)
        peer = try party(sample.peers[0], 2)
        otherPeer = try party(sample.peers[1], 3)
        clinician = try party(sample.clinician, 4)
        self.random = random
    }

    /// A purse with tokens of the relay's.
    static func purse(_ count: Int, _ paper: PaperRelay, _ random: inout SeededRandom) throws -> Purse {
        var purse = Purse()
        guard count > 0, let key = paper.issuingKey(of: 1) else { return purse }
        let epoch = try TokenEpoch(
            number: 1, first: SampleProgram.today, last: SampleProgram.today.later(by: 27), key: key)
        purse.put(try paper.mint(count, epoch: 1, from: &random), of: epoch)
        return purse
    }

    /// Members with their intakes made and their sheets published.
    mutating func settle(_ parties: [Party]? = nil) async throws {
        for party in parties ?? [peer] {
            guard let member = party.member else { continue }
            let entry = try member.entry()
            let mailbox = MailboxRecord.fresh(.intake, session: nil, under: party.store.key, random: &random)
            let sealed = party.store.key.seal(
                signing: member.signing.key(), agreement: member.agreementKey(), random: &random)
            let sheets = try party.store.change { records in
                records.put(mailbox, in: .mailbox(mailbox.address))
                records.put(sealed, in: .keys)
                _ = try party.callbox.talk.enqueue(.make(mailbox.address), payment: .due, session: nil, in: &records)
                return try OwnSheets.prepare(
                    for: entry, in: sample.program, intake: mailbox, on: Day(of: clock.now), under: party.store.key,
                    in: &records)
            }
            for sheet in sheets { paper.host(sheet) }
            _ = try await party.callbox.sync()
        }
    }

    /// The officer has read the notice and knows that there is no conflict with a peer.
    func prepare(_ party: Party? = nil) throws {
        let callbox = (party ?? officer).callbox
        try callbox.acknowledge(callbox.notice(language: nil))
        for member in sample.peers { _ = try callbox.screen(member.id.crockford, ConflictAnswers()) }
    }

    /// Officer 1 has written to the peer, and the peer has it.
    mutating func begin(_ text: String = "Are you there?") async throws {
        try await settle()
        try prepare()
        _ = try await officer.callbox.reachOut(to: sample.peers[0].id.crockford, text: text, concern: nil)
        _ = try await peer.callbox.sync()
    }

    /// Everybody goes to the relay, twice: what one sends, the next finds.
    @discardableResult
    func sync() async throws -> [SyncReport] {
        var reports: [SyncReport] = []
        for _ in 0..<2 {
            for party in [officer, peer] { reports.append(try await party.callbox.sync()) }
        }
        return reports
    }

    /// A conversation that has moved to mailboxes of its own.
    static func moved(seed: UInt64) async throws -> TalkingWorld {
        var world = try TalkingWorld(seed: seed)
        try await world.begin("zero")
        _ = try world.peer.callbox.say("yes", in: 1)
        try await world.sync()
        return world
    }

    /// The officer says something, and it leaves.
    func officerSays(_ text: String) async throws {
        _ = try officer.callbox.say(text, in: 1)
        _ = try await officer.callbox.sync()
    }

    /// What the peer has of the officer.
    func heard() throws -> [String] {
        try peer.texts().filter { $0.hasPrefix("Officer") }.map { String($0.dropFirst("Officer 1: ".count)) }
    }
}

/// Cells that a test keeps.
final class Held: Sendable {
    private let cells = Mutex<[(Cell, MailboxAddress)]>([])

    var all: [(Cell, MailboxAddress)] { cells.withLock { $0 } }

    /// Keeps a cell. - Returns: whether it is the first of all that was kept, or of this place, and was not kept before.
    func keep(_ cell: Cell, _ address: MailboxAddress) -> Bool {
        cells.withLock { cells in
            guard !cells.contains(where: { $0.0 == cell }) else { return false }
            cells.append((cell, address))
            return cells.count == 1
        }
    }
}
