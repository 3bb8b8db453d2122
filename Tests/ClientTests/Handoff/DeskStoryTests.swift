import CallboxProgram
import CallboxTesting
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting
@testable import CallboxSealing

@Suite("Handoff: the story")
struct DeskStoryTests {
    @Test("From the proposal to the closing word, each sees what is theirs to see")
    func whole() throws {
        let world = try DeskWorld()
        try world.propose()
        try world.carry()
        #expect(world.officer.steps == [.proposed] && world.clinician.handoff == nil)
        try world.sign()
        #expect(world.officer.state == .consented && world.clinician.handoff == nil)
        try world.carry()
        #expect(world.peer.state == .consented && world.peer.steps == [.proposed, .consented])
        try world.introduce()
        try world.carry()
        for person in [world.officer, world.peer, world.clinician] {
            #expect(person.state == .introduced)
            #expect(person.told == [DeskWorld.secret, "Somebody who knows shift work."])
        }
        try world.accept()
        try world.carry()
        try world.firstContact()
        try world.carry()
        for person in [world.officer, world.peer, world.clinician] { #expect(person.state == .firstContact) }
        try world.outcome()
        try world.carry()
        #expect(world.officer.state == .engaged && world.clinician.state == .engaged)
        #expect(world.peer.state == .firstContact, "how it ended is not the peer's to know")
        #expect(!world.peer.steps.contains(.ended))
        try world.allowClosing()
        #expect(world.peer.told.count == 2)
        try world.clinician.act { try $0.tellPeer(["outcome"], in: world.care, records: &$1) }
        try world.carry()
        #expect(world.peer.told.last == "We go on together." && world.peer.told.count == 3)
        #expect(world.officer.told.last == "We go on together.")
        #expect(world.peer.steps.last == .closingTold)
        for person in [world.officer, world.peer, world.clinician] { #expect(person.refusals == 0) }
    }

    @Test("In whatever order things come, it ends the same", arguments: 0..<40)
    func shuffled(seed: UInt64) throws {
        let world = try DeskWorld(seed: 3)
        try world.toIntroduction(shuffledBy: seed)
        try world.accept()
        try world.firstContact()
        try world.outcome()
        try world.carry(shuffledBy: seed)
        #expect(world.officer.state == .engaged && world.peer.state == .firstContact)
        #expect(world.clinician.handoff?.care != nil && world.officer.handoff?.early == [])
        for person in [world.officer, world.peer, world.clinician] {
            #expect(person.refusals == 0)
            #expect(person.told.count == 2)
        }
    }

    @Test("The officer's session and the peer's introduction may reach the clinician in either order")
    func bothOrders() throws {
        for officerFirst in [true, false] {
            let world = try DeskWorld(seed: 4)
            try world.propose()
            try world.carry()
            try world.sign()
            try world.carry()
            try world.introduce()
            try world.beginSessions(of: world.peer)
            let letters = world.peer.hands.take()
            let toOfficer = letters.filter { $0.to == world.officer.participant }
            let toClinician = letters.filter { $0.to == world.clinician.participant }
            #expect(toOfficer.count == 1 && toClinician.count == 1)
            try world.deliver(toOfficer[0])
            try world.beginSessions(of: world.officer)
            let own = world.officer.hands.take()
            #expect(own.count == 1)
            if officerFirst {
                try world.deliver(own[0])
                #expect(world.clinician.state == .consented && world.clinician.told.isEmpty)
                let care = world.care
                #expect(throws: Trouble.self) {
                    try world.clinician.act { try $0.accept(in: care, text: nil, records: &$1) }
                }
                try world.deliver(toClinician[0])
            } else {
                try world.deliver(toClinician[0])
                #expect(world.clinician.state == .introduced && world.clinician.told.count == 2)
                // Accepted before the officer has come: it waits for them.
                try world.accept()
                try world.deliver(own[0])
            }
            if officerFirst { try world.accept() }
            try world.carry()
            for person in [world.officer, world.peer, world.clinician] {
                #expect(person.state == .accepted)
                #expect(person.refusals == 0)
            }
        }
    }

    @Test("A real name is for the clinician alone")
    func realName() throws {
        let world = try DeskWorld(seed: 5)
        try world.toIntroduction(realName: "Pat Doe")
        let seen = { (person: DeskWorld.Person) in "\(person.shown)".contains("Pat Doe") }
        #expect(seen(world.clinician) && !seen(world.peer) && !seen(world.officer))
        let records = world.peer.store.records
        for name in records.names {
            let text = String(decoding: records[name] ?? [], as: UTF8.self)
            #expect(!text.contains("Pat Doe"), "\(name)")
        }
    }

    @Test("Who says no is heard, and nothing was told")
    func declined() throws {
        let world = try DeskWorld(seed: 6)
        try world.propose()
        try world.carry()
        try world.officer.act { try $0.declineProposal(in: 1, text: "Not now.", records: &$1) }
        try world.carry()
        #expect(world.peer.state == .declined && world.officer.state == .declined)
        #expect(world.clinician.handoff == nil)
        #expect(throws: Trouble.self) { try world.introduce() }
        // And then another suggestion can come.
        try world.propose()
        try world.carry()
        #expect(world.officer.steps == [.proposed, .declined, .proposed])
    }

    @Test("A clinician who cannot take it closes the room, and the officer knows why")
    func refused() throws {
        let world = try DeskWorld(seed: 7)
        try world.toIntroduction()
        try world.clinician.act { try $0.refuse(in: world.room, reason: "full", text: nil, records: &$1) }
        try world.carry()
        for person in [world.officer, world.peer, world.clinician] { #expect(person.state == .declined) }
        #expect("\(world.officer.shown)".contains("There is no room at the moment."))
        #expect(throws: Trouble.self) { try world.accept() }
    }
}
