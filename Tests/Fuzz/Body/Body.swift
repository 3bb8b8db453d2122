import CallboxCrypto
import CallboxSealing
import Fuzzing

/// A body that was put together from its parts: the entry, and the line for one reader.
@main
struct BodyTarget: FuzzTarget {
    private static let id = BodyID(unchecked: [UInt8](repeating: 5, count: BodyID.byteCount))
    private static let sender = VerificationKey(unchecked: [UInt8](repeating: 1, count: VerificationKey.byteCount))

    static func decode(_ bytes: [UInt8]) {
        guard let body = read(bytes) else { return }
        _ = body.roomEntry(from: sender)
        // What this build cannot read is not ours to write.
        if case .unknown = body.entry.content { return }
        guard let ours = try? Body(body.entry, reply: body.reply), let again = read(ours.bytes) else {
            preconditionFailure("what was read cannot be written")
        }
        precondition(again.entry == body.entry && again.reply == body.reply, "our own spelling says something else")
        precondition(again == ours, "what was written is read as another body")
    }

    private static func read(_ bytes: [UInt8]) -> Body? {
        guard let parts = try? Parts.split(bytes, id: id, firstCapacity: Part.initialCapacity) else { return nil }
        var collector = PartCollector()
        var complete: PartCollector.Complete?
        for part in parts.reversed() { complete = fixture { try collector.receive(part) }.complete }
        guard let complete else { preconditionFailure("all parts of a body make no body") }
        precondition(complete.bytes == bytes, "the parts make another body")
        return try? Body(reading: complete)
    }
}
