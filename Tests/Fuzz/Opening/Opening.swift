import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire
import Fuzzing

/// A first frame from somebody who seals whatever they like to the peer's post-quantum key: handshake.md section 2.
@main
struct OpeningTarget: FuzzTarget {
    private static let openingByteCount = 32 * 6 + 1 + MemberID.byteCount + ConsentHash.byteCount
    private static let handshake = fixture { try SampleHandshake(seed: 1) }
    private static let info: [UInt8] = {
        let program = handshake.sample.program
        var writer = ByteWriter()
        writer.put("callbox/v1/init")
        writer.put(program.id)
        writer.put(program.version)
        writer.put(program.hash)
        writer.put(handshake.entry.id)
        writer.put(SampleProgram.today.number)
        return writer.bytes
    }()

    static func decode(_ bytes: [UInt8]) {
        var head = ByteWriter()
        head.put(SampleProgram.today.number)
        head.put(handshake.sample.program.version)
        let clear = [FrameKind.initial.rawValue, Frame.version] + head.bytes
        var sender = fixture { try HybridEncryption.Sender(to: handshake.sheet.kemKey, info: info) }
        let meta = sender.seal(bytes.filled(to: openingByteCount), authenticating: clear)
        let rest = (head.bytes + sender.encapsulated.bytes + meta).filled(to: Frame.restByteCount)
        let frame = fixture { try Frame(.initial, rest: rest) }
        precondition((try? handshake.accept(frame)) == nil, "a session without a message")
    }
}
