import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Prekey sheets")
struct PrekeySheetTests {
    private let sample: SampleProgram
    private let sheet: PrekeySheet
    private let mailbox: SampleMailbox
    private let now = SampleProgram.now
    private let today = SampleProgram.today

    init() throws {
        sample = try SampleProgram(seed: 80)
        var random = SeededRandom(seed: 81)
        mailbox = SampleMailbox(from: &random)
        sheet = sample.sheet(of: sample.peers[0], mailbox: mailbox, from: &random).sheet
    }

    private func sheet(of member: SampleMember, on day: Day) -> PrekeySheet {
        var random = SeededRandom(seed: 82)
        return sample.sheet(of: member, on: day, mailbox: mailbox, from: &random).sheet
    }

    private func program(_ change: (inout ProgramContent) throws -> Void) throws -> VerifiedProgram {
        try VerifiedProgram(sample.sign(sample.next(change)), under: sample.root)
    }

    private func refusal(_ sheet: PrekeySheet, in program: VerifiedProgram? = nil, at now: Instant? = nil)
        -> ProgramError?
    {
        ProgramTests.refusal { try sheet.verify(in: program ?? sample.program, now: now ?? self.now) }
    }

    @Test("Today's sheet of a member who can be chosen is verified, and holds what was signed")
    func verified() throws {
        var random = SeededRandom(seed: 83)
        let made = sample.sheet(of: sample.peers[1], mailbox: mailbox, from: &random)
        let read = try PrekeySheet(parsing: made.sheet.encoded)
        #expect(read == made.sheet)
        #expect(read.encoded.count == PrekeySheet.byteCount)
        let verified = try read.verify(in: sample.program, now: now)
        #expect(verified.member.id == sample.peers[1].id)
        #expect(verified.day == today)
        #expect(verified.agreementKey == made.secrets.agreementKey.publicKey)
        #expect(verified.kemKey == made.secrets.kemKey.publicKey)
        #expect(verified.intakeAddress == mailbox.address)
        #expect(verified.sealingKey == mailbox.sealingKey)
    }

    @Test("A sheet's bytes stand where the format says")
    func layout() {
        let bytes = sheet.encoded
        let dayStart = UInt64(today.number) * 86_400
        let integer = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        #expect(bytes[..<16] == [UInt8]("callbox/v1/sheet".utf8)[...])
        #expect(bytes[16] == 1)
        #expect([UInt8](bytes[17..<33]) == sample.program.id.bytes)
        #expect([UInt8](bytes[33..<49]) == sample.peers[0].id.bytes)
        #expect(integer(bytes[49..<53]) == UInt64(today.number))
        #expect(integer(bytes[53..<61]) == dayStart - 7_200)
        #expect(integer(bytes[61..<69]) == dayStart + 93_600)
        #expect([UInt8](bytes[69..<101]) == sheet.content.agreementKey.bytes)
        #expect([UInt8](bytes[101..<1_317]) == sheet.content.kemKey.bytes)
        #expect([UInt8](bytes[1_317..<1_349]) == mailbox.address.bytes)
        #expect([UInt8](bytes[1_349..<1_381]) == mailbox.sealingKey.bytes)
        #expect(integer(bytes[1_381..<1_389]) == 1)
        #expect([UInt8](bytes[1_389..<1_421]) == sample.program.hash.bytes)
        #expect([UInt8](bytes[1_421...]) == sheet.signature.bytes)
    }

    @Test("Every byte flipped is refused")
    func everyByte() {
        let bytes = sheet.encoded
        for place in bytes.indices {
            for bit: UInt8 in [0x01, 0x80] {
                var damaged = bytes
                damaged[place] ^= bit
                let result = ProgramTests.refusal {
                    try PrekeySheet(parsing: damaged).verify(in: sample.program, now: now)
                }
                #expect(result != nil, "byte \(place)")
            }
        }
    }

    @Test("Any other length is refused")
    func lengths() {
        let bytes = sheet.encoded
        for length in 0..<bytes.count {
            #expect(ProgramTests.refusal { try PrekeySheet(parsing: [UInt8](bytes[..<length])) } == .truncated)
        }
        #expect(ProgramTests.refusal { try PrekeySheet(parsing: bytes + [0]) } == .trailing)
        for damaged in mutations(of: bytes, count: 500, seed: 84) {
            guard let read = try? PrekeySheet(parsing: damaged) else { continue }
            #expect(read.encoded == damaged)
        }
    }

