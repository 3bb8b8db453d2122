internal import CallboxClient
internal import CallboxWire
internal import NIOCore
internal import NIOHTTP1

/// One connection, from its opening to its end: one question at a time, one answer to each, each within its time and size. What happened goes in, what is to be done
/// comes out; nothing is done here.
struct ExchangeState {
    /// What is to be done.
    enum Action: Equatable {
        case nothing
        /// The answer is whole. The connection is closed after it unless it may be kept.
        case answer(Reply, isLast: Bool)
        /// There will be no answer; the connection is closed.
        case fail(RelayFailure)
        /// The same, and nothing of an answer has come.
        case silence
        /// Nobody waits; the connection is closed.
        case close
    }

    private enum Phase {
        case opening
        case idle
        case asked(Question)
        case answering(Reply, limit: Int, isLast: Bool, since: NIODeadline)
        case over
    }

    private let deadlines: Deadlines
    private var phase = Phase.opening
    /// When time is up for what goes on; nil when nothing runs.
    private(set) var due: NIODeadline?

    init(_ deadlines: Deadlines) { self.deadlines = deadlines }

    /// Whether the connection cannot be used yet.
    var isOpening: Bool { if case .opening = phase { true } else { false } }

    /// The connection can be used.
    mutating func open(at now: NIODeadline) {
        guard case .opening = phase else { return }
        phase = .idle
        // Whoever opened it asks soon.
        due = now + TimeAmount(deadlines.connect)
    }

    /// Somebody asks. Returns whether the question may go out.
    mutating func ask(_ question: Question, at now: NIODeadline) -> Bool {
        guard case .idle = phase else { return false }
        phase = .asked(question)
        due = now + TimeAmount(question.patience)
        return true
    }

    /// The head of an answer.
    mutating func receive(_ head: HTTPResponseHead, at now: NIODeadline) -> Action {
        guard case .asked(let question) = phase else { return end(.close) }
        let status = Int(head.status.code)
        let limit = status == 200 ? question.answerLimit : ProblemDocument.byteLimit
        guard Self.isPlain(head), (Self.length(of: head) ?? 0) <= limit else {
            return end(.fail(.strange(status: status)))
        }
        phase = .answering(Reply(head), limit: limit, isLast: !head.isKeepAlive, since: now)
        due = now + TimeAmount(deadlines.content)
        return .nothing
    }

    /// A piece of an answer's content.
    mutating func receive(_ bytes: ByteBuffer) -> Action {
        guard case .answering(var reply, let limit, let isLast, let since) = phase else { return end(.close) }
        // Else appending would copy what is there.
        phase = .over
        guard reply.content.count + bytes.readableBytes <= limit else {
            return end(.fail(.strange(status: reply.status)))
        }
        reply.content += bytes.readableBytesView
        due = since + TimeAmount(deadlines.content + deadlines.extra(for: reply.content.count))
        phase = .answering(reply, limit: limit, isLast: isLast, since: since)
        return .nothing
    }

    /// The end of an answer.
    mutating func finish(at now: NIODeadline) -> Action {
        guard case .answering(let reply, _, let isLast, _) = phase else { return end(.close) }
        if isLast { return end(.answer(reply, isLast: true)) }
        rest(at: now)
        return .answer(reply, isLast: false)
    }

    /// The time `due` has come, or not yet.
    mutating func look(at now: NIODeadline) -> Action {
        guard let due, due <= now else { return .nothing }
        if case .idle = phase { return end(.close) }
        return end(.fail(.tooSlow))
    }

    /// What came is no HTTP, or stopped in the middle.
    mutating func fail(_ failure: RelayFailure) -> Action {
        switch phase {
        case .opening, .asked, .answering: end(.fail(failure))
        case .idle: end(.close)
        case .over: .nothing
        }
    }

    /// The connection broke, or was closed by either side.
    mutating func lose() -> Action {
        switch phase {
        case .asked: end(.silence)
        case .opening, .answering: end(.fail(.unreachable))
        case .idle: end(.close)
        case .over: .nothing
        }
    }

    private mutating func rest(at now: NIODeadline) {
        phase = .idle
        due = now + TimeAmount(deadlines.idle)
    }

    private mutating func end(_ action: Action) -> Action {
        if case .over = phase, action == .close { return .nothing }
        phase = .over
        due = nil
        return action
    }

    /// Whether the end of an answer can be told from its beginning, so that nobody can cut it short; and whether it is what it is, not packed.
    private static func isPlain(_ head: HTTPResponseHead) -> Bool {
        let isFramed = head.headers.contains(name: "content-length") || head.headers.contains(name: "transfer-encoding")
        return (isFramed || [204, 304].contains(head.status.code)) && !head.headers.contains(name: "content-encoding")
    }

    private static func length(of head: HTTPResponseHead) -> Int? {
        head.headers.first(name: "content-length").map { Int($0) ?? Int.max }
    }
}
