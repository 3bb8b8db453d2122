import CallboxProgram
import CallboxTesting
import Fuzzing

/// What a client has stored of its program, taken up again.
@main
struct ProgramStateTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        let state = RoundTrip.respelt(
            bytes, { try DocumentCoding.decode(ProgramState.self, from: $0, limit: 1 << 24) }, DocumentCoding.encode)
        guard var state else { return }
        for seconds in [0, SampleProgram.now.seconds, .max] {
            _ = try? state.checkNewSession(at: Instant(seconds: seconds))
        }
        _ = (state.isBehind, state.isMissingBulletins)
        _ = try? state.accept(program: sample.program.envelope)
        _ = try? state.accept(roots: RootChain([sample.root.envelope]))
        _ = try? state.accept(bulletins: BulletinPage([]))
    }
}
