import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import FoundationEssentials
import Testing

@testable import CallboxClient
@testable import CallboxClientTesting

@Suite("A member's client")
struct MemberTests {
    private func world(_ seed: UInt64) async throws -> CareWorld {
        var random = SeededRandom(seed: seed)
        return try await CareWorld(seed: seed, member: try SampleProgram(from: &random).peers[0])
    }

    @Test("A new member's request has their public keys and nothing that is secret")
    func request() async throws {
        let world = try await CareWorld(seed: 80, isFreshMember: true)
        let text = try world.callbox.membershipRequest()
        struct Paper: Decodable {
            let v: Int
            let program, member, role, name, verification_key, agreement_key: String
        }
        let paper = try JSONDecoder().decode(Paper.self, from: Data(text.utf8))
        let keys = try world.store.key.memberKeys(in: world.store.records)
        #expect(paper.v == 1 && paper.role == "peer" && paper.name == "Kim Fresh")
        #expect(try Base64.decode(paper.verification_key) == keys.signing.verificationKey.bytes)
        #expect(try Base64.decode(paper.agreement_key) == keys.agreement.publicKey.bytes)
        #expect(try Base64.decode(paper.program) == world.sample.program.id.bytes)
        #expect(try world.callbox.membershipWarnings().count == 1)
        await #expect(throws: Trouble.self) { try await world.callbox.publishSheets() }
        #expect(throws: Trouble.self) {
            try Callbox.records(
                ofMember: "a\nb", as: .peer, by: world.invite, in: world.state, under: world.store.key,
                at: world.clock.now)
        }
    }

    @Test("A member who was put on the list a minute ago hears so at the next look, not an hour later")
    func listedAtLast() async throws {
        let world = try await CareWorld(seed: 86, isFreshMember: true)
        _ = try await world.callbox.sync()
        #expect(try world.callbox.membershipWarnings().count == 1)
        let keys = try world.store.key.memberKeys(in: world.store.records)
        let id = try #require(try world.store.records.existing(.person).memberID)
        let today = SampleProgram.today
        let next = try world.next { content in
            content.members.append(
                Member(
                    id: id, role: .peer, verificationKey: keys.signing.verificationKey,
                    agreementKey: keys.agreement.publicKey, designatedSince: today,
                    credential: try Line("Sample credential 12345"), credentialExpires: today.later(by: 365),
                    trainingExpires: today.later(by: 365), profile: MemberProfile(name: try Line("Kim Fresh"))))
            content.members.sort { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
        }
        world.paper.host([], [next], of: world.sample.program.id)
        try world.announce(next)
        world.clock.advance(seconds: 60)
        _ = try await world.callbox.sync()
        #expect(try world.callbox.membershipWarnings().isEmpty)
    }

    @Test("Sheets are published for today and 21 days, and each day gets one for good")
    func publishing() async throws {
        let world = try await world(81)
        #expect(try await world.callbox.publishSheets() == 22)
        let before = try sheets(world)
        #expect(before.count == 22)
        #expect(try await world.callbox.publishSheets() == 22)
        #expect(try sheets(world) == before)
        world.clock.advance(seconds: 86_400)
        #expect(try await world.callbox.publishSheets() == 22)
        let after = try sheets(world)
        #expect(after.count == 23 && before.allSatisfy { after[$0.key] == $0.value })
        let book = try await world.paper.book(of: world.sample.program.id, on: Day(of: world.clock.now))
        let program = try #require(try world.state.program)
        for sheet in book.sheets { _ = try sheet.verify(in: program, now: world.clock.now) }
        #expect(book.sheets.count == 1)
    }

    private func sheets(_ world: CareWorld) throws -> [String: Blob] {
        let names = world.store.records.names(beginning: "sheet/")
        return Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try world.store.records.existing(Record<SheetRecord>($0)).sheet)
            })
    }

    @Test(
        "The private halves are stored before anything is published, and after a crash the same sheets are published again"
    )
    func crashes() async throws {
        for change in 1...8 {
            let world = try await world(82)
            world.store.plan(change.isMultiple(of: 2) ? .crashBefore : .crashAfter, at: world.store.changes + change)
            _ = try? await world.callbox.publishSheets()
            guard world.store.isDead else {
                #expect(change > 4)
                break
            }
            let served = try? await world.paper.book(of: world.sample.program.id, on: SampleProgram.today)
            world.store.restart()
            for sheet in served?.sheets ?? [] {
                #expect(try world.store.records.existing(.sheet(SampleProgram.today)).sheet.bytes == sheet.encoded)
            }
            #expect(try await world.callbox.publishSheets() == 22, "\(change)")
            let book = try await world.paper.book(of: world.sample.program.id, on: SampleProgram.today)
            let own = try world.store.records.existing(.sheet(SampleProgram.today)).sheet.bytes
            #expect(book.sheets.map(\.encoded) == [own], "\(change)")
        }
        let world = try await world(83)
        world.relay.behave { conduct in
            conduct.deed = { _, call in call.kind == .publish ? .failAfter(.tooSlow) : .honest }
        }
        await #expect(throws: Trouble.self) { try await world.callbox.publishSheets() }
        let before = try sheets(world)
        world.relay.behave { $0.deed = { _, _ in .honest } }
        #expect(try await world.callbox.publishSheets() == 22)
        #expect(try sheets(world) == before)
    }

    @Test("Private halves are erased when nothing sealed to them can come any more")
    func erasure() async throws {
        let world = try await world(84)
        _ = try await world.callbox.publishSheets()
        let erased = SheetPlan.erasure(of: SampleProgram.today, retentionDays: 16)
        world.clock.set(erased)
        _ = try await world.callbox.tendMembership()
        #expect(try world.store.records.value(.sheet(SampleProgram.today)) != nil)
        world.clock.set(erased.later(by: 1))
        _ = try await world.callbox.tendMembership()
        #expect(try world.store.records.value(.sheet(SampleProgram.today)) == nil)
        #expect(try world.store.records.value(.sheet(SampleProgram.today.later(by: 1))) != nil)
    }

    @Test("A sheet in the member's name that is none of theirs is noticed")
    func foreignSheet() async throws {
        let world = try await world(85)
        _ = try await world.callbox.publishSheets()
        _ = try await world.callbox.upkeep.book(on: SampleProgram.today)
        #expect(try world.callbox.program().warning == nil)
        var random = SeededRandom(seed: 850)
        let other = world.sample.sheet(
            of: world.sample.peers[0], mailbox: SampleMailbox(from: &random), from: &random
        ).sheet
        world.paper.host(other)
        _ = try await world.callbox.upkeep.book(on: SampleProgram.today)
        #expect(try world.callbox.program().warning?.contains("in your name") == true)
        let own = try PrekeySheet(parsing: world.store.records.existing(.sheet(SampleProgram.today)).sheet.bytes)
        world.paper.host(own)
        _ = try await world.callbox.upkeep.book(on: SampleProgram.today)
        #expect(try world.callbox.program().warning == nil)
    }

    @Test("What runs out is said thirty days ahead")
    func expiry() throws {
        var random = SeededRandom(seed: 86)
        var member = try SampleProgram(from: &random).peers[0].entry()
        let today = SampleProgram.today
        member.trainingExpires = today.later(by: 200)
        func warnings(_ change: (inout Member) -> Void) -> Int {
            var copy = member
            change(&copy)
            return Membership(member: copy, today: today).warnings.count
        }
        #expect(warnings { _ in } == 0)
        #expect(warnings { $0.credentialExpires = today.later(by: 30) } == 0)
        #expect(warnings { $0.credentialExpires = today.later(by: 29) } == 1)
        #expect(warnings { $0.credentialExpires = Day(today.number - 1) } == 1)
        #expect(warnings { $0.trainingExpires = today } == 1)
        #expect(warnings { $0.status = .suspended } == 1)
        #expect(warnings { $0.designatedSince = today.later(by: 3) } == 1)
    }

    @Test("More open conversations than the program asks for are warned of")
    func caseload() async throws {
        let world = try await world(87)
        try world.store.change { records in
            var random = SeededRandom(seed: 870)
            let own = try world.store.key.memberKeys(in: records).signing.verificationKey
            for _ in 0..<21 {
                _ = try world.callbox.talk.open(
                    .random(from: &random), own: own,
                    others: [
                        ConversationRecord.Member(
                            key: SampleKey(from: &random).publicKey, role: .officer, name: "Officer", memberID: nil,
                            session: nil)
                    ], in: &records)
            }
        }
        #expect(try world.callbox.membershipWarnings().count == 1)
        #expect(try world.callbox.program().warning?.contains("21 open conversations") == true)
    }
}
