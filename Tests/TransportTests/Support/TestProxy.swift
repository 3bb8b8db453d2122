import NIOCore
import NIOPosix
import Synchronization

/// A SOCKS5 proxy on this machine, which leads to one port of it whatever name it is told. It may be told what to say instead.
final class TestProxy: Sendable {
    /// What a client wanted.
    struct Wish: Sendable, Equatable {
        let user: String
        let password: String
        let host: String
        let port: Int
    }

    /// What the proxy says to the three things that a client says, in place of what is right.
    typealias Script = @Sendable (_ step: Int) -> [UInt8]?

    let port: Int
    private let listener: any Channel
    private let list: WishList

    init(to target: Int, saying script: @escaping Script = { _ in nil }) async throws {
        let wishes = WishList()
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ProxySide(wishes, target: target, script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        list = wishes
    }

    var wishes: [Wish] { list.wishes.withLock { $0 } }

    func stop() async { try? await listener.close() }
}

private final class WishList: Sendable {
    let wishes = Mutex<[TestProxy.Wish]>([])
}

/// The proxy's side of one connection.
private final class ProxySide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let list: WishList
    private let target: Int
    private let script: TestProxy.Script
    private var heard: [UInt8] = []
    private var step = 0
    private var user = ""
    private var password = ""
    private var beyond: (any Channel)?

    init(_ list: WishList, target: Int, _ script: @escaping TestProxy.Script) {
        self.list = list
        self.target = target
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let beyond {
            beyond.writeAndFlush(bytes, promise: nil)
            return
        }
        heard += bytes.readableBytesView
        switch step {
        case 0 where heard == [5, 1, 2]: say([5, 2], context)
        case 1 where heard.count >= 3 && heard.count == 3 + Int(heard[1]) + Int(heard[2 + Int(heard[1])]):
            user = String(decoding: heard[2..<2 + Int(heard[1])], as: UTF8.self)
            password = String(decoding: heard[(3 + Int(heard[1]))...], as: UTF8.self)
            say([1, 0], context)
        case 2 where heard.count >= 5 && heard.count == 7 + Int(heard[4]): connect(context)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { beyond?.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func connect(_ context: ChannelHandlerContext) {
        let host = String(decoding: heard[5..<heard.count - 2], as: UTF8.self)
        let port = Int(heard[heard.count - 2]) << 8 | Int(heard[heard.count - 1])
        let wish = TestProxy.Wish(user: user, password: password, host: host, port: port)
        list.wishes.withLock { $0.append(wish) }
        if script(2) != nil { return say([], context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let near = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { far in
                far.closeFuture.whenComplete { _ in near.close(promise: nil) }
                return far.eventLoop.makeCompletedFuture {
                    try far.pipeline.syncOperations.addHandler(Glue(to: near))
                }
            }
            .connect(host: "127.0.0.1", port: target).whenComplete { result in
                let (side, context) = bound.value
                side.beyond = try? result.get()
                side.say(
                    side.beyond == nil ? [5, 5, 0, 1, 0, 0, 0, 0, 0, 0] : [5, 0, 0, 1, 127, 0, 0, 1, 0, 80], context)
            }
    }

    private func say(_ words: [UInt8], _ context: ChannelHandlerContext) {
        heard = []
        let words = script(step) ?? words
        step += 1
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: words)), promise: nil)
        if words.isEmpty { context.close(promise: nil) }
    }
}

private final class Glue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let near: any Channel

    init(to near: any Channel) { self.near = near }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        near.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
