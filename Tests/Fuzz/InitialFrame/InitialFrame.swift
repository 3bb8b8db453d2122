import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Fuzzing

/// A first frame, as it comes and with the day and version that the peer has keys for. Only one that the initiator made is accepted.
@main
struct InitialFrameTarget: FuzzTarget {
    private static let handshake = fixture { try SampleHandshake(seed: 1) }

    static func decode(_ bytes: [UInt8]) {
        accept(bytes)
        var head = ByteWriter()
        head.put(SampleProgram.today.number)
        head.put(handshake.sample.program.version)
        accept(head.bytes + bytes.dropFirst(head.bytes.count))
    }

    private static func accept(_ rest: [UInt8]) {
        let frame = fixture { try Frame(.initial, rest: rest.filled(to: Frame.restByteCount)) }
        precondition((try? InitialFrame(frame)) != nil, "every first frame comes apart by its lengths")
        guard let accepted = try? handshake.accept(frame) else { return }
        precondition(accepted.opened.content == [UInt8]("hello".utf8), "something that the initiator did not say")
    }
}
