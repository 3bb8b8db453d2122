/// What a frame is: the first frame of a session, or a later one.
package enum FrameKind: UInt8, Sendable, CaseIterable {
    /// INIT, of which `Protocol/handshake.md` tells the rest.
    case initial = 1
    /// RATCHET, of which `Protocol/ratchet.md` tells the rest.
    case ratchet = 2
}

/// What a cell holds once it is opened, 8,144 bytes: kind (1) ‖ version (1) ‖ rest (8,142). The rest is not looked at
/// here.
package struct Frame: Equatable, Sendable {
    /// 8,144: a cell less the overhead of its sealed box.
    package static let byteCount = Cell.byteCount - Cell.overhead
    /// 2: kind and version.
    package static let headByteCount = 2
    /// 8,142.
    package static let restByteCount = byteCount - headByteCount
    /// The only version there is.
    package static let version: UInt8 = 1

    /// What it is.
    package let kind: FrameKind
    /// The whole frame, 8,144 bytes.
    package let bytes: [UInt8]

    /// Puts kind and version in front of the rest.
    /// - Throws: `length` when the rest is not 8,142 bytes.
    package init(_ kind: FrameKind, rest: [UInt8]) throws(WireError) {
        guard rest.count == Self.restByteCount else { throw .length }
        self.kind = kind
        self.bytes = [kind.rawValue, Self.version] + rest
    }

    /// Takes what came out of a cell.
    /// - Throws: `length`, `kind`, `version`. The last two are kept by a client, as "needs a newer Callbox".
    package init(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count == Self.byteCount else { throw .length }
        guard let kind = FrameKind(rawValue: bytes[0]) else { throw .kind }
        guard bytes[1] == Self.version else { throw .version }
        self.kind = kind
        self.bytes = bytes
    }

    /// What follows kind and version, 8,142 bytes.
    package var rest: ArraySlice<UInt8> { bytes[Self.headByteCount...] }
}
