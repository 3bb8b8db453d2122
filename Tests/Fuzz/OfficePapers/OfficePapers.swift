import CallboxClient
import CallboxProgram
import CallboxTesting
import Fuzzing

/// What coordinators give to each other: papers, drafts, members' requests, key lines, and lists that somebody typed.
@main
struct OfficePapersTarget: FuzzTarget {
    private static let draft = fixture { Draft(try SampleProgram(seed: 1).next()) }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 6 {
        case 0:
            RoundTrip.stable(rest, { try Paper(parsing: $0) }, \.bytes)
        case 1:
            let draft = RoundTrip.stable(rest, { try Draft(parsing: $0) }, \.text)
            _ = draft?.changes(since: self.draft)
        case 2:
            let request = RoundTrip.stable(rest, { try MembershipRequest(parsing: $0) }, \.text)
            guard let request else { return }
            precondition(request.isConfirmed(by: request.code), "a request that is not its own")
        case 3:
            for purpose in [KeyLine.Purpose.coordinator, .online] {
                guard let line = try? KeyLine(rest.text, for: purpose) else { continue }
                precondition((try? KeyLine(line.text, for: purpose)) == line, "a line that is read otherwise")
            }
        case 4:
            var draft = draft
            try? draft.setResources(rest)
            precondition(draft.content.resources.count <= 64, "more than fit")
        default:
            _ = CalendarDay(rest.text).map { precondition($0.text == rest.text, "a day that is written otherwise") }
            var draft = draft
            try? draft.setNotice(rest.text, language: "en")
            _ = try? draft.set(rest.text, to: "away")
            _ = Office.seconds(rest.text)
        }
    }
}
