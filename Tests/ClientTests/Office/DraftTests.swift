import CallboxClient
import CallboxClientTesting
import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite struct DraftTests {
    var world: OfficeWorld

    init() throws { world = try OfficeWorld() }

    private func draft() async throws -> Draft {
        _ = try await world.published()
        return try world.offices[0].draft()
    }

    @Test mutating func `a member is added with what the coordinator says, and the signers read it`() async throws {
        var draft = try await draft()
        let request = try world.request(.clinician, name: "Dr. Kim")
        var entry = OfficeWorld.entry
        entry.agency = "County Health"
        entry.languages = ["en", "es-MX"]
        entry.specialties = ["grief"]
        entry.onCall = ["mon 18:00-06:00", "sun 00:00-24:00"]
        entry.usualReplyMinutes = 30
        try draft.add(request, as: entry, today: world.offices[0].today)
        let lines = try world.offices[0].changes(in: draft)
        #expect(lines.count == 1)
        for word in [
            "New clinician: Dr. Kim", "2028-01-31", "es-MX", "grief", "mon 18:00-06:00", "sun 00:00-24:00",
            "County Health",
        ] {
            #expect(lines[0].contains(word), "\(word)")
        }
        let paper = try world.offices[1].sign(world.offices[0].sign(draft))
        _ = try await world.offices[0].publish([paper])
        let member = try #require(world.relay.document?.document.content.members.first)
        #expect(member.designatedSince == SampleProgram.today && member.role == .clinician)
        #expect(member.isChoosable(on: SampleProgram.today))
    }

    @Test mutating func `a request that was altered on the way has another code`() async throws {
        _ = try await world.published()
        let request = try world.request()
        let text = String(decoding: request.text, as: UTF8.self)
        let other = try world.request()
        // Whoever carried it put their own key in.
        let forged = text.replacing(
            Base64.encode(request.verificationKey.bytes), with: Base64.encode(other.verificationKey.bytes))
        let read = try MembershipRequest(parsing: Array(forged.utf8))
        #expect(read.name == request.name && !read.isConfirmed(by: request.code))
        #expect(try MembershipRequest(parsing: request.text).isConfirmed(by: request.code.lowercased()))
        // Each value is in the code.
        for (old, new) in [("\"Jo Doe\"", "\"Jo Dog\""), ("\"peer\"", "\"clinician\"")] {
            let altered = text.replacing(old, with: new)
            #expect(try !MembershipRequest(parsing: Array(altered.utf8)).isConfirmed(by: request.code))
        }
        #expect(throws: Trouble.self) { try MembershipRequest(parsing: Array(text.utf8.dropLast(4))) }
        #expect(throws: Trouble.self) {
            try MembershipRequest(parsing: Array(text.replacing("\"v\":1", with: "\"v\":2").utf8))
        }
    }

    @Test mutating func `a request of another program, of another role, or of known keys adds nobody`() async throws {
        var draft = try await draft()
        let request = try world.request()
        try draft.add(request, as: OfficeWorld.entry, today: "2027-01-15")
        let before = draft
        #expect(
            trouble { try draft.add(request, as: OfficeWorld.entry, today: "2027-01-15") }?.happened.contains("already")
                == true)
        var entry = OfficeWorld.entry
        entry.role = "clinician"
        let second = try world.request()
        #expect(
            trouble { try draft.add(second, as: entry, today: "2027-01-15") }?.happened.contains("not for a clinician")
                == true)
        let foreign = MembershipRequest(
            program: .random(from: &world.random), member: second.member, role: .peer, name: second.memberName,
            verificationKey: second.verificationKey, agreementKey: second.agreementKey)
        #expect(trouble { try draft.add(foreign, as: OfficeWorld.entry, today: "2027-01-15") }?.kind == .notTrusted)
        #expect(draft == before)
    }

    @Test mutating func `what is typed wrong is named, and changes nothing`() async throws {
        var draft = try await draft()
        let request = try world.request()
        let before = draft
        let wrongs: [(inout MemberEntry) -> Void] = [
            { $0.credential = nil }, { $0.credential = "" }, { $0.credential = String(repeating: "x", count: 121) },
            { $0.credentialExpires = "2027-02-29" }, { $0.trainingExpires = "31.12.2027" },
            { $0.designatedSince = "soon" },
            { $0.service = "maybe" }, { $0.availability = "sometimes" }, { $0.languages = ["english please"] },
            { $0.specialties = Array(repeating: "x", count: 17) }, { $0.onCall = ["mon 25:00-26:00"] },
            { $0.onCall = ["someday 08:00-09:00"] }, { $0.usualReplyMinutes = -1 }, { $0.profile = Array("{}".utf8) },
            { $0.unit = "a\u{1B}[31mb" }, { $0.biography = String(repeating: "x", count: 601) },
        ]
        for (index, wrong) in wrongs.enumerated() {
            var entry = OfficeWorld.entry
            wrong(&entry)
            #expect(trouble { try draft.add(request, as: entry, today: "2027-01-15") }?.kind == .usage, "\(index)")
        }
        #expect(draft == before)
    }

    @Test mutating func `members are found by name and id, and who was removed stays`() async throws {
        var draft = try await draft()
        for name in ["Jo Doe", "Jo Dove", "Sam Smith"] {
            try draft.add(world.request(name: name), as: OfficeWorld.entry, today: "2027-01-15")
        }
        let id = CrockfordBase32.encode(draft.content.members[0].id.bytes)
        #expect(try draft.set("smith", to: "suspended") == "Sam Smith")
        #expect(try draft.set("jo doe", to: "away") == "Jo Doe")
        #expect(try draft.set(id.lowercased(), to: "active") == "Jo Doe")
        #expect(trouble { try draft.set("jo", to: "away") }?.happened.contains("2 members") == true)
        #expect(trouble { try draft.set("nobody", to: "away") }?.kind == .usage)
        #expect(trouble { try draft.set("smith", to: "gone") }?.remedy.contains("suspended") == true)
        try draft.set("dove", to: "removed")
        #expect(draft.content.members.count == 3)
        #expect(trouble { try draft.set("dove", to: "active") }?.kind == .usage)
        var entry = MemberEntry()
        entry.shift = "nights"
        try draft.change("smith", to: entry)
        #expect(draft.content.members[2].profile.shift?.text == "nights")
        #expect(draft.content.members[2].credential.text == OfficeWorld.entry.credential)
    }

    @Test func `every change is told in the sentence that a signer reads`() async throws {
        var draft = try await draft()
        try draft.rename("Another County", timeZone: "America/Denver")
        try draft.setNotice("Line one.\nLine two.", language: "es")
        try draft.setNotice("Other limits.", language: "EN")
        try draft.setResource(name: "988", contact: "Call or text 988", note: nil, verifiedOn: "2027-01-10")
        try draft.setRelay("https://second.example", pin: "web", identity: world.identity.publicKey.base64URL)
        try draft.setPolicy(retentionDays: 30, caseloadLimit: 10, minimumClient: "1.2.3")
        let told = try world.offices[0].changes(in: draft).joined(separator: "\n")
        for word in [
            "Another County; it was Sample County", "America/Denver", "New notice in es", "    Line two.",
            "Another notice in EN", "New resource: 988: Call or text 988", "2027-01-10",
            "New way in to the relay: https://second.example",
            "30; it was 14", "10; it was 20", "1.2.3; it was 0.0.0",
        ] {
            #expect(told.contains(word), "\(word)")
        }
        let paper = try world.offices[0].sign(draft)
        #expect(try world.offices[1].review(paper).says.dropFirst() == world.offices[1].changes(in: draft)[...])
    }

    @Test func `the last notice and the last relay stay`() async throws {
        var draft = try await draft()
        #expect(trouble { try draft.removeNotice(language: "en") }?.kind == .usage)
        #expect(trouble { try draft.removeRelay(OfficeWorld.address) }?.kind == .usage)
        #expect(trouble { try draft.removeNotice(language: "fr") }?.kind == .usage)
        try draft.setNotice("Limites.", language: "fr")
        try draft.removeNotice(language: "en")
        #expect(draft.content.notices.map(\.language.text) == ["fr"])
    }

    @Test func `resources come from a list, whole or not at all`() async throws {
        var draft = try await draft()
        try draft.setResources(
            Array(
                #"[{"name":"988","contact":"Call 988","verified_on":"2027-01-02"},{"name":"COPLINE","contact":"1-800-267-5463","note":"All day.","verified_on":20000}]"#
                    .utf8))
        #expect(draft.content.resources.map(\.name.text) == ["988", "COPLINE"])
        #expect(draft.content.resources.map(\.verifiedOn.written) == ["2027-01-02", "2024-10-04"])
        let before = draft
        for wrong in [
            #"{}"#, #"[{"name":"x"}]"#, #"[{"name":"x","contact":"y","verified_on":"never"}]"#, #"[],"more":[1"#,
        ] {
            #expect(trouble { try draft.setResources(Array(wrong.utf8)) }?.kind == .usage, "\(wrong)")
        }
        let twice = #"{"name":"x","contact":"y","verified_on":1}"#
        #expect(trouble { try draft.setResources(Array("[\(twice),\(twice)]".utf8)) }?.kind == .usage)
        #expect(draft == before)
        try draft.removeResource(name: "988")
        #expect(draft.content.resources.count == 1)
    }

    @Test func `epochs are copied from the relay, and a key that changed is refused`() async throws {
        var draft = try await draft()
        #expect(draft.content.tokenEpochs.map(\.number) == [744, 745])
        world.relay.issue([try OfficeWorld.epoch(745, seed: 2), try OfficeWorld.epoch(746, seed: 3)])
        #expect(try await world.offices[0].copyEpochs(into: &draft) == [746])
        #expect(draft.content.tokenEpochs.map(\.number) == [744, 745, 746])
        #expect(try await world.offices[0].copyEpochs(into: &draft).isEmpty)
        // Long after, what is over goes.
        world.clock.set(Day(747 * 28).start)
        world.relay.issue([try OfficeWorld.epoch(747, seed: 4)])
        _ = try await world.offices[0].copyEpochs(into: &draft)
        #expect(draft.content.tokenEpochs.map(\.number) == [746, 747])
        let before = draft
        world.relay.issue([try OfficeWorld.epoch(747, seed: 5)])
        do {
            _ = try await world.offices[0].copyEpochs(into: &draft)
            Issue.record("the other key was taken")
        } catch {
            #expect((error as? Trouble)?.kind == .notTrusted)
        }
        #expect(draft == before)
    }

    @Test func `a draft survives the file, and one that was spoilt by hand is refused`() async throws {
        let draft = try await draft()
        #expect(try Draft(parsing: draft.text) == draft)
        #expect(throws: Trouble.self) { try Draft(parsing: Array("{}".utf8)) }
        #expect(throws: Trouble.self) { try Draft(parsing: draft.text.dropLast(3)) }
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1970-02-28", 58), ("2000-02-29", 11_016), ("2024-02-29", 19_782), ("2027-01-15", 20_833),
        ("2100-03-01", 47_541),
    ]) func `days are days of the calendar`(text: String, number: Int) throws {
        #expect(CalendarDay(text)?.day.number == UInt32(number))
        #expect(CalendarDay(Day(UInt32(number))).text == text)
    }

    @Test func `a day that is in no calendar is none`() {
        for text in [
            "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "2027-1-1", "27-01-01", "1969-12-31", "2027-04-31",
            "", "2027-01-15 ",
        ] {
            #expect(CalendarDay(text) == nil, "\(text)")
        }
    }
}
