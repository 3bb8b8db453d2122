internal import CallboxClient
internal import NIOCore

/// The lower end of a connection through a proxy: to those above it, the connection begins when the tunnel stands.
final class SOCKSHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var conversation: SOCKSConversation?

    init(_ conversation: SOCKSConversation) { self.conversation = conversation }

    func channelActive(context: ChannelHandlerContext) {
        if let conversation { say(conversation.greeting, context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let step = conversation?.hear(unwrapInboundIn(data).readableBytesView) else {
            context.fireChannelRead(data)
            return
        }
        switch step {
        case .say(let words): say(words, context)
        case .listen: break
        case .open:
            conversation = nil
            context.fireChannelActive()
        case .fail(let fault):
            context.fireErrorCaught(fault == .unreachable ? RelayFailure.unreachable : .proxy)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if conversation != nil { context.fireErrorCaught(RelayFailure.proxy) }
        context.fireChannelInactive()
    }

    private func say(_ words: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: words)), promise: nil)
    }
}
