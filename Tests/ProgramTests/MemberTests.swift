import CallboxProgram
import CallboxTesting
import CallboxWire
import Testing

@Suite("Members and what people choose by")
struct MemberTests {
    private let entry: Member
    private let today = SampleProgram.today

    init() throws { entry = try SampleProgram(seed: 20).peers[0].entry() }

    @Test("Only who is active, designated, and in date in both credential and training can be chosen")
    func choosable() {
        #expect(entry.isChoosable(on: today))
        for status in MemberStatus.allCases where status != .active {
            var member = entry
            member.status = status
            #expect(!member.isChoosable(on: today), "\(status)")
        }
        var member = entry
        member.credentialExpires = today
        #expect(member.isChoosable(on: today))
        #expect(!member.isChoosable(on: today.later(by: 1)))
        member = entry
        member.trainingExpires = today
        #expect(member.isChoosable(on: today))
        #expect(!member.isChoosable(on: today.later(by: 1)))
        member = entry
        member.designatedSince = today.later(by: 1)
        #expect(!member.isChoosable(on: today))
        #expect(member.isChoosable(on: today.later(by: 1)))
        member.designatedSince = Day(.max)
        member.trainingExpires = Day(0)
        #expect(!member.isChoosable(on: today))
    }

    @Test("On-call hours run over midnight and over the end of the week")
    func onCall() throws {
        let sundayNight = try OnCallHours(weekday: 7, start: 22 * 60, minutes: 8 * 60)
        #expect(sundayNight.covers(weekday: 7, minute: 22 * 60))
        #expect(!sundayNight.covers(weekday: 7, minute: 22 * 60 - 1))
        #expect(sundayNight.covers(weekday: 1, minute: 6 * 60 - 1))
        #expect(!sundayNight.covers(weekday: 1, minute: 6 * 60))
        #expect(!sundayNight.covers(weekday: 2, minute: 0))
        let wholeDay = try OnCallHours(weekday: 3, start: 0, minutes: 1_440)
        let minutes = (1...7).flatMap { day in (0..<1_440).map { (day, $0) } }
        #expect(minutes.count { wholeDay.covers(weekday: UInt8($0), minute: UInt16($1)) } == 1_440)
        for (weekday, start, length) in [(0, 0, 1), (8, 0, 1), (1, 1_440, 1), (1, 0, 0), (1, 0, 1_441)] {
            #expect(
                refusal {
                    try OnCallHours(weekday: UInt8(weekday), start: UInt16(start), minutes: UInt16(length))
                } == .field)
        }
    }

    @Test(
        "A language tag has the shape of BCP 47",
        arguments: [
            ("en", true), ("en-US", true), ("es-419", true), ("zh-Hant-TW", true), ("x-a", false), ("", false),
            ("e", false),
            ("en_US", false), ("en-", false), ("-en", false), ("en--US", false), ("e1", false), ("en-abcdefghi", false),
            ("én", false), ("en\u{0}", false), ("en-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaa", false),
        ])
    func languages(text: String, isRight: Bool) {
        #expect((refusal { try LanguageTag(text) } == nil) == isRight)
    }

    @Test("Text is bounded in bytes and holds no control characters")
    func text() throws {
        _ = try Line<4>("éé")
        _ = try Passage<8>("a\n\tb")
        for bad in ["", "ééé", "a\nb", "a\tb", "a\u{1B}", "\u{85}", "\u{2028}", "\u{7F}", "\0"] {
            #expect(refusal { try Line<4>(bad) } == .field)
        }
        for bad in ["", "123456789", "a\r", "\u{9B}2J", "\u{2029}"] {
            #expect(refusal { try Passage<8>(bad) } == .field)
        }
    }

    @Test("Client versions compare number by number")
    func clientVersions() {
        let version = { ClientVersion(major: $0, minor: $1, patch: $2) }
        #expect(version(1, 2, 10) > version(1, 2, 9))
        #expect(version(2, 0, 0) > version(1, 99, 99))
        #expect(version(1, 10, 0) > version(1, 9, 65_535))
    }

    @Test("Instants and days at the ends of time do not trap")
    func ends() {
        #expect(Instant(seconds: .max).later(by: 1).seconds == .max)
        #expect(Instant(seconds: 1).earlier(by: 2).seconds == 0)
        #expect(Day(of: Instant(seconds: .max)).number == .max)
        #expect(Day(.max).later(by: 1).number == .max)
        #expect(Day(.max).end > Day(.max).start)
        #expect(Day(of: Instant(seconds: 86_399)).number == 0)
        #expect(Day(of: Instant(seconds: 86_400)).number == 1)
    }
}
