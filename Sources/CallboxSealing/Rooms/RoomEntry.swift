package import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// Names one room, 16 random bytes, or made of a consent's hash for the three of a handoff.
package struct RoomID: FixedBytes, Codable {
    /// 16.
    package static let byteCount = 16
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// BLAKE2b-256 of an entry's exact bytes and its sender, 32 bytes: bodies.md section 4.
package struct EntryHash: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The hash of a line as `sender` sent it.
    package init(of line: [UInt8], from sender: VerificationKey) {
        self.init(unchecked: BLAKE2b256.hash(Label.roomEntry, sender.bytes + line))
    }

    /// Before a sender's first entry: zero bytes.
    package static let none = EntryHash(unchecked: [UInt8](repeating: 0, count: byteCount))
}

/// The latest entry of a sender that somebody has seen.
package struct Seen: Hashable, Sendable, Codable {
    /// Whose.
    package let from: VerificationKey
    /// Its number, from 1.
    package let number: UInt32
    /// Its hash.
    package let hash: EntryHash

    /// What was seen.
    package init(from: VerificationKey, number: UInt32, hash: EntryHash) {
        self.from = from
        self.number = number
        self.hash = hash
    }

    private enum CodingKeys: String, CodingKey {
        case from, hash
        case number = "n"
    }
}

/// Where an entry stands in its room.
package struct Place: Hashable, Sendable, Codable {
    /// The most members that a room has.
    package static let memberLimit = 8

    /// The room.
    package let room: RoomID
    /// The sender's own count of entries in this room, from 1.
    package let number: UInt32
    /// The hash of the sender's entry before it; zero bytes for the first.
    package let previous: EntryHash
    /// What the sender last saw of every other member.
    package let head: [Seen]

    private enum CodingKeys: String, CodingKey {
        case room, previous, head
        case number = "n"
    }

    init(room: RoomID, number: UInt32, previous: EntryHash, head: [Seen]) {
        self.room = room
        self.number = number
        self.previous = previous
        self.head = head
    }

    /// Reads the four members.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        room = try values.decode(RoomID.self, forKey: .room)
        number = try values.decode(UInt32.self, forKey: .number)
        previous = try values.decode(EntryHash.self, forKey: .previous)
        head = try values.decode([Seen].self, forKey: .head)
        guard number >= 1, head.count < Self.memberLimit, head.allSatisfy({ $0.number >= 1 }),
            Set(head.map(\.from)).count == head.count
        else { throw ProgramError.field }
    }
}

/// What a room's view needs to know of an entry: never what it says.
package struct RoomEntry: Hashable, Sendable {
    /// Whose session it came by; the session vouches for it.
    package let from: VerificationKey
    /// Where it stands.
    package let place: Place
    /// The hash of its exact bytes.
    package let hash: EntryHash

    init(from: VerificationKey, place: Place, hash: EntryHash) {
        self.from = from
        self.place = place
        self.hash = hash
    }
}
