internal import CallboxCrypto
internal import CallboxWire

extension RoomView {
    private static let version: UInt8 = 1

    /// What to store; the vault seals it.
    package var stored: [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.version)
        writer.put(room)
        writer.put(UInt8(tracks.count))
        for track in [ownTrack] + tracks { track.write(to: &writer) }
        return writer.bytes
    }

    /// Reads what was stored.
    /// - Throws: `damaged`.
    package init(stored: [UInt8]) throws(RoomError) {
        do {
            var reader = ByteReader(stored)
            guard try reader.integer(UInt8.self) == Self.version else { throw RoomError.damaged }
            room = try reader.value()
            let count = try reader.integer(UInt8.self)
            ownTrack = try SenderTrack(from: &reader)
            own = ownTrack.member
            tracks = []
            for _ in 0..<count { tracks.append(try SenderTrack(from: &reader)) }
            try reader.finish()
        } catch {
            throw .damaged
        }
        let keys = tracks.map(\.member.bytes)
        let ordered = zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
        guard ordered, !keys.contains(own.bytes) else { throw .damaged }
    }
}

extension SenderTrack {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.put(start)
        writer.put(latest)
        writer.put(end ?? 0)
        writer.put(UInt8(end == nil ? 0 : 1))
        writer.put(UInt16(known.count))
        for (number, hash) in known.sorted(by: { $0.key < $1.key }) {
            writer.put(number)
            writer.put(hash)
        }
        writer.put(UInt16(missing.count))
        for gap in missing {
            writer.put(gap.lowerBound)
            writer.put(gap.upperBound)
        }
        writer.put(UInt16(claims.count))
        for claim in claims { writer.put(Seen(from: claim.by, number: claim.number, hash: claim.hash)) }
    }

    fileprivate init(from reader: inout ByteReader) throws {
        self.init(start: try reader.seen())
        latest = try reader.seen()
        let last: UInt32 = try reader.integer()
        switch try reader.integer(UInt8.self) {
        case 0 where last == 0: end = nil
        case 1: end = last
        default: throw RoomError.damaged
        }
        known = [:]
        for _ in 0..<(try reader.integer(UInt16.self)) { known[try reader.integer()] = try reader.value() }
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let (lower, upper): (UInt32, UInt32) = (try reader.integer(), try reader.integer())
            guard lower <= upper, lower > missing.last?.upperBound ?? start.number, upper < latest.number else {
                throw RoomError.damaged
            }
            missing.append(lower...upper)
        }
        for _ in 0..<(try reader.integer(UInt16.self)) {
            let seen = try reader.seen()
            claims.append(Claim(number: seen.number, hash: seen.hash, by: seen.from))
        }
        guard latest.from == start.from, latest.number >= start.number, known[latest.number] == latest.hash,
            known.keys.allSatisfy({ $0 >= start.number && !awaits($0) }), claims.allSatisfy({ awaits($0.number) }),
            known.count <= Self.knownLimit, missing.count <= Self.gapLimit, claims.count <= Self.claimLimit
        else { throw RoomError.damaged }
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ seen: Seen) {
        put(seen.from)
        put(seen.number)
        put(seen.hash)
    }
}

extension ByteReader {
    fileprivate mutating func seen() throws(WireError) -> Seen {
        Seen(from: try value(), number: try integer(), hash: try value())
    }
}
