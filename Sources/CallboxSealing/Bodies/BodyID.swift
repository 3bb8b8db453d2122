internal import CallboxCrypto
internal import CallboxProgram

/// Names one body, 16 random bytes: in all its parts, and inside it. The same for every reader of a room.
package struct BodyID: FixedBytes, Codable {
    /// 16.
    package static let byteCount = 16
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
