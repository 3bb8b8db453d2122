package import CallboxCrypto
internal import CallboxProgram
package import CallboxWire

/// What one reader gets: an entry, and in a second line what is for this reader alone.
package struct Body: Hashable, Sendable {
    /// What was said.
    package let entry: Entry
    /// The entry's exact bytes: what its hash is over, and what is kept of an entry that cannot be read yet.
    package let line: [UInt8]
    /// Where this reader's answers go from now on: a responder's session mailbox, in its first answer.
    package let reply: ReplyMailbox?

    /// Something to send.
    /// - Throws: `field` for content that is not ours to write.
    package init(_ entry: Entry, reply: ReplyMailbox? = nil) throws(BodyError) {
        self.entry = entry
        line = try entry.encode()
        self.reply = reply
    }

    /// Reads a body that was put together from its parts.
    /// - Throws: `malformed`, `field`, `tooLong`, `wrongID`. The session goes on; tell the person that something came that cannot be read.
    package init(reading complete: PartCollector.Complete) throws(BodyError) {
        let newline = UInt8(ascii: "\n")
        let lines = complete.bytes.split(separator: newline, maxSplits: 1, omittingEmptySubsequences: false)
        line = [UInt8](lines[0])
        entry = try Entry(reading: line, of: complete.id)
        reply = lines.count > 1 ? try Slip.read([UInt8](lines[1])).reply : nil
    }

    /// Reads a line that was kept: what somebody said, or what is still to be said, to a reader who is told of a mailbox. Its bytes stay as they are.
    /// - Throws: `malformed`, `field`, `tooLong`, `wrongID`.
    package init(rereading line: [UInt8], of id: BodyID, reply: ReplyMailbox? = nil) throws(BodyError) {
        self.line = line
        entry = try Entry(reading: line, of: id)
        self.reply = reply
    }

    /// The bytes to be cut into parts.
    package var bytes: [UInt8] {
        guard let reply else { return line }
        return line + [UInt8(ascii: "\n")] + DocumentCoding.encode(Slip(reply: reply))
    }

    /// What a room's view takes in, when it came from `sender` and stands in a room.
    package func roomEntry(from sender: VerificationKey) -> RoomEntry? {
        entry.place.map { RoomEntry(from: sender, place: $0, hash: EntryHash(of: line, from: sender)) }
    }
}

/// The second line of a body.
private struct Slip: Codable {
    static let limit = 512
    let reply: ReplyMailbox?

    static func read(_ line: [UInt8]) throws(BodyError) -> Slip {
        do { return try DocumentCoding.decode(from: line, limit: limit) } catch { throw BodyError(error) }
    }
}

extension MailboxAddress: Codable {}

extension ReplyMailbox: Codable {
    private enum CodingKeys: String, CodingKey {
        case address
        case sealingKey = "sealing_key"
    }

    /// Reads address and sealing key.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            address: try values.decode(MailboxAddress.self, forKey: .address),
            sealingKey: try values.decode(AgreementPublicKey.self, forKey: .sealingKey))
    }

    /// Writes address and sealing key.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(address, forKey: .address)
        try values.encode(sealingKey, forKey: .sealingKey)
    }
}
