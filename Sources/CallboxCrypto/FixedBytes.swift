/// A public value of exactly one byte length, with a type of its own so that it cannot be taken for another.
package protocol FixedBytes: Hashable, Sendable {
    /// The length in bytes.
    static var byteCount: Int { get }
    /// The value, `byteCount` bytes.
    var bytes: [UInt8] { get }
    /// Wraps bytes whose length is already known to be right. Use `init(_:)` for bytes from outside.
    init(unchecked bytes: [UInt8])
}

extension FixedBytes {
    /// Takes bytes from outside.
    /// - Throws: `wrongLength`.
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongLength }
        self.init(unchecked: bytes)
    }

    /// Fresh random bytes, for identifiers.
    package static func random(from source: inout some RandomSource) -> Self {
        Self(unchecked: source.bytes(byteCount))
    }
}
