package import CallboxCrypto

/// A digest that people compare: the first 130 bits of a BLAKE2b-256, as 26 symbols of Crockford's Base32.
package struct HumanDigest: Hashable, Sendable, CustomStringConvertible {
    /// 26.
    package static let symbolCount = 26
    private let values: [UInt8]

    /// What people see of a digest.
    package init(of digest: some FixedBytes) {
        precondition(digest.bytes.count == BLAKE2b256.byteCount, "a digest has 32 bytes: its type says so")
        self.values = CrockfordBase32.values(of: digest.bytes, count: Self.symbolCount)
    }

    /// Reads what a person typed; case, spaces and dashes do not matter.
    /// - Throws: `length`, or `encoding` for a symbol that is none.
    package init(_ text: String) throws(WireError) {
        let values = try CrockfordBase32.values(in: text)
        guard values.count == Self.symbolCount else { throw .length }
        self.values = values
    }

    /// Whether it is what people see of this digest.
    package func matches(_ digest: some FixedBytes) -> Bool { self == HumanDigest(of: digest) }

    /// The 26 symbols without a gap.
    package var text: String { CrockfordBase32.text(values) }

    /// The symbols in fours, for reading out.
    package var description: String { CrockfordBase32.grouped(text, by: 4) }
}
