/// What a request is paid or admitted with: the value of `Authorization`, in the one form that `fieldValue` gives.
package enum Authorization: Equatable, Sendable {
    /// `PrivateToken token="…"` (RFC 9577): a mailbox, or a cell into an intake mailbox.
    case token(Token)
    /// `CallboxWork stamp="…"`: the same, paid with work.
    case work(WorkStamp)
    /// `CallboxCode code="…"`: a batch of tokens.
    case code(EnrolmentCode)

    /// The longest value that is read, in bytes.
    private static let byteLimit = 512

    /// Reads the field's value.
    /// - Throws: `length`, `kind` for another scheme, or `encoding` for any other form of it; and what the value's
    ///   own reader throws.
    package init(fieldValue text: String) throws(WireError) {
        guard text.utf8.count <= Self.byteLimit else { throw .length }
        if let token = try Self.value(of: text, after: "PrivateToken token=\"") {
            self = .token(try Token(Base64.decode(token, .url)))
        } else if let stamp = try Self.value(of: text, after: "CallboxWork stamp=\"") {
            self = .work(try WorkStamp(base64URL: stamp))
        } else if let code = try Self.value(of: text, after: "CallboxCode code=\"") {
            self = .code(try EnrolmentCode(code))
        } else {
            throw .kind
        }
        // A code may be typed in many ways, but it is sent in one.
        guard [UInt8](fieldValue.utf8) == [UInt8](text.utf8) else { throw .encoding }
    }

    /// The field's value.
    package var fieldValue: String {
        switch self {
        case .token(let token): "PrivateToken token=\"\(Base64.encode(token.bytes, .url))\""
        case .work(let stamp): "CallboxWork stamp=\"\(stamp.base64URL)\""
        case .code(let code): "CallboxCode code=\"\(code.symbols)\""
        }
    }

    private static func value(of text: String, after prefix: String) throws(WireError) -> String? {
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        guard rest.last == UInt8(ascii: "\"") else { throw .encoding }
        return String(decoding: rest.dropLast(), as: UTF8.self)
    }
}
