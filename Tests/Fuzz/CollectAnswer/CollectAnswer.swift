import CallboxCrypto
import CallboxWire
import Fuzzing

/// An answer in as many slots as its length says; or, from an input that is shorter, the nine bytes before each cell.
@main
struct CollectAnswerTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        let count = 1 + Int(rest.choice() & 15)
        let slots = fixture { try SlotCount(count) }
        read(rest, slots)
        read(spread(rest, over: count), slots)
    }

    private static func spread(_ heads: [UInt8], over slots: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: slots * CollectAnswer.slotByteCount)
        for (index, byte) in heads.prefix(slots * 9).enumerated() {
            bytes[index / 9 * CollectAnswer.slotByteCount + index % 9] = byte
        }
        return bytes
    }

    private static func read(_ bytes: [UInt8], _ slots: SlotCount) {
        guard let answer = try? CollectAnswer(bytes, slots: slots) else { return }
        var filler = Zeros()
        let ours = answer.bytes(filledFrom: &filler)
        let cells = answer.cells.count * CollectAnswer.slotByteCount
        precondition(ours.count == bytes.count && ours.prefix(cells) == bytes.prefix(cells), "other cells")
        precondition((try? CollectAnswer(ours, slots: slots)) == answer, "our own answer decodes to another")
    }
}

/// Fills empty slots at no cost: what stands in them means nothing.
private struct Zeros: RandomSource {
    mutating func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
