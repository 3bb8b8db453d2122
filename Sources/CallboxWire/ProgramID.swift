internal import CallboxCrypto

/// The name of a program, 16 random bytes that its root document fixes.
package struct ProgramID: FixedBytes {
    /// 16.
    package static let byteCount = 16
    /// The random bytes.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
