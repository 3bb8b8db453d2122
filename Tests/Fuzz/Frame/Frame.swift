import CallboxWire
import Fuzzing

/// A cell's content.
@main
struct FrameTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        for bytes in [bytes, bytes.filled(to: Frame.byteCount)] {
            RoundTrip.exact(bytes, { try Frame($0) }, \.bytes)
        }
    }
}
