internal import CallboxClient
internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import NIOHTTP1

/// What is asked of a relay, before it is known at which place it will be asked, and when.
struct Call: Sendable {
    /// What is done with what the path names.
    enum Method: String, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What a good answer is.
    enum Answer: Sendable {
        /// 204, without content.
        case done
        /// 200, with content of this media type that has at most so many bytes.
        case content(MediaType, atMost: Int)
    }

    let method: Method
    let path: String
    var query = ""
    var content: [UInt8]?
    var mediaType = MediaType.octets
    var payment: Authorization?
    var signer: RequestSigner?
    /// How many seconds the relay may wait before it answers.
    var wait = 0
    let answer: Answer

    /// The request as it goes to a place. Everybody's requests have these fields in this order, and no others: nothing tells one client from another.
    /// - Throws: a refusal, where the relay could only refuse.
    func question(
        to place: RelayURL, of identity: VerificationKey?, at now: Instant, nonce: RequestNonce,
        within deadlines: Deadlines
    ) throws(RelayFailure) -> Question {
        var fields: HTTPHeaders = ["host": Self.authority(of: place)]
        if let content {
            fields.add(name: "content-length", value: String(content.count))
            fields.add(name: "content-type", value: mediaType.name)
        }
        if let payment { fields.add(name: "authorization", value: payment.fieldValue) }
        if let signer {
            for field in try signature(by: signer, for: identity, at: now, nonce: nonce).fields {
                fields.add(name: field.name, value: field.value)
            }
        }
        let target = query.isEmpty ? path : path + "?" + query
        let limit = if case .content(_, let limit) = answer { limit } else { 0 }
        return Question(
            head: HTTPRequestHead(
                version: .http1_1, method: .init(rawValue: method.rawValue), uri: target, headers: fields),
            content: content ?? [],
            answerLimit: limit,
            patience: deadlines.answer + .seconds(wait) + deadlines.extra(for: content?.count ?? 0))
    }

    private func signature(
        by signer: RequestSigner, for identity: VerificationKey?, at now: Instant, nonce: RequestNonce
    ) throws(RelayFailure) -> SignedFields {
        // A signature names the relay. As long as only the invite is there, nobody knows whom to name.
        guard let identity else { throw .refused(.signatureMissing, after: nil) }
        do throws(WireError) {
            let request = try SignableRequest(
                method: method.rawValue, path: path, query: query, relay: identity, content: content ?? [])
            return try signer.sign(request, at: Int64(clamping: now.seconds), nonce: nonce)
        } catch {
            throw .refused(error.problem, after: nil)
        }
    }

    /// Host, and port unless it is the usual one.
    private static func authority(of place: RelayURL) -> String {
        String(place.text.dropFirst(place.isTLS ? "https://".count : "http://".count))
    }
}

/// What content is.
struct MediaType: Hashable, Sendable {
    /// Bytes in a form of `Protocol/`.
    static let octets = MediaType("application/octet-stream")
    /// Signed documents, and what a relay says of itself.
    static let json = MediaType("application/json")
    /// A batch of tokens that is asked for.
    static let tokenRequest = MediaType(TokenRequest.mediaType)
    /// A batch of tokens.
    static let tokenResponse = MediaType(TokenResponse.mediaType)
    /// A refusal.
    static let problem = MediaType(ProblemDocument.mediaType)

    /// Type and subtype, in lower case.
    let name: String

    private init(_ name: String) { self.name = name }

    /// What a `Content-Type` says (RFC 9110 section 8.3); its parameters do not matter.
    init(fieldValue: String) {
        name = fieldValue.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
    }
}
