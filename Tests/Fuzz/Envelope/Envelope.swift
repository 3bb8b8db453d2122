import CallboxProgram
import CallboxTesting
import Fuzzing

/// A signed envelope of each kind; the keys that may sign for a program look at it.
@main
struct EnvelopeTarget: FuzzTarget {
    private static let types: [PayloadType] = [.root, .program, .freshness, .bulletin]
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let type = types[Int(rest.choice() & 3)]
        let envelope = RoundTrip.stable(rest, { try SignedEnvelope(parsing: $0, as: type) }, \.encoded)
        guard var envelope else { return }
        let before = envelope.encoded.count
        precondition((try? envelope.merge(envelope)) != nil && envelope.encoded.count == before, "merged with itself")
        let keys = sample.coordinators.map(\.publicKey)
        for type in types { _ = try? envelope.verify(as: type, by: keys, quorum: 2) }
    }
}
