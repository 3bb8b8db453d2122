import CallboxCrypto
import CallboxSealing
import CallboxTesting
import CallboxWire
import Fuzzing

/// A cell that was collected: raw, or a sealed box around whatever somebody puts in.
@main
struct CellTarget: FuzzTarget {
    private static let key = fixture {
        var random = SeededRandom(seed: 1)
        return AgreementKey.random(from: &random)
    }

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        if rest.choice() & 1 == 0 {
            _ = try? Frame.open(Cell(unchecked: rest.filled(to: Cell.byteCount)), with: key)
        } else {
            let content = rest.filled(to: Frame.byteCount)
            let box = fixture { try SealedBox.seal(content.span, to: key.publicKey) }
            let frame = try? Frame.open(Cell(unchecked: box), with: key)
            precondition(frame.map { $0.bytes == content } ?? true, "a frame is the content of its cell")
        }
    }
}
