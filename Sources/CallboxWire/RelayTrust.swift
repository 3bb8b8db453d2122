internal import CallboxCrypto

/// How the TLS key of a relay is known before the program document is there to tell.
package enum RelayTrust: Hashable, Sendable {
    /// It is this one.
    case pin(TLSPin)
    /// The public certificate authorities say so.
    case webPKI
    /// There is none: an onion service, or this machine.
    case none

    /// Reads what an invite says.
    /// - Throws: `invitePin`.
    init(_ text: String) throws(WireError) {
        switch text {
        case "web": self = .webPKI
        case "none": self = .none
        default:
            do {
                self = .pin(TLSPin(unchecked: try CrockfordBase32.decode(text, byteCount: TLSPin.byteCount)))
            } catch {
                throw .invitePin
            }
        }
    }

    /// What an invite says.
    var text: String {
        switch self {
        case .pin(let pin): CrockfordBase32.encode(pin.bytes)
        case .webPKI: "web"
        case .none: "none"
        }
    }
}

/// SHA-256 of the SubjectPublicKeyInfo of a relay's TLS key, 32 bytes.
package struct TLSPin: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
