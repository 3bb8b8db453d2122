internal import NIOCore

/// What a connection is doing, and until when. Pure: events and the time go in, what to do comes out.
///
///     handshake → silent → head → content → handling → idle → head …
///
/// Incoming and outgoing run side by side: an answer may begin before the content has come.
struct ConnectionState {
    /// Where the incoming half stands.
    enum Incoming {
        /// TLS is being agreed on.
        case handshake
        /// No byte of a first request has come.
        case silent
        /// A request has begun and its head has not ended.
        case head
        /// The head has come and the content has not ended.
        case content
        /// All that was sent has come; the next move is ours.
        case handling
        /// The last request is answered.
        case idle
        /// The request is answered and still coming.
        case lingering
    }

    /// What the owner does.
    enum Action: Equatable {
        /// Nothing.
        case none
        /// Answer that the request took too long, then close.
        case tellSlow
        /// Close.
        case close
    }

    /// Where the incoming half stands.
    private(set) var incoming: Incoming
    /// Requests whose head has come; answers that were begun; answers that the peer has taken to the end.
    private var received = 0
    private var begun = 0
    private var answered = 0
    /// After how many answers the connection ends.
    private var last = Int.max

    private let limits: ConnectionLimits
    private var incomingUntil: NIODeadline?
    private var stalledUntil: NIODeadline?
    private var answerUntil: NIODeadline?
    private var drainUntil: NIODeadline?
    private var incomingBytes = 0
    private var answerBytes = 0

    /// A connection that was just accepted.
    init(isTLS: Bool, limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        incoming = isTLS ? .handshake : .silent
        incomingUntil = now + (isTLS ? limits.handshake : limits.head)
    }

    /// Requests that have come and are not answered.
    var outstanding: Int { received - answered }

    /// Whether an answer is being written.
    var isAnswering: Bool { begun > answered }
    /// Whether the answer that was begun last, or begins next, is the connection's last.
    var isLast: Bool { (isAnswering ? begun : begun + 1) >= last }

    /// When something must have happened; nil while only we have work to do.
    var deadline: NIODeadline? {
        // Behind an earlier request that we still work on, a later one is held up by us.
        let incomingCounts = outstanding <= 1
        return [incomingCounts ? incomingUntil : nil, stalledUntil, answerUntil, drainUntil].compactMap { $0 }.min()
    }

    /// The deadline is there.
    mutating func expired(now: NIODeadline) -> Action {
        guard let deadline, deadline <= now else { return .none }
        guard !isAnswering, drainUntil.map({ $0 > now }) ?? true else { return .close }
        switch incoming {
        case .head, .content:
            last = begun
            return .tellSlow
        case .handshake, .silent, .handling, .idle, .lingering:
            return .close
        }
    }
}

// MARK: - What the peer sends

extension ConnectionState {
    /// TLS is agreed on.
    mutating func handshakeCompleted(now: NIODeadline) {
        incoming = .silent
        incomingUntil = now + limits.head
    }

    /// Bytes came that were not, or not yet, a head.
    mutating func bytesArrived(now: NIODeadline) {
        switch incoming {
        case .silent:
            // The first request's time runs from the beginning of the connection.
            incoming = .head
        case .idle:
            incoming = .head
            incomingUntil = now + limits.head
        case .handshake, .head, .content, .handling, .lingering:
            break
        }
    }

    /// A request's head came, whole.
    mutating func headArrived(isLast: Bool, now: NIODeadline) {
        received += 1
        if isLast || received >= limits.requests { endAfter(received) }
        incoming = .content
        incomingBytes = 0
        incomingUntil = now + limits.content
    }

    /// Some of its content came.
    mutating func contentArrived(_ bytes: Int) -> Action {
        let before = incomingBytes
        incomingBytes += bytes
        switch incoming {
        case .lingering:
            return incomingBytes > limits.lingerBytes ? .close : .none
        default:
            incomingUntil = incomingUntil.map { $0 + (limits.bought(by: incomingBytes) - limits.bought(by: before)) }
            return .none
        }
    }

    /// Its end came.
    mutating func endArrived(now: NIODeadline) -> Action {
        switch incoming {
        case .lingering:
            return finishedBoth(now: now)
        default:
            incoming = .handling
            incomingUntil = nil
            return .none
        }
    }

    /// What came cannot be understood, and nothing after it will be. Whether that can be answered at once; else the
    /// connection ends when the requests before it are answered.
    mutating func becameMalformed() -> Bool {
        let isWithinRequest = incoming == .content
        endAfter(isWithinRequest ? received - 1 : received)
        incoming = .handling
        incomingUntil = nil
        return !isAnswering && outstanding == (isWithinRequest ? 1 : 0)
    }

    private mutating func endAfter(_ answers: Int) { last = min(last, answers) }
}

// MARK: - What we send

extension ConnectionState {
    /// The head of an answer is being written.
    mutating func answerBegan(now: NIODeadline) {
        begun += 1
        answerBytes = 0
        stalledUntil = now + limits.stalled
        answerUntil = now + limits.answer
    }

    /// The peer has taken some of it.
    mutating func answerProgressed(_ bytes: Int, now: NIODeadline) {
        guard isAnswering else { return }
        let before = answerBytes
        answerBytes += bytes
        stalledUntil = now + limits.stalled
        answerUntil = answerUntil.map { $0 + (limits.bought(by: answerBytes) - limits.bought(by: before)) }
    }

    /// The peer has taken all of it.
    mutating func answerEnded(now: NIODeadline) -> Action {
        answered += 1
        if !isAnswering {
            stalledUntil = nil
            answerUntil = nil
        }
        guard outstanding == 0 else {
            // Only now is it the peer's turn with the next one.
            if incoming == .content { incomingUntil = now + limits.content }
            return answered >= last ? .close : .none
        }
        guard incoming == .content else { return finishedBoth(now: now) }
        incoming = .lingering
        incomingBytes = 0
        incomingUntil = now + limits.linger
        return .none
    }

    /// The relay stops: what is under way is finished, and nothing else begun.
    mutating func drain(now: NIODeadline) -> Action {
        endAfter(max(answered + 1, begun))
        drainUntil = now + limits.drain
        return outstanding == 0 && incoming != .lingering ? .close : .none
    }

    private mutating func finishedBoth(now: NIODeadline) -> Action {
        guard answered < last else { return .close }
        incoming = .idle
        incomingUntil = now + limits.idle
        return .none
    }
}
