import CallboxProgram
import CallboxTesting
import Fuzzing

/// A program document, and what a client makes of it once the sample's coordinators have signed it.
@main
struct ProgramDocumentTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }
    private static let joined = fixture { try sample.state() }

    static func decode(_ bytes: [UInt8]) {
        let document = RoundTrip.stable(bytes, { try ProgramDocument(parsing: $0) }, \.payload)
        guard let document else { return }
        var state = joined
        _ = try? state.accept(program: sample.coordinators.sign(bytes, as: .program))
        for seconds in [0, SampleProgram.now.seconds, .max] {
            let now = Instant(seconds: seconds)
            _ = try? state.checkNewSession(at: now)
            for member in document.content.members { _ = member.isChoosable(on: Day(of: now)) }
        }
    }
}
