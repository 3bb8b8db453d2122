internal import CallboxCrypto
package import CallboxWire

/// A word from the program to everybody, signed by any one coordinator so that an incident does not wait for a quorum.
package struct Bulletin: Hashable, Sendable, Codable {
    /// Which program, 16 bytes.
    package let programID: ProgramID
    /// 1 for the first, one more with each.
    package let index: UInt64
    /// The hash of the bulletin before; absent in the first.
    package let previous: BulletinHash?
    /// When it was signed.
    package let issued: Instant
    /// What it is about.
    package let kind: Kind
    /// When the incident was; every client asks 24 and 72 hours after it. Absent in news.
    package let occurred: Instant?
    /// The headline.
    package let title: Line<120>
    /// The text, at most 8 KiB.
    package let text: Passage<8_192>

    /// What a bulletin is about.
    package enum Kind: String, Sendable, Codable {
        /// Something happened that people may need help with.
        case incident
        /// Anything else.
        case news
    }

    private enum CodingKeys: String, CodingKey {
        case index, previous, issued, kind, occurred, title, text
        case programID = "program_id"
    }

    /// A bulletin that follows on the newest one.
    package init(
        programID: ProgramID, after head: BulletinHead?, issued: Instant, incidentAt occurred: Instant?,
        title: Line<120>, text: Passage<8_192>
    ) {
        self.programID = programID
        index = (head?.index ?? 0) + 1
        previous = head?.hash
        self.issued = issued
        kind = occurred == nil ? .news : .incident
        self.occurred = occurred
        self.title = title
        self.text = text
    }

    /// Reads a payload.
    /// - Throws: `tooLarge`, `malformed`, `field`.
    package init(parsing payload: [UInt8]) throws(ProgramError) {
        self = try DocumentCoding.decode(from: payload, limit: PayloadType.bulletin.limit)
        guard index >= 1, (previous == nil) == (index == 1), (occurred == nil) == (kind == .news) else { throw .field }
    }

    /// The payload to sign.
    package var payload: [UInt8] { DocumentCoding.encode(self) }

    /// The hash of a payload: BLAKE2b-256 of its exact bytes, 32 bytes.
    package static func hash(of payload: [UInt8]) -> BulletinHash {
        BulletinHash(unchecked: BLAKE2b256.hash(payload.span))
    }
}

/// The newest bulletin of a feed: its place and its hash.
package struct BulletinHead: Hashable, Sendable, Codable {
    /// Its index, from 1 on.
    package let index: UInt64
    /// Its hash, 32 bytes.
    package let hash: BulletinHash

    /// A head.
    package init(index: UInt64, hash: BulletinHash) {
        self.index = index
        self.hash = hash
    }
}
