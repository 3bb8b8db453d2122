import CallboxProgram
import CallboxTesting
import Testing

@testable import CallboxClient
@testable import CallboxSealing

@Suite("Handoff: taking back, and the passing of days")
struct DeskEndingTests {
    private func revoke(_ world: DeskWorld, in conversation: Int = 1) throws {
        try world.officer.act { try $0.revoke(in: conversation, records: &$1) }
    }

    @Test("Taken back before the consent has left, nobody learns what it says")
    func beforeLeaving() throws {
        let world = try DeskWorld(seed: 40)
        try world.propose()
        try world.carry()
        try world.sign()
        try revoke(world)
        try world.carry()
        #expect(world.officer.state == .revoked && world.peer.state == .proposed)
        #expect(world.officer.hands.withdrawn[1]?.isEmpty == false)
        #expect(throws: Trouble.self) { try world.introduce() }
        // The key for the session with the clinician stays until the consent's last day, to tell them if they were told all the same.
        world.officer.now = SampleProgram.now.later(by: 31 * 86_400)
        try world.officer.act { try $0.beginDay(in: &$1) }
        #expect(try world.officer.look { _, records in records.names(beginning: "introduction-key/") }.isEmpty)
    }

    @Test("Taken back before the introduction, there is none")
    func beforeIntroduction() throws {
        let world = try DeskWorld(seed: 41)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try revoke(world)
        try world.carry()
        #expect(world.peer.state == .revoked && world.peer.steps.last == .revoked)
        #expect(throws: Trouble.self) { try world.introduce() }
        #expect(world.clinician.handoff == nil)
    }

    @Test("The revocation may overtake the consent")
    func overtaking() throws {
        let world = try DeskWorld(seed: 42)
        try world.propose()
        try world.carry()
        try world.sign()
        let consent = world.officer.hands.take()
        try revoke(world)
        let revocation = world.officer.hands.take()
        #expect(consent.count == 1 && revocation.count == 1)
        try world.deliver(revocation[0])
        try world.deliver(consent[0])
        #expect(world.peer.state == .revoked)
        #expect(throws: Trouble.self) { try world.introduce() }
    }