    @Test("Another label, another version and a window that is not the day's are refused")
    func format() {
        for (place, error) in [
            (0, ProgramError.field), (15, .field), (16, .version), (52, .window), (60, .window), (68, .window),
        ] {
            var bytes = sheet.encoded
            bytes[place] ^= 1
            #expect(ProgramTests.refusal { try PrekeySheet(parsing: bytes) } == error)
        }
    }

    @Test("A sheet counts from two hours before its day to two hours after, both included")
    func window() {
        let (opens, closes) = (today.start.earlier(by: 7_200), today.end.later(by: 7_200))
        #expect(refusal(sheet, at: opens) == nil)
        #expect(refusal(sheet, at: closes) == nil)
        #expect(refusal(sheet, at: opens.earlier(by: 1)) == .window)
        #expect(refusal(sheet, at: closes.later(by: 1)) == .window)
        #expect(refusal(sheet(of: sample.peers[0], on: today.later(by: 1))) == .window)
        #expect(refusal(sheet(of: sample.peers[0], on: Day(today.number - 1))) == .window)
        #expect(refusal(sheet(of: sample.peers[0], on: Day(.max))) == .window)
        #expect(refusal(sheet(of: sample.peers[0], on: Day(0))) == .window)
    }

    @Test("A sheet signed by another member, or for a member by somebody else, is refused")
    func otherMember() {
        let byOther = PrekeySheet(signing: sheet.content, by: sample.peers[1].signing.key())
        #expect(refusal(byOther) == .badSignature)
        #expect(refusal(PrekeySheet(signing: sheet.content, by: sample.coordinators[0].key())) == .badSignature)
        var bytes = sheet.encoded
        bytes.replaceSubrange(33..<49, with: sample.peers[1].id.bytes)
        #expect(
            ProgramTests.refusal { try PrekeySheet(parsing: bytes).verify(in: sample.program, now: now) }
                == .badSignature)
        bytes.replaceSubrange(33..<49, with: [UInt8](repeating: 0, count: 16))
        #expect(
            ProgramTests.refusal { try PrekeySheet(parsing: bytes).verify(in: sample.program, now: now) }
                == .unknownMember)
    }

    @Test("A sheet of another program is refused")
    func otherProgram() throws {
        let other = try SampleProgram(seed: 85)
        #expect(refusal(sheet, in: other.program) == .wrongProgram)
    }

    @Test("A signature over the sheet as a document, or over a document as a sheet, is none")
    func confusion() throws {
        let envelope = [sample.peers[0].signing].sign(sheet.encoded, as: .bulletin)
        #expect(
            ProgramTests.refusal {
                try envelope.verify(as: .root, by: [sample.peers[0].signing.publicKey], quorum: 1)
            } == .payloadType)
        let text = DSSE.preAuthenticationEncoding(.bulletin, [UInt8](sheet.encoded[..<1_421]))
        let bytes = [UInt8](sheet.encoded[..<1_421]) + sample.peers[0].signing.key().sign(text.span).bytes
        #expect(
            ProgramTests.refusal { try PrekeySheet(parsing: bytes).verify(in: sample.program, now: now) }
                == .badSignature)
    }

    @Test("A member who cannot be chosen has no sheet that counts")
    func notChoosable() throws {
        for status in MemberStatus.allCases where status != .active {
            #expect(refusal(sheet, in: try program { $0.members[0].status = status }) == .notChoosable)
        }
        let yesterday = Day(today.number - 1)
        #expect(refusal(sheet, in: try program { $0.members[0].credentialExpires = yesterday }) == .notChoosable)
        #expect(refusal(sheet, in: try program { $0.members[0].trainingExpires = yesterday }) == .notChoosable)
        #expect(refusal(sheet, in: try program { $0.members[0].designatedSince = today.later(by: 1) }) == .notChoosable)
        #expect(refusal(sheet, in: try program { $0.members.remove(at: 0) }) == .unknownMember)
    }

    @Test("A member whose key was replaced has no sheet that counts")
    func replacedKey() throws {
        var random = SeededRandom(seed: 86)
        let key = SampleKey(from: &random).publicKey
        #expect(refusal(sheet, in: try program { $0.members[0].verificationKey = key }) == .badSignature)
    }

    @Test("A sheet may be older than our document, never newer, and of one version it names our very document")
    func rosterVersions() throws {
        let second = try program { _ in }
        #expect(refusal(sheet, in: second) == nil)
        var random = SeededRandom(seed: 87)
        let newer = SheetContent(
            memberID: sample.peers[0].id, program: second, day: today, secrets: SheetSecrets.random(from: &random),
            intakeAddress: mailbox.address, sealingKey: mailbox.sealingKey)
        let signed = PrekeySheet(signing: newer, by: sample.peers[0].signing.key())
        #expect(refusal(signed, in: second) == nil)
        #expect(refusal(signed) == .newerRoster)
        #expect(refusal(signed, in: try program { $0.members[1].status = .away }) == .fork)
    }

    @Test("Keys that no secret can come from are refused, though the member signed them")
    func unusableKeys() throws {
        let smallOrder = AgreementPublicKey(unchecked: [1] + [UInt8](repeating: 0, count: 31))
        let zero = AgreementPublicKey(unchecked: [UInt8](repeating: 0, count: 32))
        let outOfRange = KEMPublicKey(unchecked: [UInt8](repeating: 0xFF, count: KEMPublicKey.byteCount))
        for (range, bytes) in [
            (69..<101, smallOrder.bytes), (69..<101, zero.bytes), (1_349..<1_381, smallOrder.bytes),
            (101..<1_317, outOfRange.bytes),
        ] {
            var changed = [UInt8](sheet.encoded[..<1_421])
            changed.replaceSubrange(range, with: bytes)
            let signature = sample.peers[0].signing.key().sign(changed.span)
            let signed = try PrekeySheet(parsing: changed + signature.bytes)
            #expect(refusal(signed) == .unusableKey)
            #expect(ProgramTests.refusal { try signed.checkPublishable(in: sample.program, on: today) } == .unusableKey)
        }
    }

    @Test("A relay keeps sheets from yesterday to 22 days ahead, of who is active or away")
    func publishing() throws {
        for (offset, isKept) in [(-2, false), (-1, true), (0, true), (21, true), (22, true), (23, false)] {
            let sheet = sheet(of: sample.peers[0], on: Day(UInt32(Int(today.number) + offset)))
            let result = ProgramTests.refusal { try sheet.checkPublishable(in: sample.program, on: today) }
            #expect(result == (isKept ? nil : .window), "\(offset)")
        }
        let away = try program { $0.members[0].status = .away }
        try sheet.checkPublishable(in: away, on: today)
        for status in [MemberStatus.suspended, .removed] {
            let program = try program { $0.members[0].status = status }
            #expect(ProgramTests.refusal { try sheet.checkPublishable(in: program, on: today) } == .notChoosable)
        }
        let forged = PrekeySheet(signing: sheet.content, by: sample.peers[1].signing.key())
        #expect(ProgramTests.refusal { try forged.checkPublishable(in: sample.program, on: today) } == .badSignature)
    }

    @Test("Sheets are published 21 days ahead, one a day and never two")
    func plan() {
        let all = SheetPlan.days(from: today, published: [])
        #expect(all.count == 22)
        #expect(all.first == today)
        #expect(all.last == today.later(by: 21))
        #expect(SheetPlan.days(from: today, published: Set(all)).isEmpty)
        #expect(SheetPlan.days(from: today.later(by: 1), published: Set(all)) == [today.later(by: 22)])
    }

    @Test("Private halves go when no cell for them can be left in the relay")
    func erasure() {
        let closes = SheetWindow(today).closes
        #expect(SheetPlan.erasure(of: today, retentionDays: 14) == closes.later(by: 14 * 86_400))
        #expect(SheetPlan.erasure(of: today, retentionDays: -5) == closes.later(by: 86_400))
        #expect(SheetPlan.erasure(of: today, retentionDays: .max) == closes.later(by: 90 * 86_400))
    }
}
