internal import CallboxWire
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOTLS

/// Holds the peer of a connection to its deadlines, answers what cannot be read, and ends the connection when it is
/// time. Stands between the HTTP codec and our own side, one for each connection, with one timer.
///
/// Hummingbird's idle timeout bounds neither a slow body nor a slow reader, which is why this is here.
final class DeadlineHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let isTLS: Bool
    private let limits: ConnectionLimits
    private let metrics: RelayMetrics?
    private var state: ConnectionState?
    private var context: ChannelHandlerContext?
    private var timerIsRunning = false
    /// Nothing more is said, and nothing listened to.
    private var isClosing = false

    /// A handler for one connection.
    init(isTLS: Bool, limits: ConnectionLimits, metrics: RelayMetrics?) {
        self.isTLS = isTLS
        self.limits = limits
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state = ConnectionState(isTLS: isTLS, limits: limits, now: context.eventLoop.now)
        runTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        context.fireChannelInactive()
    }

    // MARK: The peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let now = context.eventLoop.now
        var action = ConnectionState.Action.none
        switch unwrapInboundIn(data) {
        case .head(let head):
            state?.headArrived(isLast: Self.saysClose(head.headerFields[.connection]), now: now)
        case .body(let bytes):
            action = state?.contentArrived(bytes.readableBytes) ?? .none
        case .end:
            action = state?.endArrived(now: now) ?? .none
        }
        context.fireChannelRead(data)
        perform(action, context)
    }

    /// Bytes that did not yet make a head are seen here and nowhere else: the decoder keeps them, and passes this on.
    func channelReadComplete(context: ChannelHandlerContext) {
        state?.bytesArrived(now: context.eventLoop.now)
        runTimer()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted:
            state?.handshakeCompleted(now: context.eventLoop.now)
            runTimer()
        case is ChannelShouldQuiesceEvent:
            perform(state?.drain(now: context.eventLoop.now) ?? .none, context)
            return
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// What the codec cannot decode is a malformed request; everything else (the socket, TLS) ends the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }
        guard Self.isUndecodable(error) else { return close(context) }
        if state?.becameMalformed() ?? false {
            refuse(.malformed, context)
        } else if state?.outstanding == 0 {
            close(context)
        }
    }

    // MARK: We

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if state?.isLast ?? true { head.headerFields[.connection] = "close" }
            state?.answerBegan(now: context.eventLoop.now)
            runTimer()
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(let bytes):
            let count = bytes.readableBytes
            context.write(data, promise: watched(promise, context) { $0.progressed(count) })
        case .end:
            context.write(data, promise: watched(promise, context) { $0.ended() })
        }
    }

    /// A promise that tells this handler when the bytes have left, and then whoever asked.
    private func watched(
        _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext,
        _ left: @escaping (DeadlineHandler) -> Void
    ) -> EventLoopPromise<Void> {
        let watched = context.eventLoop.makePromise(of: Void.self)
        watched.futureResult.assumeIsolated().whenSuccess { left(self) }
        if let promise { watched.futureResult.cascade(to: promise) }
        return watched
    }

    private func progressed(_ bytes: Int) {
        guard let context else { return }
        state?.answerProgressed(bytes, now: context.eventLoop.now)
    }

    private func ended() {
        guard let context, !isClosing else { return }
        perform(state?.answerEnded(now: context.eventLoop.now) ?? .none, context)
    }

    // MARK: The end

    private func perform(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: runTimer()
        case .close: close(context)
        case .tellSlow: refuse(.slow, context)
        }
    }

    /// Says why, as far as the peer still listens, and closes.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        metrics?.countRefusal(problem)
        let content = ProblemDocument.encode(problem)
        let fields: HTTPFields = [
            .contentType: ProblemDocument.mediaType, .contentLength: String(content.count), .connection: "close",
        ]
        let head = HTTPResponse(status: .init(code: problem.status), headerFields: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: content))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        // Whoever does not even take these few bytes.
        context.eventLoop.assumeIsolated().scheduleTask(in: limits.linger) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        context.close(promise: nil)
    }

    // MARK: The timer

    private func runTimer() {
        if Plant.waitsForEver { return }
        guard !timerIsRunning, !isClosing, let context, let deadline = state?.deadline else { return }
        timerIsRunning = true
        let next = min(deadline, context.eventLoop.now + limits.step)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [weak self] in self?.timerRang() }
    }

    private func timerRang() {
        timerIsRunning = false
        guard let context, !isClosing else { return }
        perform(state?.expired(now: context.eventLoop.now) ?? .none, context)
    }

    // MARK: Reading

    private static func isUndecodable(_ error: any Error) -> Bool {
        switch error {
        case is IOError, is ChannelError: false
        default: !TLSFailure.isOne(error)
        }
    }

    private static func saysClose(_ field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { $0.drop { $0 == " " }.lowercased().hasPrefix("close") }
    }
}
