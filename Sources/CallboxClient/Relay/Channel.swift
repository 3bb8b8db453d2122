internal import CallboxCrypto
internal import CallboxProgram

/// A way to the relay that shares no connection, and behind a SOCKS proxy no circuit, with any other: one for each mailbox that is collected from
/// and one for each address that is dropped to, so that nobody on the way sees that two belong together. 16 random bytes, stored with the
/// mailbox; they go to the proxy on this machine as a user name and to nobody else.
package struct Channel: FixedBytes, Codable {
    /// 16.
    package static let byteCount = 16
    /// The value.
    package let bytes: [UInt8]
    /// Wraps 16 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
