import CallboxProgram
import CallboxTesting
import Fuzzing

/// A member's keys of a day: as they come, and signed by the member.
@main
struct PrekeySheetTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        for bytes in [bytes, bytes.filled(to: PrekeySheet.byteCount)] {
            let sheet = RoundTrip.exact(bytes, { try PrekeySheet(parsing: $0) }, \.encoded)
            guard let sheet else { continue }
            for sheet in [sheet, PrekeySheet(signing: sheet.content, by: sample.peers[0].signing.key())] {
                _ = try? sheet.verify(in: sample.program, now: SampleProgram.now)
                try? sheet.checkPublishable(in: sample.program, on: SampleProgram.today)
            }
        }
    }
}
