internal import CallboxCrypto
internal import CallboxWire

/// Names a session, 32 bytes: derived by both sides, told to nobody.
package struct SessionID: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The identifier.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

/// Which end of a session we are.
package enum Role: UInt8, Sendable {
    /// Sent the INIT.
    case initiator = 0
    /// Accepted it.
    case responder = 1

    /// The other end.
    var other: Role { self == .initiator ? .responder : .initiator }
}

extension SessionID {
    /// What every header and message of this session is bound to: ratchet.md section 1.
    func associatedData(from sender: Role, to address: MailboxAddress) -> [UInt8] {
        var data = Label.associatedData.bytes
        data.reserveCapacity(data.count + 65)
        data += bytes
        data.append(sender.rawValue)
        data += address.bytes
        return data
    }
}
