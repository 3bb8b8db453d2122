import CallboxProgram
import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient
@testable import CallboxSealing
@testable import CallboxClientTesting
@testable import CallboxTesting

/// Officer, peer and clinician as whole clients, with a relay on paper between them.
struct ThreeClients {
    var world: TalkingWorld
    static let secret = "Not sleeping since the call on Elm Street."

    var officer: Callbox { world.officer.callbox }
    var peer: Callbox { world.peer.callbox }
    var clinician: Callbox { world.clinician.callbox }

    /// The officer has reached the peer, and the peer has answered.
    init(seed: UInt64) async throws {
        world = try TalkingWorld(seed: seed, tokens: 40)
        try await world.settle([world.peer, world.clinician])
        try world.prepare()
        _ = try await world.officer.callbox.reachOut(
            to: world.sample.peers[0].id.crockford, text: "Are you there?", concern: nil)
        try await sync()
        _ = try world.peer.callbox.say("I am.", in: 1)
        try await sync()
    }

    /// Everybody goes to the relay until nothing moves.
    func sync(rounds: Int = 4) async throws {
        for _ in 0..<rounds {
            for party in [world.officer, world.peer, world.clinician] {
                let report = try await party.callbox.sync()
                #expect(report.troubles.isEmpty)
            }
        }
    }

    func propose() throws {
        try peer.propose(
            ProposalDraft(
                recipient: world.sample.clinician.id.crockford, purpose: "Care.",
                items: [DisclosedItem(kind: "reason", text: Self.secret)], text: "What do you think?"), in: 1)
    }

    func sign(realName: String? = nil) throws {
        var choices = try officer.consentChoices(in: 1)
        choices.pseudonym = "Heron"
        choices.realName = realName
        try officer.sign(try officer.draftConsent(choices, in: 1))
    }

    /// The number of the conversation with so many others in it, among those of a handoff.
    func conversation(of callbox: Callbox, others: Int) throws -> Int? {
        try callbox.conversations().first { $0.handoff != nil && $0.others.count == others && $0.id != 1 }?.id
    }

    /// A conversation of the clinician's.
    func clinicians(others: Int) throws -> Int {
        try #require(try clinician.conversations().first { $0.others.count == others }?.id)
    }

    func state(_ callbox: Callbox) throws -> String? {
        try callbox.conversations().compactMap(\.handoff).first?.state
    }

    /// As far as the room of three.
    func introduce(realName: String? = nil) async throws {
        try propose()
        try await sync()
        try sign(realName: realName)
        try await sync()
        try peer.introduce(in: 1)
        try await sync()
    }

    /// Everything that a person could be shown.
    func everything(_ callbox: Callbox) throws -> String {
        try callbox.conversations().map { "\($0)\(try callbox.entries(of: $0.id, last: nil))" }.joined()
    }
}