    @Test("Taken back while the introduction is on its way, the clinician hears of it from the officer")
    func crossing() throws {
        let world = try DeskWorld(seed: 43)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try world.introduce()
        try world.beginSessions(of: world.peer)
        let introduction = world.peer.hands.take()
        try revoke(world)
        let toClinician = try #require(introduction.first { $0.to == world.clinician.participant })
        try world.deliver(toClinician)
        #expect(world.clinician.state == .introduced)
        let toOfficer = try #require(introduction.first { $0.to == world.officer.participant })
        try world.deliver(toOfficer)
        try world.carry()
        for person in [world.officer, world.peer, world.clinician] { #expect(person.state == .revoked) }
        #expect(throws: Trouble.self) { try world.accept() }
        #expect(world.clinician.steps.last == .revoked)
    }

    @Test("Taken back at any time after the introduction, it stops for all", arguments: 0..<3)
    func later(stage: Int) throws {
        let world = try DeskWorld(seed: 44)
        try world.toIntroduction()
        if stage >= 1 { try world.accept() }
        if stage >= 2 { try world.firstContact() }
        try world.carry()
        try revoke(world, in: try #require(world.officer.handoff?.room))
        try world.carry()
        for person in [world.officer, world.peer, world.clinician] {
            #expect(person.state == .revoked && person.steps.contains(.revoked))
            #expect(person.refusals == 0)
        }
        #expect(world.peer.hands.closed.count == 1 && world.clinician.hands.closed.count == 1)
        #expect(throws: Trouble.self) { try world.accept() }
        #expect(throws: Trouble.self) { try revoke(world) }
    }

    @Test("What waits to leave on a consent is taken back with it")
    func withdrawn() throws {
        let world = try DeskWorld(seed: 45)
        try world.propose()
        try world.carry()
        try world.sign()
        try world.carry()
        try world.introduce()
        // The peer is offline: nothing has left yet.
        try revoke(world)
        for letter in world.officer.hands.take() { try world.deliver(letter) }
        #expect(world.peer.state == .revoked)
        #expect(world.peer.hands.take().isEmpty)
        for order in world.peer.hands.takeOrders() {
            #expect(try world.peer.act { try $0.mayBegin(order, in: &$1) } == false)
        }
        #expect(world.clinician.handoff == nil)
    }

    @Test("A revocation after the end stops what is left, and does not rewrite how it ended")
    func afterTheEnd() throws {
        let world = try DeskWorld(seed: 46)
        try world.toIntroduction()
        try world.accept()
        try world.firstContact()
        try world.outcome()
        try world.carry()
        try world.allowClosing()
        try revoke(world, in: try #require(world.officer.handoff?.care))
        try world.carry()
        #expect(world.officer.state == .engaged && world.clinician.state == .engaged)
        #expect(throws: Trouble.self) {
            try world.clinician.act { try $0.tellPeer(["outcome"], in: world.care, records: &$1) }
        }
        #expect(world.peer.told.count == 2)
    }

    @Test("A proposal and a consent end by themselves after their last day")
    func expiry() throws {
        let world = try DeskWorld(seed: 47)
        try world.propose()
        try world.carry()
        for person in [world.officer, world.peer] {
            person.now = SampleProgram.now.later(by: 21 * 86_400)
            try person.act { try $0.beginDay(in: &$1) }
            #expect(person.state == .expired && person.steps.last == .expired)
        }
        #expect(throws: Trouble.self) { try world.sign() }

        let later = try DeskWorld(seed: 48)
        try later.toIntroduction()
        for person in [later.officer, later.peer, later.clinician] {
            person.now = SampleProgram.now.later(by: 31 * 86_400)
            try person.act { try $0.beginDay(in: &$1) }
            #expect(person.state == .expired && person.steps.last == .expired)
        }
        #expect(throws: Trouble.self) { try later.accept() }
    }

    @Test("An introduction that comes after the last day shows nothing")
    func late() throws {
        let world = try DeskWorld(seed: 49)
        try world.propose()
        try world.carry()
        try world.sign(days: 1)
        try world.carry()
        try world.introduce()
        try world.beginSessions(of: world.peer)
        world.clinician.now = SampleProgram.now.later(by: 2 * 86_400)
        world.officer.now = world.clinician.now
        for letter in world.peer.hands.take() { try world.deliver(letter) }
        #expect(world.clinician.shown.isEmpty && world.clinician.handoff == nil)
        #expect(world.officer.told.isEmpty && world.officer.hands.takeOrders().isEmpty)
    }

    @Test("A handoff that is long over is forgotten, and its consents with it")
    func forgotten() throws {
        let world = try DeskWorld(seed: 50)
        try world.toIntroduction()
        world.peer.now = SampleProgram.now.later(by: 121 * 86_400)
        try world.peer.act { try $0.beginDay(in: &$1) }
        #expect(world.peer.handoff == nil)
    }

    @Test("What somebody can do is what they are told they can")
    func possible() throws {
        let world = try DeskWorld(seed: 51)
        func actions(_ person: DeskWorld.Person, _ conversation: Int) throws -> [HandoffAction] {
            try person.look { try $0.view(of: conversation, in: $1)?.possible ?? [] }
        }
        try world.propose()
        try world.carry()
        #expect(try actions(world.officer, 1) == [.signConsent, .declineConsent] && actions(world.peer, 1).isEmpty)
        try world.sign()
        try world.carry()
        #expect(try actions(world.officer, 1) == [.revoke] && actions(world.peer, 1) == [.introduce])
        try world.introduce()
        try world.carry()
        #expect(try actions(world.clinician, world.room) == [.accept, .decline] && actions(world.peer, 1).isEmpty)
        try world.accept()
        #expect(try actions(world.clinician, world.room) == [.recordFirstContact, .decline, .askToTellPeer])
        try world.firstContact()
        try world.outcome()
        try world.carry()
        try world.allowClosing()
        #expect(try actions(world.clinician, world.care) == [.tellPeer])
        #expect(try world.peer.look { try $0.view(of: 1, in: $1)?.state } == "firstContact")
    }
}
