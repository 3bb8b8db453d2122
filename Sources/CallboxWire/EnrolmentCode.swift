package import CallboxCrypto

/// What an eligible officer draws from a hat: 19 random symbols of Crockford's Base32 (95 bits) and a check symbol,
/// printed in fours. It is worth a batch of tokens in each epoch to whoever holds it, so it prints only when asked
/// for by name.
package struct EnrolmentCode: Equatable, Sendable, CustomStringConvertible {
    /// 19.
    package static let symbolCount = 19
    private let values: [UInt8]

    /// A fresh code, of letters and digits only: one whose check symbol would be a punctuation mark is drawn again.
    package static func random(from source: inout some RandomSource) -> EnrolmentCode {
        while true {
            let values = source.bytes(symbolCount).map { $0 & 31 }
            if CrockfordBase32.check(values) < 32 { return EnrolmentCode(values: values) }
        }
    }

    /// Reads what a person typed; case, spaces and dashes do not matter.
    /// - Throws: `length`, `encoding` for a symbol that is none, or `check` when a symbol is probably mistyped.
    package init(_ text: String) throws(WireError) {
        self.init(values: try CrockfordBase32.checkedValues(in: text, count: Self.symbolCount))
    }

    private init(values: [UInt8]) { self.values = values }

    /// The code as it is printed on its slip: `XXXX-XXXX-XXXX-XXXX-XXXX`.
    package var slip: String { CrockfordBase32.grouped(symbols, by: 4) }

    /// The 20 symbols in capitals without a gap: how the code is sent.
    package var symbols: String {
        CrockfordBase32.text(values) + CrockfordBase32.checkSymbol(CrockfordBase32.check(values))
    }

    /// Nothing of the code, for logs and messages.
    package var description: String { "an enrolment code" }

    /// All that a relay keeps of a code: it is bound to its program, and too long to be guessed from this.
    package func hash(in program: ProgramID) -> EnrolmentCodeHash {
        EnrolmentCodeHash(
            unchecked: BLAKE2b256.hash(
                "callbox/v1/enrolment-code", program.bytes + [UInt8](CrockfordBase32.text(values).utf8)))
    }
}

/// BLAKE2b-256 over the label, the program id and a code's 19 symbols in capitals, 32 bytes.
package struct EnrolmentCodeHash: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}
