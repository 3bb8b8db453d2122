import CallboxProgram
import CallboxTesting
import Fuzzing

/// A root, and what it leads to once the sample's coordinators have signed it.
@main
struct RootDocumentTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        let root = RoundTrip.stable(bytes, { try RootDocument(parsing: $0) }, \.payload)
        guard root != nil else { return }
        let envelope = sample.coordinators.sign(bytes, as: .root)
        _ = try? sample.root.successor(envelope)
        guard let verified = try? VerifiedRoot(envelope, where: { _ in true }) else { return }
        precondition(verified.document == root, "another root than was signed")
    }
}
