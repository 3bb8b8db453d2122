internal import CallboxCrypto
internal import CallboxProgram

/// What somebody says once, to everyone in a room: the first line of a body, the same bytes for every reader.
package struct Entry: Hashable, Sendable {
    /// The version that this build writes.
    static let version: UInt32 = 1

    /// Its name, the same as in its parts.
    package let id: BodyID
    /// When, coarsely, by the sender's clock.
    package let at: Hour
    /// Where it stands in its room; nil for cover, and for what could not be read so far.
    package let place: Place?
    /// What it says.
    package let content: Content

    /// Something to say in a room.
    package init(id: BodyID, at: Hour, place: Place, content: Content) {
        self.id = id
        self.at = at
        self.place = place
        self.content = content
    }

    /// Cover: says nothing, stands nowhere.
    package static func cover(id: BodyID, at: Hour) -> Entry { Entry(id: id, at: at) }

    private init(id: BodyID, at: Hour) {
        self.id = id
        self.at = at
        place = nil
        content = .cover
    }

    /// The line.
    /// - Throws: `field` for content that is not ours to write: unknown, or cover in a room.
    package func encode() throws(BodyError) -> [UInt8] {
        guard let written = content.written, (place == nil) == (content == .cover) else { throw .field }
        return DocumentCoding.encode(WrittenEntry(entry: self, type: written.type, value: written.value))
    }

    /// Reads a line.
    /// - Throws: `malformed`, `field`, `tooLong`, or `wrongID` when it is not the body that its parts say.
    init(reading line: [UInt8], of id: BodyID) throws(BodyError) {
        do {
            let read: ReadEntry = try DocumentCoding.decode(from: line, limit: Part.bodyLimit)
            guard read.id == nil || read.id == id else { throw BodyError.wrongID }
            self.id = id
            at = read.at
            place = read.place
            content = read.content
        } catch let error as BodyError {
            throw error
        } catch let error as ProgramError {
            throw BodyError(error)
        } catch {
            throw .malformed
        }
    }
}

/// The members of an entry beside those of its place.
enum EntryNames: String, CodingKey {
    case version = "v"
    case id, type, at, content
}

/// An entry on its way out.
private struct WrittenEntry: Encodable {
    let entry: Entry
    let type: ContentType
    let value: (any Encodable & Sendable)?

    func encode(to encoder: any Encoder) throws {
        try entry.place?.encode(to: encoder)
        var values = encoder.container(keyedBy: EntryNames.self)
        try values.encode(Entry.version, forKey: .version)
        try values.encode(entry.id, forKey: .id)
        try values.encode(type.rawValue, forKey: .type)
        try values.encode(entry.at, forKey: .at)
        if let value { try values.encode(value, forKey: .content) }
    }
}

/// An entry on its way in. Of a newer version or an unknown type only what stays the same in every version is read.
private struct ReadEntry: Decodable {
    let id: BodyID?
    let at: Hour
    let place: Place?
    let content: Content

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: EntryNames.self)
        let version = try values.decode(UInt32.self, forKey: .version)
        let type = try values.decode(String.self, forKey: .type)
        guard version >= 1, (1...64).contains(type.utf8.count) else { throw ProgramError.field }
        guard version == Entry.version else {
            id = try? values.decode(BodyID.self, forKey: .id)
            at = (try? values.decode(Hour.self, forKey: .at)) ?? Hour(0)
            place = try? Place(from: decoder)
            content = .unknown(Content.Unknown(type: type, version: version))
            return
        }
        id = try values.decode(BodyID.self, forKey: .id)
        at = try values.decode(Hour.self, forKey: .at)
        guard let known = ContentType(rawValue: type) else {
            place = try? Place(from: decoder)
            content = .unknown(Content.Unknown(type: type, version: version))
            return
        }
        place = known == .cover ? nil : try Place(from: decoder)
        content = try Content(known, in: values)
    }
}
