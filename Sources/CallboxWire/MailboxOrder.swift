/// What an owner sends to have a mailbox made: version (1) ‖ kind (1). Making the same again changes nothing.
package struct MailboxOrder: Hashable, Sendable {
    /// What a mailbox is for. `Protocol/cell.md` section 2.
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// One side of one session: a deposit needs only the address.
        case session = 1
        /// A member's way in: a deposit needs a token or work.
        case intake = 2
    }

    /// The only version there is.
    package static let version: UInt8 = 1
    /// What the mailbox is for.
    package let kind: Kind

    /// An order for a mailbox of this kind.
    package init(_ kind: Kind) { self.kind = kind }

    /// Takes an order that came in.
    /// - Throws: `truncated`, `trailing`, `version`, `kind`.
    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.integer(UInt8.self) == Self.version else { throw .version }
        guard let kind = Kind(rawValue: try reader.integer()) else { throw .kind }
        try reader.finish()
        self.kind = kind
    }

    /// The order, 2 bytes.
    package var bytes: [UInt8] { [Self.version, kind.rawValue] }
}
