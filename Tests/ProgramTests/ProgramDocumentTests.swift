import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Program documents")
struct ProgramDocumentTests {
    private let sample: SampleProgram

    init() throws { sample = try SampleProgram(seed: 10) }

    private func refusal(_ change: (inout ProgramContent) throws -> Void) throws -> ProgramError? {
        let content = try sample.next(change)
        return ProgramTests.refusal { try ProgramDocument(content) }
    }

    @Test("A document is read as it was written, and carries its own hash")
    func roundTrip() throws {
        let document = try ProgramDocument(sample.next())
        #expect(try ProgramDocument(parsing: document.payload) == document)
        #expect(sample.program.hash == ProgramDocument.hash(of: sample.program.document.payload))
        #expect(sample.program.member(sample.clinician.id)?.role == .clinician)
        #expect(sample.program.member(MemberID(unchecked: [UInt8](repeating: 0, count: 16))) == nil)
    }

    @Test("Every field survives the way out and in")
    func fullRoundTrip() throws {
        let content = try sample.next { content in
            var profile = content.members[0].profile
            profile.agency = try Line("Sample County Sheriff")
            profile.rankBand = try Line("sergeant to lieutenant")
            profile.unit = try Line("K-9")
            profile.shift = try Line("nights")
            profile.service = .retired
            profile.languages = [try LanguageTag("en-US"), try LanguageTag("es-419")]
            profile.specialties = [try Line("shooting"), try Line("grief")]
            profile.livedExperience = [try Line("sobriety")]
            profile.biography = try Passage("Twenty years.\n\tStill here. \u{1F697}")
            profile.usualReplyMinutes = 90
            profile.onCall = [try OnCallHours(weekday: 7, start: 1_320, minutes: 480)]
            profile.availability = .limited
            content.members[0].profile = profile
            content.members[1].status = .away
            content.policy.retentionDays = 90
            content.policy.minimumClient = ClientVersion(major: 1, minor: 20, patch: 300)
        }
        let document = try ProgramDocument(content)
        #expect(try ProgramDocument(parsing: document.payload).content == content)
    }

