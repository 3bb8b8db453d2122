import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request of a load.
struct LoadRequest: Sendable {
    var method: HTTPMethod
    var target: String
    var fields: [(String, String)] = []
    var content: [UInt8] = []
}

/// Gives a connection its requests one after the other, and takes what came back. Each connection has one of its own.
protocol LoadSource: AnyObject {
    /// The next request; nil at the end.
    func next() -> LoadRequest?
    /// What came back for the last one.
    func take(status: Int, content: ByteBuffer)
}

/// Sends a request when the one before is answered, over one connection that stays open.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let source: any LoadSource
    private let host: String
    private let done: EventLoopPromise<[Int64]>
    private var sent = NIODeadline.now()
    private var status = 0
    private var content = ByteBuffer()
    private var nanoseconds: [Int64] = []

    init(_ source: any LoadSource, host: String, done: EventLoopPromise<[Int64]>) {
        self.source = source
        self.host = host
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            content.clear()
        case .body(var bytes): content.writeBuffer(&bytes)
        case .end:
            nanoseconds.append((NIODeadline.now() - sent).nanoseconds)
            source.take(status: status, content: content)
            send(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }

    private func send(_ context: ChannelHandlerContext) {
        guard let request = source.next() else {
            done.succeed(nanoseconds)
            context.close(promise: nil)
            return
        }
        var fields = HTTPHeaders([("host", host)] + request.fields)
        if !request.content.isEmpty { fields.add(name: "content-length", value: String(request.content.count)) }
        let head = HTTPRequestHead(
            version: .http1_1, method: request.method, uri: request.target, headers: fields)
        sent = .now()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !request.content.isEmpty {
            let body = context.channel.allocator.buffer(bytes: request.content)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

/// Where the load goes: loopback, over TLS, by a certificate that nobody checks here.
struct Target {
    let port: Int
    let group: MultiThreadedEventLoopGroup
    private let tls: NIOSSLContext

    init(port: Int) throws {
        self.port = port
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Runs a load over as many connections as there are sources. Returns the time each request took, in nanoseconds.
    func run(_ sources: [any LoadSource]) async throws -> [Int64] {
        var results: [EventLoopFuture<[Int64]>] = []
        for source in sources {
            let loop = group.next()
            let done = loop.makePromise(of: [Int64].self)
            results.append(done.futureResult)
            let sending = Sending(source)
            let tls = tls
            let host = "127.0.0.1:\(port)"
            let connected = ClientBootstrap(group: loop).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: nil))
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        LoadConnection(sending.source, host: host, done: done))
                }
            }.connect(host: "127.0.0.1", port: port)
            connected.whenFailure { done.fail($0) }
        }
        return try await EventLoopFuture.whenAllSucceed(results, on: group.next()).get().flatMap { $0 }
    }

    /// A source goes to its connection's event loop once, and stays there.
    private struct Sending: @unchecked Sendable {
        let source: any LoadSource
        init(_ source: any LoadSource) { self.source = source }
    }
}
