import CallboxCrypto
import CallboxSealing
import Fuzzing

/// A part; parts one after the other, each with its length in front; and what a collector has stored.
@main
struct PartsTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        switch rest.choice() % 3 {
        case 0: RoundTrip.exact(rest, { try Part($0) }, \.bytes)
        case 1: collect(rest)
        default:
            let collector = RoundTrip.exact(rest, { try PartCollector(stored: $0) }, \.stored)
            guard var collector else { return }
            for waiting in collector.waiting { take(filler(waiting.id, count: waiting.count), &collector) }
        }
    }

    private static func collect(_ bytes: [UInt8]) {
        var rest = bytes
        var collector = PartCollector()
        while !rest.isEmpty {
            let count = Int(rest.choice())
            if let part = try? Part([UInt8](rest.prefix(count))) { take(part, &collector) }
            rest = [UInt8](rest.dropFirst(count))
        }
    }

    private static func take(_ part: Part, _ collector: inout PartCollector) {
        let before = collector
        let outcome = try? collector.receive(part)
        precondition(outcome != nil || collector == before, "a refused part changed something")
        precondition((try? PartCollector(stored: collector.stored)) == collector, "stored it is another collector")
        precondition(collector.waiting.count <= PartCollector.unfinishedLimit, "too many unfinished bodies")
        precondition((try? collector.receive(part)) != nil || outcome == nil, "a part conflicts with itself")
    }

    /// A first part of a body that waits.
    private static func filler(_ id: BodyID, count: Int) -> Part {
        fixture { try Part(id.bytes + [0, 0, UInt8(count >> 8), UInt8(count & 0xff), 1]) }
    }
}
