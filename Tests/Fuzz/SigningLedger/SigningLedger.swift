import CallboxProgram
import CallboxTesting
import Fuzzing

/// What a coordinator's tool has stored of what it signed; it signs on from there.
@main
struct SigningLedgerTarget: FuzzTarget {
    private static let sample = fixture { try SampleProgram(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        let ledger = RoundTrip.stable(
            bytes, { try DocumentCoding.decode(SigningLedger.self, from: $0, limit: 1 << 20) }, DocumentCoding.encode)
        guard var ledger else { return }
        let key = sample.coordinators[0].key()
        for (payload, type) in [
            (sample.program.document.payload, PayloadType.program), (sample.root.document.payload, .root),
        ] { _ = try? ledger.sign(payload, as: type, by: key) }
    }
}
