package import CallboxCrypto
internal import CallboxProgram
package import CallboxWire

/// A public key as people hand it to each other: 52 symbols of Crockford's Base32 and 4 that check them and what the key is for, in fours. A key that was
/// mistyped would be in the root for good, and nobody would have its other half.
package struct KeyLine: Hashable, Sendable {
    /// What a key is for.
    package enum Purpose: UInt8, Sendable {
        /// Signs roots, program documents and bulletins.
        case coordinator = 1
        /// Signs freshness statements.
        case online = 2
    }

    /// The key.
    package let key: VerificationKey
    /// What it is for.
    package let purpose: Purpose

    /// A key.
    package init(_ key: VerificationKey, for purpose: Purpose) {
        self.key = key
        self.purpose = purpose
    }

    /// Reads what somebody sent; case, spaces and dashes do not matter.
    /// - Throws: `length`, `encoding`, or `check` when it is mistyped or a key for something else.
    package init(_ text: String, for purpose: Purpose) throws(WireError) {
        let symbols = text.filter { $0 != "-" && $0 != " " }
        guard symbols.utf8.count == Self.keySymbols + Self.checkSymbols else { throw .length }
        let bytes = try CrockfordBase32.decode(String(symbols.prefix(Self.keySymbols)), byteCount: 32)
        self.init(VerificationKey(unchecked: bytes), for: purpose)
        guard try CrockfordBase32.decode("\(symbols.suffix(Self.checkSymbols))0", byteCount: 3) == check else {
            throw .check
        }
    }

    /// The line.
    package var text: String {
        (CrockfordBase32.encode(key.bytes) + CrockfordBase32.encode(check).prefix(Self.checkSymbols)).inFours
    }

    private static let keySymbols = 52
    private static let checkSymbols = 4

    /// The first 20 bits of the hash of purpose and key, and four zero bits: 3 bytes.
    private var check: [UInt8] {
        let hash = BLAKE2b256.hash("callbox/v1/key-line", [purpose.rawValue] + key.bytes)
        return [hash[0], hash[1], hash[2] & 0xF0]
    }
}

extension String {
    /// Symbols in groups of four with a dash between them.
    var inFours: String {
        let symbols = Array(self)
        return stride(from: 0, to: symbols.count, by: 4)
            .map { String(symbols[$0..<min($0 + 4, symbols.count)]) }
            .joined(separator: "-")
    }
}
