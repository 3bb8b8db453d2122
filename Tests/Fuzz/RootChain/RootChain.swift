import CallboxProgram
import CallboxTesting
import Fuzzing

/// All roots of a program, read by somebody new and by somebody who has one.
@main
struct RootChainTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        let chain = RoundTrip.respelt(bytes, { try RootChain(parsing: $0) }, \.encoded)
        guard let chain else { return }
        _ = try? chain.verify { $0 == sample.root.digest }
        _ = try? chain.verify(from: sample.root)
        for pinned in chain.roots.prefix(2) {
            _ = try? chain.verify { $0 == RootDocument.digest(of: pinned.unverifiedPayload) }
        }
    }
}
