import CallboxCrypto
import CallboxSealing
import CallboxWire
import Fuzzing

/// A stored view; or a room of three in which the two others say whatever they like.
@main
struct RoomTarget: FuzzTarget {
    private static let id = BodyID(unchecked: [UInt8](repeating: 5, count: BodyID.byteCount))
    private static let room = RoomID(unchecked: [UInt8](repeating: 6, count: RoomID.byteCount))
    private static let keys = (0..<4).map {
        VerificationKey(unchecked: [UInt8](repeating: UInt8($0), count: VerificationKey.byteCount))
    }

    // The same texts over and over, a thousand times for each input.
    private static let (idText, roomText) = (Base64.encode(id.bytes), Base64.encode(room.bytes))
    private static let texts = keys.map { Base64.encode($0.bytes) }
    /// Enough to fill all that a view keeps.
    private static let byteLimit = 1_500

    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        if rest.choice() & 1 == 0 {
            guard var view = RoundTrip.stable(rest, { try RoomView(stored: $0) }, \.stored) else { return }
            for number in [1, 2, .max - 1, .max] as [UInt32] {
                for member in view.others {
                    if let entry = entry(from: member, in: view.room, number, seen: number, hash: 0) {
                        take(entry, &view)
                    }
                }
            }
            speak(&view)
            precondition((try? RoomView(stored: view.stored)) == view, "stored it is another view")
        } else {
            var view = fixture { try RoomView(room, own: keys[0], others: [keys[1], keys[2]]) }
            rest = [UInt8](rest.prefix(byteLimit))
            while !rest.isEmpty { happen(&rest, &view) }
            precondition((try? RoomView(stored: view.stored)) == view, "stored it is another view")
        }
    }

    private static func happen(_ rest: inout [UInt8], _ view: inout RoomView) {
        let kind = rest.choice()
        let member = keys[Int(kind & 3)]
        switch kind >> 2 & 7 {
        case 0: speak(&view)
        case 1: try? view.join(member)
        case 2: view.leave(member)
        case 3: view.leave(member, after: rest.number())
        default:
            let number: UInt32 = kind & 0x80 == 0 ? UInt32(rest.choice()) : rest.number()
            let entry = entry(from: member, in: room, number, seen: UInt32(rest.choice()), hash: rest.choice() & 3)
            if let entry { take(entry, &view) }
        }
    }

    private static func take(_ entry: RoomEntry, _ view: inout RoomView) {
        let findings = view.receive(entry)
        precondition(!findings.isEmpty, "an entry that shows nothing")
        let again = view.receive(entry)
        precondition(!again.contains(.inOrder(from: entry.from, number: entry.place.number)), "new a second time")
    }

    private static func speak(_ view: inout RoomView) {
        guard let place = try? view.next() else { return }
        let said = Entry(id: id, at: Hour(1), place: place, content: .goodbye(Goodbye()))
        guard let entry = try? Body(said).roomEntry(from: view.own) else { preconditionFailure("we cannot speak") }
        precondition((try? view.record(sent: entry)) != nil, "our own next entry is refused")
    }

    /// An entry as a member could send it, who says to have seen one of each of the others.
    private static func entry(
        from member: VerificationKey, in room: RoomID, _ number: UInt32, seen: UInt32, hash: UInt8
    ) -> RoomEntry? {
        let hash = texts[Int(hash)]
        let head = zip(keys, texts).filter { $0.0 != member }
            .map { #"{"from":"\#($0.1)","hash":"\#(hash)","n":\#(seen)}"# }.joined(separator: ",")
        let room = room == Self.room ? roomText : Base64.encode(room.bytes)
        let place = #""room":"\#(room)","n":\#(number),"previous":"\#(hash)","head":[\#(head)]"#
        let line = #"{"v":1,"id":"\#(idText)","type":"goodbye","at":1,"content":{},\#(place)}"#
        var collector = PartCollector()
        guard let part = try? Parts.split([UInt8](line.utf8), id: id)[0],
            let complete = try? collector.receive(part).complete
        else { preconditionFailure("a short line is one part") }
        return try? Body(reading: complete).roomEntry(from: member)
    }
}