    @Test("Members, keys, languages, epochs and relays that appear twice are refused")
    func duplicates() throws {
        try #expect(refusal { $0.members[1].id = $0.members[0].id } == .duplicate)
        try #expect(refusal { $0.notices += $0.notices } == .duplicate)
        try #expect(
            refusal { content in
                content.notices.append(LimitsNotice(language: try LanguageTag("EN-us"), text: try Passage("Other.")))
            } == .duplicate)
        try #expect(refusal { $0.tokenEpochs += $0.tokenEpochs } == .duplicate)
        try #expect(refusal { $0.relays += $0.relays } == .duplicate)
        try #expect(refusal { $0.members[1].verificationKey = $0.members[0].verificationKey } == .keyReused)
        try #expect(refusal { $0.members[1].agreementKey = $0.members[0].agreementKey } == .keyReused)
        try #expect(refusal { $0.members[1].verificationKey = $0.relays[0].identityKey } == .keyReused)
        try #expect(
            refusal { content in
                let epoch = content.tokenEpochs[0]
                content.tokenEpochs.append(
                    try TokenEpoch(number: 2, first: epoch.first, last: epoch.last, key: epoch.key))
            } == .keyReused)
        #expect(
            try refusal { content in
                let url = try RelayURL("https://other.example")
                content.relays.append(RelayEntry(url: url, identityKey: content.relays[0].identityKey))
            } == nil, "one relay may have two ways in")
    }

    @Test("A removed member's keys stay taken")
    func removedMember() throws {
        try #expect(
            refusal { content in
                content.members[0].status = .removed
                content.members[1].verificationKey = content.members[0].verificationKey
            } == .keyReused)
    }

    @Test("Counts, numbers and dates beyond their bounds are refused")
    func bounds() throws {
        try #expect(refusal { $0.relays = [] } == .field)
        try #expect(refusal { $0.notices = [] } == .field)
        try #expect(refusal { $0.resources = Array(repeating: $0.resources[0], count: 65) } == .field)
        try #expect(refusal { $0.policy.retentionDays = 0 } == .field)
        try #expect(refusal { $0.policy.retentionDays = 91 } == .field)
        try #expect(refusal { $0.policy.caseloadLimit = 0 } == .field)
        try #expect(refusal { $0.policy.attachmentLimit = 16_777_217 } == .field)
        try #expect(
            refusal { $0.members[0].profile.specialties = Array(repeating: try Line("a"), count: 17) } == .field)
        try #expect(refusal { $0.version = 0 } == .field)
        try #expect(refusal { $0.version = 1 << 53 } == .field)
        try #expect(refusal { $0.version = 1 } == .field)
        try #expect(refusal { $0.previous = nil } == .field)
        try #expect(refusal { $0.expires = $0.issued } == .lifetime)
        try #expect(refusal { $0.expires = Instant(seconds: .max) } == .field)
    }

    @Test("A roster of 5,000 members fits, and one more does not")
    func rosterSize() throws {
        var random = SeededRandom(seed: 11)
        let entry = sample.program.document.content.members[0]
        let many = (0..<5_000).map { _ in
            var member = entry
            member.id = .random(from: &random)
            member.verificationKey = .random(from: &random)
            member.agreementKey = .random(from: &random)
            return member
        }
        let document = try ProgramDocument(sample.next { $0.members = many })
        #expect(document.payload.count <= PayloadType.program.limit)
        #expect(try ProgramDocument(parsing: document.payload) == document)
        try #expect(refusal { $0.members = many + [entry] } == .field)
    }

    @Test("A document lives 90 days at most, and 14 without an online key")
    func lifetime() throws {
        for (hasOnlineKey, days) in [(true, UInt64(90)), (false, 14)] {
            let sample = try SampleProgram(seed: 12, hasOnlineKey: hasOnlineKey)
            let longest = try sample.next { $0.expires = $0.issued.later(by: days * 86_400) }
            _ = try VerifiedProgram(sample.sign(longest), under: sample.root)
            let longer = try sample.next { $0.expires = $0.issued.later(by: days * 86_400 + 1) }
            #expect(ProgramTests.refusal { try VerifiedProgram(sample.sign(longer), under: sample.root) } == .lifetime)
        }
    }

    @Test("A coordinator's or the online key cannot be a member's or a relay's")
    func rootKeys() throws {
        for key in [sample.coordinators[2].publicKey, sample.online.publicKey] {
            let member = try sample.next { $0.members[0].verificationKey = key }
            #expect(ProgramTests.refusal { try VerifiedProgram(sample.sign(member), under: sample.root) } == .keyReused)
            let relay = try sample.next { $0.relays[0] = RelayEntry(url: $0.relays[0].url, identityKey: key) }
            #expect(ProgramTests.refusal { try VerifiedProgram(sample.sign(relay), under: sample.root) } == .keyReused)
        }
    }

    @Test("One coordinator, a stranger, the online key or a member is no quorum")
    func quorum() throws {
        let payload = try ProgramDocument(sample.next()).payload
        let (coordinators, member) = (sample.coordinators, sample.peers[0].signing)
        var random = SeededRandom(seed: 13)
        let stranger = SampleKey(from: &random)
        for others in [
            [], [stranger], [sample.online], [member], [coordinators[0]], [stranger, sample.online, member],
        ] {
            let envelope = (coordinators[..<1] + others).sign(payload, as: .program)
            #expect(ProgramTests.refusal { try VerifiedProgram(envelope, under: sample.root) } == .quorum)
        }
        for pair in [[0, 1], [0, 2], [1, 2], [0, 1, 2]] {
            #expect(
                try VerifiedProgram(sample.sign(sample.next(), by: pair), under: sample.root).signers.count
                    == pair.count)
        }
    }

    @Test("A document of another program is refused")
    func otherProgram() throws {
        let other = try sample.next { $0.programID = ProgramID(unchecked: [UInt8](repeating: 7, count: 16)) }
        #expect(ProgramTests.refusal { try VerifiedProgram(sample.sign(other), under: sample.root) } == .wrongProgram)
    }

    @Test("A notice's hash depends on its language and its text, and on where one ends and the other begins")
    func noticeHash() throws {
        let hash = { (language: String, text: String) in
            LimitsNotice(language: try LanguageTag(language), text: try Passage(text)).hash
        }
        let hashes = Set([
            try hash("en", "US text"), try hash("en-US", "text"), try hash("en", "text"), try hash("es", "text"),
        ])
        #expect(hashes.count == 4)
        let expected = BLAKE2b256.hash("callbox/v1/notice", [UInt8]("en\0text".utf8))
        #expect(try hash("en", "text").bytes == expected)
        #expect(sample.program.hasNotice(sample.program.document.content.notices[0].hash))
        #expect(!sample.program.hasNotice(try hash("en", "text")))
    }

    @Test(
        "A field that holds what it may not hold is refused wherever it is read",
        arguments: [
            (#""role":"peer""#, #""role":"chief""#), (#""status":"active""#, #""status":"""#),
            (#""retention_days":14"#, #""retention_days":"14""#),
            (#""retention_days":14"#, #""retention_days":4294967296"#),
            (#""name":"988""#, #""name":"""#), (#""name":"988""#, #""name":"9\u00008""#),
            (#""name":"988""#, #""name":"9\n8""#),
            (#""name":"988""#, #""name":"9\u001b[2J8""#),
            (#""name":"988""#, #""name":"\#(String(repeating: "é", count: 61))""#),
            (#""url":"https:"#, #""url":"http:"#), (#""language":"en-US""#, #""language":"en_US""#),
            (#""minimum_client":"0.0.0""#, #""minimum_client":"0.0""#),
            (#""minimum_client":"0.0.0""#, #""minimum_client":"00.0.0""#),
            (#""verified_on":"#, #""verified_on":99999"#), (#""availability":"open""#, #""availability":"maybe""#),
            (#""program_id":""#, #""program_id":"AAAA"#), (#""members":["#, #""members":[{},"#),
            (#""members":"#, #""members_":"#), (#""expires":"#, #""expired":"#),
        ])
    func fields(old: String, new: String) throws {
        let payload = replacing(old, by: new, in: sample.program.document.payload)
        let refusal = ProgramTests.refusal { try ProgramDocument(parsing: payload) }
        #expect(refusal == .field || refusal == .malformed)
    }

    @Test("Truncated at any length or lengthened it is refused; damaged it never traps")
    func damage() throws {
        let payload = sample.program.document.payload
        for length in 0..<payload.count {
            let short = [UInt8](payload[..<length])
            #expect(ProgramTests.refusal { try ProgramDocument(parsing: short) } == .malformed)
        }
        #expect(ProgramTests.refusal { try ProgramDocument(parsing: payload + [0x20, 0x31]) } == .malformed)
        for damaged in mutations(of: payload, count: 1_000, seed: 14) {
            guard let read = try? ProgramDocument(parsing: damaged) else { continue }
            #expect(try ProgramDocument(parsing: read.payload) == read)
        }
    }
}
