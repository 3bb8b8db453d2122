import CallboxProgram
import CallboxSealing
import Fuzzing

/// What is told on a consent.
@main
struct IntroductionPacketTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        RoundTrip.stable(
            bytes, { try DocumentCoding.decode(IntroductionPacket.self, from: $0, limit: 1 << 20) },
            DocumentCoding.encode)
    }
}
