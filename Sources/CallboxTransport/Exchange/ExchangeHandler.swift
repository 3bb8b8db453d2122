internal import CallboxClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS

/// The upper end of a connection: takes exchanges, one at a time, and does what its `ExchangeState` says.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private let security: TLSGuard?
    private let opening: EventLoopPromise<Void>
    private var state: ExchangeState
    private var answer: EventLoopPromise<Reply?>?
    private var timer: (task: Scheduled<Void>, due: NIODeadline)?

    init(_ deadlines: Deadlines, security: TLSGuard?, on loop: any EventLoop) {
        self.security = security
        opening = loop.makePromise()
        state = ExchangeState(deadlines)
    }

    /// Completed when the connection can be used: the tunnel stands and the TLS key is the right one. Fails with a `RelayFailure`.
    var opened: EventLoopFuture<Void> { opening.futureResult }

    /// This will not be used.
    func giveUp() { opening.fail(RelayFailure.unreachable) }

    func channelActive(context: ChannelHandlerContext) {
        if security == nil { open(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event, let security {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            security.accepts(certificate) ? open(context) : perform(state.fail(.wrongKey), context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        guard state.ask(exchange.question, at: context.eventLoop.now) else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        answer = exchange.answer
        context.write(wrapOutboundOut(.head(exchange.question.head)), promise: nil)
        if !exchange.question.content.isEmpty {
            let content = context.channel.allocator.buffer(bytes: exchange.question.content)
            context.write(wrapOutboundOut(.body(.byteBuffer(content))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        // From here on the answer's promise tells what becomes of it.
        promise?.succeed()
        watch(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = context.eventLoop.now
        switch unwrapInboundIn(data) {
        case .head(let head): perform(state.receive(head, at: now), context)
        case .body(let bytes): perform(state.receive(bytes), context)
        case .end: perform(state.finish(at: now), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let failure as RelayFailure: perform(state.fail(failure), context)
        case HTTPParserError.invalidEOFState: perform(state.fail(.unreachable), context)
        case is HTTPParserError, is NIOHTTPDecoderError: perform(state.fail(.strange(status: nil)), context)
        default: perform(state.isOpening ? state.fail(failure(error)) : state.lose(), context)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(state.lose(), context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(state.lose(), context)
        giveUp()
        timer?.task.cancel()
    }

    private func open(_ context: ChannelHandlerContext) {
        state.open(at: context.eventLoop.now)
        opening.succeed()
        watch(context)
    }

    private func failure(_ error: any Error) -> RelayFailure { security?.failure(error) ?? .unreachable }

    private func perform(_ action: ExchangeState.Action, _ context: ChannelHandlerContext) {
        let waiting = answer
        switch action {
        case .nothing: break
        case .answer(let reply, let isLast):
            answer = nil
            waiting?.succeed(reply)
            if isLast { context.close(promise: nil) }
        case .silence:
            answer = nil
            waiting?.succeed(nil)
            context.close(promise: nil)
        case .fail(let failure):
            answer = nil
            waiting?.fail(failure)
            opening.fail(failure)
            context.close(promise: nil)
        case .close: context.close(promise: nil)
        }
        watch(context)
    }

    /// Looks again when time is up for what goes on. A deadline that moves away while content comes does not set the timer anew: it looks, and goes on.
    private func watch(_ context: ChannelHandlerContext) {
        guard let due = state.due else {
            timer?.task.cancel()
            timer = nil
            return
        }
        if let timer, timer.due <= due { return }
        timer?.task.cancel()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: due) {
            let (handler, context) = bound.value
            handler.timer = nil
            handler.perform(handler.state.look(at: context.eventLoop.now), context)
        }
        timer = (task, due)
    }
}
