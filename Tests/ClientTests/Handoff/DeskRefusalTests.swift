import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@testable import CallboxClient
@testable import CallboxSealing

@Suite("Handoff: what is refused")
struct DeskRefusalTests {
    private func trouble<Result>(_ body: () throws -> Result) -> Trouble.Kind? {
        do {
            _ = try body()
            return nil
        } catch let trouble as Trouble {
            return trouble.kind
        } catch {
            return .fault
        }
    }

    // MARK: The officer's side

    @Test("Exactly the text that was read is signed, and only as long as it would be made so now")
    func draftMustStand() throws {
        let world = try DeskWorld(seed: 10)
        try world.propose()
        try world.carry()
        let first = try world.officer.act { desk, records in
            var choices = try desk.choices(in: 1, records: records)
            choices.pseudonym = "Heron"
            return try desk.draft(choices, in: 1, records: &records)
        }
        #expect(first.text.contains(DeskWorld.secret) && first.text.contains("Heron"))
        let tampered = ConsentDraft(
            conversation: 1, choices: first.choices, text: first.text + " ", payload: first.payload)
        var other = first.choices
        other.excluded = ["The names of colleagues."]
        let mixed = ConsentDraft(conversation: 1, choices: other, text: first.text, payload: first.payload)
        for draft in [tampered, mixed] {
            #expect(throws: Trouble.self) { try world.officer.act { try $0.sign(draft, records: &$1) } }
        }
        // A newer draft makes the older one void.
        let second = try world.officer.act { desk, records in try desk.draft(other, in: 1, records: &records) }
        #expect(trouble { try world.officer.act { try $0.sign(first, records: &$1) } } == .notNow)
        // And so does a new day.
        world.officer.now = SampleProgram.now.later(by: 86_400)
        #expect(trouble { try world.officer.act { try $0.sign(second, records: &$1) } } == .notNow)
        world.officer.now = SampleProgram.now
        try world.officer.act { try $0.sign(second, records: &$1) }
        #expect(world.officer.state == .consented)
        #expect(try world.officer.look { try $0.consentText(in: 1, records: $1) } == second.text)
    }

    @Test("A document that came since makes a draft void")
    func newDocument() throws {
        let world = try DeskWorld(seed: 11)
        try world.propose()
        try world.carry()
        let draft = try world.officer.act { desk, records in
            try desk.draft(desk.choices(in: 1, records: records), in: 1, records: &records)
        }
        try world.publish { $0.members[0].credential = try Line("Another credential") }
        #expect(trouble { try world.officer.act { try $0.sign(draft, records: &$1) } } == .notNow)
    }

    @Test("Something about alcohol or drugs is told only when the officer says so outright")
    func substanceUse() throws {
        let world = try DeskWorld(seed: 12)
        try world.peer.act { desk, records in
            var draft = world.draft()
            draft.items.append(DisclosedItem(kind: "substance-use", text: "Whisky, most nights."))
            try desk.propose(draft, in: 1, records: &records)
        }
        try world.carry()
        let choices = try world.officer.look { try $0.choices(in: 1, records: $1) }
        #expect(!choices.includesSubstanceUse && choices.items.count == 3)
        #expect(trouble { try world.officer.act { try $0.draft(choices, in: 1, records: &$1) } } == .usage)
        var said = choices
        said.includesSubstanceUse = true
        let draft = try world.officer.act { try $0.draft(said, in: 1, records: &$1) }
        #expect(draft.text.contains("Whisky"))
        var without = choices
        without.items.removeLast()
        let other = try world.officer.act { try $0.draft(without, in: 1, records: &$1) }
        #expect(!other.text.contains("Whisky") && other.text.contains("Nothing about alcohol"))
    }

