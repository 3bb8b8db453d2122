import CallboxClient
import Fuzzing

/// What stands in a vault's file: the header in the clear, and the records for whoever has the keys.
@main
struct VaultFileTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 3 {
        case 0: RoundTrip.exact(rest, { try VaultHeader(reading: $0) }, \.encoded)
        case 1: RoundTrip.exact(rest.filled(to: VaultHeader.byteCount), { try VaultHeader(reading: $0) }, \.encoded)
        default:
            guard let records = RoundTrip.exact(rest, { try Records(padded: $0) }, { $0.encoded(paddedTo: rest.count) })
            else { return }
            precondition(records.names == records.names.sorted(), "names out of order")
            var again = Records()
            for name in records.names.reversed() { again[name] = records[name] }
            precondition(again == records, "put in the other way round they are other records")
        }
    }
}
