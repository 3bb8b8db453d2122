internal import CallboxCrypto

/// Names one member of a program for good: random, never given to anybody else; 16 bytes.
package struct MemberID: FixedBytes, Codable {
    /// 16.
    package static let byteCount = 16
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// BLAKE2b-256 of the exact payload bytes of a program document; 32 bytes.
package struct RosterHash: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// BLAKE2b-256 of the exact payload bytes of a root document: what is pinned; 32 bytes.
package struct RootDigest: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// BLAKE2b-256 of the exact payload bytes of a bulletin; 32 bytes.
package struct BulletinHash: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// Names one limits notice in one language; goes into the handshake, see `LimitsNotice.hash`; 32 bytes.
package struct NoticeHash: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// The public half of a token issuing key: a ristretto255 element, encoded; 32 bytes.
package struct TokenIssuingKey: FixedBytes, Codable {
    /// 32.
    package static let byteCount = 32
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension MemberID: Comparable {
    /// The order of the bytes, as sheets are sorted in a book.
    package static func < (left: MemberID, right: MemberID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
