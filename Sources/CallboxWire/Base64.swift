package import CallboxCrypto
internal import FoundationEssentials

/// Base64 (RFC 4648) in its one canonical form: no white space, right padding, no stray bits.
package enum Base64 {
    /// Which symbols, and whether `=` fills the last group.
    package enum Form: Sendable {
        /// Section 4, padded: documents and structured fields.
        case standard
        /// Section 5, padded: the Privacy Pass header fields.
        case url
        /// Section 5, not padded: keys and addresses in paths and parameters.
        case bareURL
    }

    /// The text of bytes.
    package static func encode(_ bytes: [UInt8], _ form: Form = .standard) -> String {
        let text = Data(bytes).base64EncodedString()
        guard form != .standard else { return text }
        let kept = form == .bareURL ? text.prefix { $0 != "=" } : text[...]
        return String(decoding: kept.utf8.map(urlSymbol), as: UTF8.self)
    }

    /// The bytes of a text.
    /// - Throws: `encoding` for anything but the one text that `encode` would make of those bytes.
    package static func decode(_ text: String, _ form: Form = .standard) throws(WireError) -> [UInt8] {
        var standard = form == .standard ? [UInt8](text.utf8) : text.utf8.map(standardSymbol)
        if form == .bareURL { while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) } }
        guard let data = Data(base64Encoded: Data(standard)), encode([UInt8](data), form) == text else {
            throw .encoding
        }
        return [UInt8](data)
    }

    private static func urlSymbol(_ symbol: UInt8) -> UInt8 {
        switch symbol {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: symbol
        }
    }

    private static func standardSymbol(_ symbol: UInt8) -> UInt8 {
        switch symbol {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: symbol
        }
    }
}

extension FixedBytes {
    /// The value in paths and parameters: base64url without padding.
    package var base64URL: String { Base64.encode(bytes, .bareURL) }

    /// Reads the form that `base64URL` gives.
    /// - Throws: `length`, or `encoding`.
    package init(base64URL text: String) throws(WireError) {
        guard text.utf8.count == (Self.byteCount * 8 + 5) / 6 else { throw .length }
        let bytes = try Base64.decode(text, .bareURL)
        self.init(unchecked: bytes)
    }
}
