internal import CallboxClient
internal import CallboxWire
internal import NIOHTTP1

/// What came back, whole: status, what kind of content, content.
struct Reply: Hashable, Sendable {
    /// The status, as it came.
    let status: Int
    /// What the content says it is; nil without a word, or with more than one.
    let mediaType: MediaType?
    /// When the relay wants to hear from us again, in seconds.
    let retryAfter: RetryAfter?
    /// The content.
    var content: [UInt8] = []

    /// An answer whose content is still to come.
    init(_ head: HTTPResponseHead) {
        status = Int(head.status.code)
        mediaType = head.headers.single("content-type").map(MediaType.init(fieldValue:))
        retryAfter = head.headers.single("retry-after").flatMap { try? RetryAfter(fieldValue: $0) }
    }

    /// The content of a good answer.
    /// - Throws: the relay's refusal, or `strange` for an answer that a relay does not give to this.
    func content(as answer: Call.Answer) throws(RelayFailure) -> [UInt8] {
        switch answer {
        case .done where status == 204 && content.isEmpty: return []
        case .content(mediaType, let limit) where status == 200 && content.count <= limit: return content
        default: throw refusal
        }
    }

    private var refusal: RelayFailure {
        guard mediaType == .problem, let received = try? ProblemDocument.decode(content, status: status),
            let problem = received.problem
        else { return .strange(status: status) }
        return .refused(problem, after: problem.mayBeRetriedLater ? retryAfter?.seconds : nil)
    }
}

extension HTTPHeaders {
    /// The value of a field that stands there once.
    func single(_ name: String) -> String? {
        let values = self[name]
        return values.count == 1 ? values[0] : nil
    }
}
