internal import CallboxCrypto

/// The one thing that the relay carries: exactly 8,192 bytes, a sealed box of a frame to a mailbox's sealing key.
package struct Cell: FixedBytes {
    /// 8,192.
    package static let byteCount = 8192
    /// 48: how much longer the sealed box is than the frame in it.
    package static let overhead = 48
    /// The sealed box.
    package let bytes: [UInt8]
    /// Wraps 8,192 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The cell's name. Sealing is randomised, so the same bytes mean the same deposit.
    package var id: CellID { CellID(unchecked: BLAKE2b256.hash(bytes.span)) }
}

/// BLAKE2b-256 of a cell, 32 bytes.
package struct CellID: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