@Suite("Handoff: three clients and a relay")
struct ThreeClientsTests {
    @Test("The whole way, from the first word to the closing one, through sealed sessions")
    func whole() async throws {
        let three = try await ThreeClients(seed: 70)
        try await three.introduce(realName: "Pat Doe")
        for callbox in [three.officer, three.peer, three.clinician] {
            #expect(try three.state(callbox) == "introduced")
            #expect(try three.everything(callbox).contains(ThreeClients.secret))
        }
        #expect(try three.everything(three.clinician).contains("Pat Doe"))
        // Whoever tells reads that they told it; the others read who did. One's own words are nothing new.
        let told = try [three.officer, three.peer, three.clinician].map { callbox in
            try callbox.conversations().flatMap { try callbox.entries(of: $0.id, last: nil) }
                .filter { if case .told = $0.content { true } else { false } }.map { ($0.isOwn, $0.from == nil) }
        }
        #expect(told.map { $0.contains { $0.0 } } == [false, true, false])
        #expect(told.map { $0.contains { $0.1 } } == [false, true, false])
        #expect(try three.peer.conversations().first { $0.others.count == 2 }?.unread == 0)
        #expect(try !three.everything(three.peer).contains("Pat Doe"))
        let room = try three.clinicians(others: 2)
        let care = try three.clinicians(others: 1)
        // All three speak in one room; officer and clinician in one of their own.
        _ = try three.clinician.say("Welcome, both.", in: room)
        _ = try three.officer.say("Hello.", in: #require(try three.conversation(of: three.officer, others: 2)))
        _ = try three.peer.say(
            "You are in good hands.", in: #require(try three.conversation(of: three.peer, others: 2)))
        _ = try three.clinician.say("This is between us.", in: care)
        try await three.sync()
        for callbox in [three.officer, three.peer, three.clinician] {
            let all = try three.everything(callbox)
            #expect(all.contains("Welcome, both.") && all.contains("Hello.") && all.contains("You are in good hands."))
        }
        #expect(try three.everything(three.officer).contains("This is between us."))
        #expect(try !three.everything(three.peer).contains("This is between us."))

        try three.clinician.acceptHandoff(in: room, text: "Glad to.")
        try await three.sync()
        try three.clinician.recordFirstContact(in: room)
        try await three.sync()
        #expect(try three.state(three.peer) == "firstContact")
        try three.clinician.recordOutcome("engaged", in: care)
        try await three.sync()
        #expect(try three.state(three.officer) == "engaged" && three.state(three.peer) == "firstContact")
        #expect(try !three.everything(three.peer).contains("go on together"))

        try three.clinician.proposeClosing(
            ProposalDraft(
                recipient: "", purpose: "So that they know.",
                items: [DisclosedItem(kind: "outcome", text: "We go on together.")]), in: care)
        try await three.sync()
        let officersCare = try #require(try three.conversation(of: three.officer, others: 1))
        try three.officer.sign(
            three.officer.draftConsent(three.officer.consentChoices(in: officersCare), in: officersCare))
        try await three.sync()
        try three.clinician.tellPeer(["outcome"], in: care)
        try await three.sync()
        #expect(try three.everything(three.peer).contains("We go on together."))
        for callbox in [three.officer, three.peer, three.clinician] {
            #expect(try !three.everything(callbox).contains("unreadable"))
        }
        // The introduction key is gone, and nothing waits anywhere.
        for party in [three.world.officer, three.world.peer, three.world.clinician] {
            let records = party.store.records
            for prefix in ["introduction-key/", "begin/", "unsent/", "out/", "held/"] {
                #expect(records.names(beginning: prefix).isEmpty, "\(prefix)")
            }
        }
    }

    @Test("Taken back, it stops for all three, and what waited is withdrawn")
    func revoked() async throws {
        let three = try await ThreeClients(seed: 71)
        try three.propose()
        try await three.sync()
        try three.sign()
        try await three.sync()
        try three.peer.introduce(in: 1)
        try three.officer.revoke(in: 1)
        _ = try await three.officer.sync()
        // The peer has been offline; what waits leaves only after a look at what has come.
        try await three.sync()
        #expect(try three.state(three.officer) == "revoked" && three.state(three.peer) == "revoked")
        #expect(try three.clinician.conversations().isEmpty)
        let room = try #require(try three.conversation(of: three.peer, others: 2))
        #expect(try three.peer.entries(of: room, last: nil).compactMap(\.delivery) == [.withdrawn])
        #expect(throws: Trouble.self) { try three.peer.say("But …", in: room) }
        #expect(throws: Trouble.self) { try three.peer.introduce(in: 1) }
    }

    @Test("Taken back after they have met, all three know it, and the room of three is closed")
    func revokedLater() async throws {
        let three = try await ThreeClients(seed: 74)
        try await three.introduce()
        try three.clinician.acceptHandoff(in: three.clinicians(others: 2), text: nil)
        try await three.sync()
        try three.officer.revoke(in: 1)
        try await three.sync()
        for callbox in [three.officer, three.peer, three.clinician] { #expect(try three.state(callbox) == "revoked") }
        let room = try three.clinicians(others: 2)
        #expect(throws: Trouble.self) { try three.clinician.say("Wait", in: room) }
        #expect(throws: Trouble.self) { try three.clinician.recordFirstContact(in: room) }
    }

    @Test("Taken back after its end, neither peer nor clinician says anything more in the room of three")
    func revokedAfterTheEnd() async throws {
        let three = try await ThreeClients(seed: 75)
        try await three.introduce()
        let (room, care) = (try three.clinicians(others: 2), try three.clinicians(others: 1))
        try three.clinician.acceptHandoff(in: room, text: nil)
        try three.clinician.recordFirstContact(in: room)
        try three.clinician.recordOutcome("engaged", in: care)
        try await three.sync()
        try three.officer.revoke(in: 1)
        try await three.sync()
        #expect(try three.state(three.clinician) == "engaged")
        #expect(throws: Trouble.self) { try three.clinician.say("One more thing", in: room) }
        let peers = try #require(try three.conversation(of: three.peer, others: 2))
        #expect(throws: Trouble.self) { try three.peer.say("One more thing", in: peers) }
    }

    @Test("Cells in another order than they were sent come to the same", arguments: 0..<6)
    func reordered(seed: Int) async throws {
        let three = try await ThreeClients(seed: 73)
        let long = String(repeating: "It is a long story. ", count: 100)
        try three.peer.propose(
            ProposalDraft(
                recipient: three.world.sample.clinician.id.crockford, purpose: "Care.",
                items: ["reason", "incident", "wellbeing", "wishes", "needs"].map {
                    DisclosedItem(kind: $0, text: $0 + ": " + long)
                }), in: 1)
        try await three.sync()
        try three.sign()
        try await three.sync()
        try three.peer.introduce(in: 1)
        let room = try #require(try three.conversation(of: three.peer, others: 2))
        for number in 0..<seed { _ = try three.peer.say("Word \(number)", in: room) }
        for _ in 0..<6 {
            for party in [three.world.peer, three.world.officer, three.world.clinician] {
                #expect(try await party.callbox.sync().troubles.isEmpty)
                if seed.isMultiple(of: 2) { three.world.paper.reverseWhatWaits() }
            }
        }
        try three.clinician.acceptHandoff(in: three.clinicians(others: 2), text: nil)
        try await three.sync(rounds: 6)
        for callbox in [three.officer, three.peer, three.clinician] {
            #expect(try three.state(callbox) == "accepted")
            let all = try three.everything(callbox)
            #expect(!all.contains("Finding.unreadable") && all.contains("needs: It is a long story."))
            for number in 0..<seed { #expect(all.contains("Word \(number)")) }
        }
        #expect(try three.clinician.conversations().count == 2)
    }

    /// How many changes each client makes on the way, so that each can be the one that dies.
    private static let crashes = Array(stride(from: 1, to: 60, by: 4))

    @Test(
        "Wherever a client dies between signing and the room of three, it comes to the same", arguments: 0..<3, crashes)
    func crashing(who: Int, change: Int) async throws {
        let three = try await ThreeClients(seed: 72)
        try three.propose()
        try await three.sync()
        let parties = [three.world.officer, three.world.peer, three.world.clinician]
        let victim = parties[who]
        let start = victim.store.changes
        victim.store.plan(change % 8 == 1 ? .crashBefore : .crashAfter, at: start + change)
        var wasDead = false
        func retrying(_ body: () async throws -> Void) async throws {
            do { try await body() } catch {
                guard parties.contains(where: { $0.store.isDead }) else { throw error }
                wasDead = true
                for party in parties { party.store.restart() }
                // What was stored before the crash is not done again.
                do { try await body() } catch let trouble as Trouble where trouble.kind == .notNow {}
            }
        }
        try await retrying { try three.sign() }
        for _ in 0..<5 { for party in parties { try await retrying { _ = try await party.callbox.sync() } } }
        try await retrying { try three.peer.introduce(in: 1) }
        for _ in 0..<5 { for party in parties { try await retrying { _ = try await party.callbox.sync() } } }
        for callbox in [three.officer, three.peer, three.clinician] {
            #expect(try three.state(callbox) == "introduced", "dead: \(wasDead)")
            let all = try three.everything(callbox)
            #expect(all.components(separatedBy: ThreeClients.secret).count == 2, "told once")
            #expect(!all.contains("noticed(CallboxClient.Finding.unreadable") && !all.contains("Finding.gap"))
        }
        #expect(try three.clinicians(others: 1) > 0 && three.clinicians(others: 2) > 0)
    }
}

extension PaperRelay {
    /// Puts what waits in each mailbox into the opposite order.
    fileprivate func reverseWhatWaits() {
        state.withLock { state in
            for (address, mailbox) in state.mailboxes {
                state.mailboxes[address]?.cells = zip(mailbox.cells, mailbox.cells.reversed()).map { place, cell in
                    (WaitingCell(place.waiting.sequence, cell.waiting.cell), cell.isWork)
                }
            }
        }
    }
}

extension String {
    fileprivate func components(separatedBy part: String) -> [Substring] {
        split(separator: part, omittingEmptySubsequences: false)
    }
}
