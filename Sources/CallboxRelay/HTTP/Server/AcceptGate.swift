internal import NIOCore

/// Stops accepting while as many connections are open as the relay may have; what came in the same breath beyond that
/// is closed at once. Stands in the pipeline of the listening socket.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let limit: Int
    private let metrics: RelayMetrics?
    private var open = 0
    private var isHeldBack = false

    /// A gate for so many connections at a time.
    init(limit: Int, metrics: RelayMetrics?) {
        self.limit = limit
        self.metrics = metrics
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = unwrapInboundIn(data)
        guard open < limit else {
            metrics?.connectionRefused()
            channel.close(promise: nil)
            return
        }
        open += 1
        metrics?.connectionOpened()
        let gate = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        channel.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            let (handler, context) = gate.value
            handler.closed(context)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if open < limit { context.read() } else { isHeldBack = true }
    }

    private func closed(_ context: ChannelHandlerContext) {
        open -= 1
        metrics?.connectionClosed()
        guard isHeldBack, open < limit else { return }
        isHeldBack = false
        context.read()
    }
}
