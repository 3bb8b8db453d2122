package import CallboxCrypto
package import CallboxWire
internal import HTTPTypes
package import Hummingbird
internal import NIOCore

/// The media types that this relay speaks beside problems and token batches.
package enum MediaType {
    /// Bytes in a form of `Protocol/`.
    package static let octets = "application/octet-stream"
    /// Signed documents, and what `GET /v1/relay` says.
    package static let json = "application/json"
}

/// A request that is read strictly: what two readers could read differently is refused.
package struct Inbound: Sendable {
    private let request: Request
    private let parameters: Parameters
    private let limit: Int
    /// The content; empty when there is none, or none was read yet.
    package private(set) var content: [UInt8] = []

    /// Reads a request whole.
    /// - `mediaType`: what content it must have; nil for none at all.
    /// - `limit`: how many bytes of it.
    /// - `accepts`: the media type of the answer, when it has content.
    /// - Throws: a `Refusal`.
    package init(
        _ request: Request, _ context: RelayContext, mediaType: String?, limit: Int = 0, accepts answer: String? = nil,
        hasQuery: Bool = false
    ) async throws {
        try self.init(
            headOf: request, context, mediaType: mediaType, limit: limit, accepts: answer, hasQuery: hasQuery)
        try await readContent()
    }

    /// Reads all of a request but its content, for those who refuse by that alone.
    /// - Throws: a `Refusal`.
    package init(
        headOf request: Request, _ context: RelayContext, mediaType: String?, limit: Int = 0,
        accepts answer: String? = nil, hasQuery: Bool = false
    ) throws(Refusal) {
        guard Self.isPlain(request.head.path ?? "", hasQuery: hasQuery) else { throw Refusal(.malformed) }
        if let answer, !Self.accepts(answer, request.headers[values: .accept]) { throw Refusal(.notAcceptable) }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Refusal(mediaType == nil ? .malformed : .tooLarge)
        }
        if let mediaType, request.headers[values: .contentType] != [mediaType] { throw Refusal(.wrongMediaType) }
        self.request = request
        self.parameters = context.parameters
        self.limit = limit
    }

    /// Reads the content.
    /// - Throws: a `Refusal`.
    package mutating func readContent() async throws {
        var body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            // Content that came in pieces, with no length told before.
            throw Refusal(limit == 0 ? .malformed : .tooLarge)
        }
        content = body.readBytes(length: body.readableBytes) ?? []
    }

    /// A value of the path, in base64url.
    /// - Throws: a `Refusal`.
    package func pathValue<Value: FixedBytes>(_ name: String, _ type: Value.Type = Value.self) throws(Refusal) -> Value
    {
        do {
            return try Value(base64URL: pathText(name))
        } catch {
            throw Refusal(.malformed)
        }
    }

    /// A number of the path, in decimal without a leading zero.
    /// - Throws: a `Refusal`.
    package func pathNumber<Number: FixedWidthInteger & UnsignedInteger>(
        _ name: String, _ type: Number.Type = Number.self
    ) throws(Refusal) -> Number {
        let text = pathText(name)
        guard let number = Number(text), String(number) == text else { throw Refusal(.malformed) }
        return number
    }

    /// The text of a part of the path.
    package func pathText(_ name: String) -> String { parameters.get(name) ?? "" }

    /// The query, without its `?`.
    package var query: String { request.uri.query ?? "" }

    /// All values of a header field.
    package func values(_ name: HTTPField.Name) -> [String] { request.headers[values: name] }

    /// What the request is paid with; nil when nothing is said.
    /// - Throws: a `Refusal`.
    package func authorization() throws(Refusal) -> Authorization? {
        let values = request.headers[values: .authorization]
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw Refusal(.malformed) }
        do {
            return try Authorization(fieldValue: value)
        } catch {
            throw Refusal(error.problem)
        }
    }

    /// The request in the parts that are signed or paid for.
    /// - Throws: a `Refusal`.
    package func signable(at relay: VerificationKey) throws(Refusal) -> SignableRequest {
        do {
            return try SignableRequest(
                method: request.method.rawValue, path: request.uri.path, query: query, relay: relay, content: content)
        } catch {
            throw Refusal(error.problem)
        }
    }

    /// The same of a request whose content was not read yet, with the digest that its head announces.
    /// - Throws: a `Refusal`.
    package func announced(at relay: VerificationKey) throws(Refusal) -> SignableRequest {
        let digest = try signedFields().contentDigest
        do {
            return try SignableRequest(
                method: request.method.rawValue, path: request.uri.path, query: query, relay: relay, announcing: digest)
        } catch {
            throw Refusal(error.problem)
        }
    }

    /// The fields that a signature needs.
    /// - Throws: a `Refusal`.
    package func signedFields() throws(Refusal) -> SignedFields {
        do {
            return try SignedFields { name in
                HTTPField.Name(name).map { request.headers[values: $0] } ?? []
            }
        } catch {
            throw Refusal(error.problem)
        }
    }

    /// Whether a request carries a signature at all.
    package var isSigned: Bool { HTTPField.Name("signature").map { request.headers[$0] != nil } ?? false }

    /// The request's path may be written in one way only: no empty part, no escape, no query where there is none.
    private static func isPlain(_ target: String, hasQuery: Bool) -> Bool {
        var last: UInt8 = 0
        var isQuery = false
        for byte in target.utf8 {
            switch byte {
            case UInt8(ascii: "/") where last == byte && !isQuery: return false
            case UInt8(ascii: "?"):
                guard hasQuery, !isQuery, last != UInt8(ascii: "/") else { return false }
                isQuery = true
            case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "+"): return false
            default: break
            }
            last = byte
        }
        return isQuery || last != UInt8(ascii: "/")
    }

    /// Whether a media type is among those that a client takes (RFC 9110 section 12.5.1; weights other than 0 do not matter,
    /// for there is one form of each answer).
    private static func accepts(_ type: String, _ fields: [String]) -> Bool {
        guard !fields.isEmpty else { return true }
        let family = type.prefix { $0 != "/" } + "/*"
        return fields.joined(separator: ",").lowercased().split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let name = parts.first, name == "*/*" || name == type || name == family else { return false }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}