    @Test("What a person chose that cannot be is said in words, and nothing is signed")
    func choices() throws {
        let world = try DeskWorld(seed: 13)
        try world.propose()
        try world.carry()
        let good = try world.officer.look { try $0.choices(in: 1, records: $1) }
        let changes: [(inout ConsentChoices) -> Void] = [
            { $0.pseudonym = "" }, { $0.pseudonym = String(repeating: "x", count: 65) }, { $0.items = [] },
            { $0.items.append($0.items[0]) }, { $0.items[0] = DisclosedItem(kind: "gossip", text: "x") },
            { $0.items[0] = DisclosedItem(kind: "outcome", text: "x") }, { $0.days = 0 }, { $0.days = 366 },
            { $0.followUp = "always" }, { $0.excluded = [""] }, { $0.endEvent = "" },
            { $0.excluded = (0..<13).map { "\($0)" } }, { $0.realName = String(repeating: "x", count: 129) },
        ]
        for (place, change) in changes.enumerated() {
            var choices = good
            change(&choices)
            #expect(
                trouble { try world.officer.act { try $0.draft(choices, in: 1, records: &$1) } } == .usage, "\(place)")
        }
    }

    @Test("An officer whose notice is not today's reads it first")
    func notice() throws {
        let world = try DeskWorld(seed: 14)
        try world.propose()
        try world.carry()
        try world.officer.act { _, records in try records.update(.person) { $0.acknowledged = [] } }
        #expect(
            trouble {
                try world.officer.act { desk, records in
                    try desk.draft(desk.choices(in: 1, records: records), in: 1, records: &records)
                }
            } == .notNow)
    }

    // MARK: Forgeries

    @Test("A consent that was changed in any field shows nothing, to the peer and to the clinician")
    func forgedConsents() throws {
        let world = try DeskWorld(seed: 15)
        try world.propose()
        try world.carry()
        try world.sign(realName: "Pat Doe")
        let letter = try #require(world.officer.hands.take().first)
        let line = String(decoding: letter.line, as: UTF8.self)
        for field in Self.fields {
            let forged = try forge(line, field)
            try world.deliver(letter, line: forged)
            #expect(world.peer.state == .proposed && !world.peer.steps.contains(.consented), "\(field)")
        }
    }

    @Test("An introduction whose consent was changed in any field opens no room")
    func forgedIntroductions() throws {
        for field in Self.fields {
            let world = try DeskWorld(seed: 16)
            try world.propose()
            try world.carry()
            try world.sign(realName: "Pat Doe")
            try world.carry()
            try world.introduce()
            try world.beginSessions(of: world.peer)
            for letter in world.peer.hands.take() {
                let forged = try forge(String(decoding: letter.line, as: UTF8.self), field)
                try world.deliver(letter, line: forged)
            }
            #expect(world.clinician.handoff == nil && world.clinician.shown.isEmpty, "\(field)")
            #expect(world.officer.state == .consented && world.officer.told.isEmpty, "\(field)")
            #expect(world.officer.hands.takeOrders().isEmpty, "\(field)")
        }
    }

    private static let fields = [
        "pseudonym", "date", "day", "key", "session", "roster", "version", "introduction_key", "text_hash", "purpose",
        "follow_up", "substance_use", "notice", "sealed_name", "direction", "kind", "id", "credential", "name", "tier",
        "revocation", "language", "text", "program",
    ]

    /// Changes the first value of a field inside the consent's payload, with the signatures as they were.
    private func forge(_ line: String, _ field: String) throws -> [UInt8] {
        let start = try #require(line.firstRange(of: #"\"payload\":\""#))
        let rest = line[start.upperBound...]
        let end = try #require(rest.firstRange(of: #"\""#))
        let payload = String(rest[..<end.lowerBound])
        var bytes = try Base64.decode(payload)
        let text = String(decoding: bytes, as: UTF8.self)
        let at = try #require(text.firstRange(of: "\"\(field)\":"))
        var place = text.utf8.distance(from: text.startIndex, to: at.upperBound)
        if bytes[place] == UInt8(ascii: "{") || bytes[place] == UInt8(ascii: "[") { place += 2 }
        if bytes[place] == UInt8(ascii: "\"") { place += 2 }
        bytes[place] =
            bytes[place] == UInt8(ascii: "1")
            ? UInt8(ascii: "2") : bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : bytes[place] ^ 1
        #expect(bytes != [UInt8](text.utf8))
        let changed = line.replacing(payload, with: Base64.encode(bytes))
        return [UInt8](changed.utf8)
    }

    @Test("A packet with anything that the officer has not signed for is not shown at all")
    func exceedingPackets() throws {
        for change in [
            ("Elm Street", "Oak Street"), (#""kind":"wishes""#, #""kind":"needs""#),
            (#"shift work."}]"#, #"shift work."},{"kind":"contact","text":"By the gate."}]"#),
        ] {
            let world = try DeskWorld(seed: 17)
            try world.propose()
            try world.carry()
            try world.sign()
            try world.carry()
            try world.introduce()
            try world.beginSessions(of: world.peer)
            for letter in world.peer.hands.take() {
                let line = String(decoding: letter.line, as: UTF8.self)
                let changed = line.replacing(change.0, with: change.1)
                #expect(changed != line)
                try world.deliver(letter, line: [UInt8](changed.utf8))
            }
            #expect(world.clinician.shown.isEmpty && world.clinician.handoff == nil)
            #expect(world.officer.told.isEmpty && world.officer.state == .consented)
        }
    }

    @Test("An officer's session that is not of the consent's key, hash or officer is not shown as theirs")
    func wrongSession() throws {
        for fault in 0..<3 {
            let world = try DeskWorld(seed: 18)
            try world.toIntroductionWithoutOfficer()
            let order = try #require(world.officer.hands.takeOrders().first)
            let name = try #require(order.introduction)
            let draft = try world.officer.look { _, records in try records.value(.handoff(name)) }?.introduction.draft
            let key = try #require(draft?.introductionKey)
            let other = AgreementKey.random(from: &world.random).publicKey
            let (mine, _) = try world.meet(
                world.officer, world.clinician, identity: fault == 0 ? other : key,
                consent: fault == 1 ? ConsentHash(unchecked: [UInt8](repeating: 7, count: 64)) : order.consent,
                signing: fault == 2 ? SampleKey(from: &world.random).publicKey : nil)
            try world.officer.act { desk, records in
                for conversation in order.conversations {
                    try desk.hands.connect(mine, to: conversation, in: &records)
                }
            }
            for letter in world.officer.hands.take() where letter.to == world.clinician.participant {
                try world.deliver(letter)
            }
            #expect(world.clinician.handoff?.care == nil, "\(fault)")
            #expect(!"\(world.clinician.shown)".contains("has come to you"), "\(fault)")
        }
    }

    @Test("A stranger's introduction, and one by somebody else than who signed, open nothing")
    func wrongPresenter() throws {
        let world = try DeskWorld(seed: 19)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try world.introduce()
        try world.beginSessions(of: world.peer)
        let letter = try #require(world.peer.hands.take().first { $0.to == world.clinician.participant })
        let other = world.sample.peers[1].signing.publicKey
        let (_, theirs) = try world.meet(
            world.peer, world.clinician, identity: world.sample.peers[1].agreementKey().publicKey, consent: .none,
            signing: other)
        try world.clinician.act { desk, records in
            let session = try records.existing(.session(theirs))
            let body = try Body(reading: PartCollector.Complete(id: letter.body, bytes: letter.line))
            let opening = try desk.opening(
                body.entry.content, for: letter.room, from: Desk.Sender(session: session), records: &records)
            #expect(opening == .refused)
        }
        #expect(world.clinician.handoff == nil)
    }

    // MARK: Out of turn

    @Test("What is not somebody's to do, or not now, is refused and changes nothing")
    func outOfTurn() throws {
        let world = try DeskWorld(seed: 20)
        #expect(trouble { try world.introduce() } == .notNow)
        #expect(trouble { try world.sign() } == .notNow)
        #expect(trouble { try world.officer.act { try $0.revoke(in: 1, records: &$1) } } == .notNow)
        #expect(trouble { try world.officer.act { try $0.propose(world.draft(), in: 1, records: &$1) } } == .notNow)
        try world.propose()
        try world.carry()
        #expect(trouble { try world.propose() } == .notNow)
        #expect(trouble { try world.introduce() } == .notNow)
        #expect(trouble { try world.peer.act { try $0.revoke(in: 1, records: &$1) } } == .notNow)
        #expect(trouble { try world.officer.act { try $0.revoke(in: 1, records: &$1) } } == .notNow)
        try world.sign()
        #expect(trouble { try world.sign() } == .notNow)
        #expect(trouble { try world.officer.act { try $0.declineProposal(in: 1, text: nil, records: &$1) } } == .notNow)
        try world.carry()
        try world.introduce()
        #expect(trouble { try world.introduce() } != nil)
        try world.carry()
        #expect(trouble { try world.firstContact() } == .notNow)
        #expect(trouble { try world.outcome() } == .notNow)
        #expect(trouble { try world.allowClosing() } == .notNow)
        try world.accept()
        #expect(trouble { try world.accept() } == .notNow)
        #expect(
            trouble { try world.clinician.act { try $0.tellPeer(["outcome"], in: world.care, records: &$1) } }
                == .notNow)
    }

    @Test("A clinician who left the program is neither introduced to nor told anything")
    func removedClinician() throws {
        let world = try DeskWorld(seed: 21)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try world.publish { content in
            for place in content.members.indices where content.members[place].role == .clinician {
                content.members[place].status = .removed
            }
        }
        #expect(trouble { try world.introduce() } == .expired)
        #expect(world.peer.state == .consented && world.clinician.handoff == nil)
    }

    @Test("A clinician who leaves the program after the introduction was made, and before it left, gets nothing")
    func removedMidway() throws {
        let world = try DeskWorld(seed: 22)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try world.introduce()
        try world.publish { content in
            for place in content.members.indices where content.members[place].role == .clinician {
                content.members[place].status = .suspended
            }
        }
        for order in world.peer.hands.takeOrders() {
            #expect(try world.peer.act { try $0.mayBegin(order, in: &$1) } == false)
        }
        try world.peer.act { try $0.beginDay(in: &$1) }
        #expect(world.peer.hands.withdrawn.values.contains { !$0.isEmpty })
        #expect(world.peer.hands.take().isEmpty)
        #expect(world.peer.handoff?.stopped != nil)
        // To the clinician who has it already it is nothing either.
        let late = try DeskWorld(seed: 23)
        try late.toIntroduction()
        try late.publish { content in
            for place in content.members.indices where content.members[place].role == .clinician {
                content.members[place].status = .removed
            }
        }
        #expect(trouble { try late.accept() } == .expired)
    }

    @Test("Of a closing word only what was signed for is told, and how it ended is part of it")
    func closingWord() throws {
        let world = try DeskWorld(seed: 24)
        try world.toIntroduction()
        try world.accept()
        try world.firstContact()
        try world.carry()
        let ask = { (kinds: [String]) in
            try world.clinician.act { desk, records in
                try desk.proposeClosing(
                    ProposalDraft(
                        recipient: "", purpose: "So that they know.",
                        items: kinds.map { DisclosedItem(kind: $0, text: "x") }), in: world.care, records: &records)
            }
        }
        #expect(trouble { try ask(["advice"]) } == .usage)
        #expect(trouble { try ask(["reason", "outcome"]) } == .usage)
        try world.allowClosing()
        #expect(trouble { try ask(["outcome"]) } == .notNow)
        try world.outcome()
        let tell = { (kinds: [String]) in
            try world.clinician.act { try $0.tellPeer(kinds, in: world.care, records: &$1) }
        }
        #expect(trouble { try tell(["advice"]) } == .usage)
        #expect(trouble { try tell(["outcome", "attended"]) } == .usage)
        try tell(["outcome", "advice"])
        #expect(trouble { try tell(["outcome"]) } == .notNow)
        // Changed on the way, nothing of it is shown.
        let letters = world.clinician.hands.take()
        for letter in letters where letter.to == world.peer.participant {
            let line = String(decoding: letter.line, as: UTF8.self)
            try world.deliver(letter, line: [UInt8](line.replacing("We go on", with: "They go on").utf8))
        }
        #expect(world.peer.told.count == 2 && !world.peer.steps.contains(.closingTold))
    }

    @Test("An outcome without the officer's consent is not shown to the peer, whatever the clinician's client sends")
    func outcomeWithoutConsent() throws {
        let world = try DeskWorld(seed: 25)
        try world.toIntroduction()
        try world.accept()
        try world.firstContact()
        try world.carry()
        let hash = try #require(world.clinician.handoff?.introduction.whole.map { try SignedConsent($0).hash })
        try world.clinician.act { desk, records in
            _ = try desk.hands.say(
                .outcome(HandoffOutcome(consent: hash, outcome: .known(.engaged))), shownAs: nil, in: world.room,
                records: &records)
        }
        try world.carry()
        #expect(world.peer.state == .firstContact && !world.peer.steps.contains(.ended))
        #expect(!"\(world.peer.shown)".contains("go on together"))
    }
}
