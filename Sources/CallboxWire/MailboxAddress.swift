package import CallboxCrypto

/// Where cells are dropped, 32 bytes: who knows it can deposit, and learns nothing about who collects.
package struct MailboxAddress: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// BLAKE2b-256 over the label and the collect key.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The address of the mailbox that this key collects from.
    package init(collectedBy key: VerificationKey) {
        self.init(unchecked: BLAKE2b256.hash("callbox/v1/mailbox", key.bytes))
    }
}
