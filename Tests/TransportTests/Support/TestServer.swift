import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on this machine that does what a test says, and tells what it saw.
final class TestServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        /// Request line and fields.
        let head: String
        let content: [UInt8]
        /// On which connection, from 0 on, and the how many-th there.
        let connection: Int
        let number: Int

        var line: String { String(head.prefix { $0 != "\r\n" }) }

        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    /// What the server does about a request.
    enum Reaction: Sendable {
        case say(String)
        case sayAndClose(String)
        case close
        case nothing
    }

    /// Something that was seen.
    enum Sight: Sendable {
        case connected
        case request(Request)
        case closed
    }

    let port: Int
    private let listener: any Channel
    private let record: Record

    /// Serves until `stop`. Without a TLS configuration, in the clear.
    init(
        _ tls: TLSConfiguration? = nil, greeting: String? = nil,
        _ react: @escaping @Sendable (Request) -> Reaction = { _ in .say(Answers.done) }
    ) async throws {
        let record = Record()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        self.record = record
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = record.connect(channel)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Tap(record))
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.addHandler(Reader(record, connection: number, greeting: greeting, react))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
    }

    /// Stops, and closes what is open.
    func stop() async {
        try? await listener.close()
        await hangUp()
    }

    /// Says something on a connection, asked or not.
    func say(_ text: String, on connection: Int = 0) async throws {
        try await record.state.withLock { $0.channels[connection] }.pipeline.handler(type: Reader.self)
            .map { $0.say(text) }.get()
    }

    /// Closes all connections.
    func hangUp() async {
        for channel in record.state.withLock({ $0.channels }) { try? await channel.close() }
    }

    var connections: Int { record.state.withLock { $0.channels.count } }
    var requests: [Request] { record.state.withLock { $0.requests } }
    /// What came first on each connection, as it came over the wire.
    var beginnings: [[UInt8]] { record.state.withLock { $0.beginnings } }
    /// Bytes that came and went, over the wire.
    var traffic: (received: Int, sent: Int) { record.state.withLock { ($0.received, $0.sent) } }

    /// Waits until something is seen for which this holds.
    func wait(until holds: @Sendable (Sight) -> Bool) async {
        for await sight in record.sights where holds(sight) { return }
    }
}

/// Answers of a relay, or nearly.
enum Answers {
    static let done = "HTTP/1.1 204 No Content\r\ncache-control: no-store\r\n\r\n"

    static func content(_ text: String, type: String = "application/json", status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\ncontent-length: \(text.utf8.count)\r\n\r\n\(text)"
    }
}

private final class Record: Sendable {
    struct State {
        var channels: [any Channel] = []
        var requests: [TestServer.Request] = []
        var beginnings: [[UInt8]] = []
        var received = 0
        var sent = 0
    }

    let state = Mutex(State())
    let sights: AsyncStream<TestServer.Sight>
    let seen: AsyncStream<TestServer.Sight>.Continuation

    init() { (sights, seen) = AsyncStream.makeStream() }

    func connect(_ channel: any Channel) -> Int {
        seen.yield(.connected)
        channel.closeFuture.whenComplete { [seen] _ in seen.yield(.closed) }
        return state.withLock {
            $0.channels.append(channel)
            $0.beginnings.append([])
            return $0.channels.count - 1
        }
    }
}

/// Sees what goes over the wire.
private final class Tap: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let record: Record
    private let connection: Int

    init(_ record: Record) {
        self.record = record
        connection = record.state.withLock { $0.channels.count - 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        record.state.withLock { state in
            state.received += bytes.readableBytes
            if state.beginnings[connection].count < 4_096 { state.beginnings[connection] += bytes.readableBytesView }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        record.state.withLock { $0.sent += unwrapOutboundIn(data).readableBytes }
        context.write(data, promise: promise)
    }
}

/// Reads requests, and reacts.
private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let record: Record
    private let connection: Int
    private let greeting: String?
    private let react: @Sendable (TestServer.Request) -> TestServer.Reaction
    private var heard: [UInt8] = []
    private var number = 0
    private var context: ChannelHandlerContext?

    init(
        _ record: Record, connection: Int, greeting: String?,
        _ react: @escaping @Sendable (TestServer.Request) -> TestServer.Reaction
    ) {
        self.record = record
        self.connection = connection
        self.greeting = greeting
        self.react = react
    }

    func channelActive(context: ChannelHandlerContext) {
        if let greeting { say(greeting) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard += unwrapInboundIn(data).readableBytesView
        while let request = next() {
            record.state.withLock { $0.requests.append(request) }
            record.seen.yield(.request(request))
            switch react(request) {
            case .say(let text): say(text)
            case .sayAndClose(let text):
                say(text)
                context.close(promise: nil)
            case .close: context.close(promise: nil)
            case .nothing: break
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func say(_ text: String) { context?.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil) }

    private func next() -> TestServer.Request? {
        guard let end = heard.firstRange(of: [UInt8]("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: heard[..<end.upperBound], as: UTF8.self)
        let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst("content-length: ".count)) }
        let rest = heard[end.upperBound...]
        guard rest.count >= length ?? 0 else { return nil }
        let content = [UInt8](rest.prefix(length ?? 0))
        heard = [UInt8](rest.dropFirst(content.count))
        defer { number += 1 }
        return TestServer.Request(head: head, content: content, connection: connection, number: number)
    }
}
