package import CallboxCrypto

/// Proof that some computing was done for one request on one day, 12 bytes: day (4) ‖ nonce (8). Who has no token
/// pays with it.
package struct WorkStamp: FixedBytes {
    /// 12.
    package static let byteCount = 12
    /// Day and nonce.
    package let bytes: [UInt8]
    /// Wraps 12 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// A stamp of these parts. The day is counted from 1 January 1970, UTC.
    package init(day: UInt32, nonce: UInt64) {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.put(day)
        writer.put(nonce)
        self.init(unchecked: writer.bytes)
    }

    /// The day it was made for, counted from 1 January 1970, UTC.
    package var day: UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    /// Checks the stamp: one hash.
    /// - Throws: `work` on a day that is not accepted, or when it is not worth the difficulty.
    package func verify(
        _ task: WorkTask, at relay: VerificationKey, days: ClosedRange<UInt32>, difficulty: WorkDifficulty
    ) throws(WireError) {
        guard days.contains(day) else { throw .work }
        let bytes = task.prefix(at: relay) + self.bytes
        guard difficulty.isMet(by: BLAKE2b256.hash(bytes.span)) else { throw .work }
    }
}

/// How much work a stamp must show: the hash begins with this many zero bits, 0 to 40. Each bit more doubles the work.
package struct WorkDifficulty: Equatable, Sendable {
    /// 40: more would keep an ordinary machine busy for days, so a client does not begin.
    package static let limit: UInt8 = 40
    /// The zero bits.
    package let bits: UInt8

    /// A difficulty that a relay asks for.
    /// - Throws: `field` above 40.
    package init(bits: UInt8) throws(WireError) {
        guard bits <= Self.limit else { throw .field }
        self.bits = bits
    }

    /// Whether a hash begins with enough zero bits.
    func isMet(by hash: [UInt8]) -> Bool {
        let zeroBytes = hash.prefix { $0 == 0 }.count
        let zeroBits = zeroBytes * 8 + (zeroBytes < hash.count ? hash[zeroBytes].leadingZeroBitCount : 0)
        return zeroBits >= Int(bits)
    }

    /// The value of `WWW-Authenticate` that asks for work.
    package var authenticateValue: String { "CallboxWork difficulty=\"\(bits)\"" }
}

/// What work is done for: one deposit of one cell, or one mailbox.
package enum WorkTask: Equatable, Sendable {
    /// A cell into an intake mailbox.
    case deposit(to: MailboxAddress, CellID)
    /// A mailbox that this key will collect from.
    case mailbox(VerificationKey)

    /// What stands before day and nonce: label ‖ task (1) ‖ relay identity key (32) ‖ address and cell id, or collect
    /// key and 32 zero bytes.
    func prefix(at relay: VerificationKey) -> [UInt8] {
        var writer = ByteWriter()
        writer.put("callbox/v1/work")
        switch self {
        case .deposit(let address, let cell):
            writer.put(UInt8(1))
            writer.put(relay)
            writer.put(address)
            writer.put(cell)
        case .mailbox(let key):
            writer.put(UInt8(2))
            writer.put(relay)
            writer.put(key)
            writer.put([UInt8](repeating: 0, count: CellID.byteCount))
        }
        return writer.bytes
    }
}
