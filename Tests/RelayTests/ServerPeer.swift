import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

@testable import CallboxRelay

/// One connection of the server without a socket, and the peer at its other end. Time passes when it is told to.
final class Peer {
    let channel = EmbeddedChannel()
    let dam = Dam()

    init(isTLS: Bool = false, limits: ConnectionLimits = ConnectionLimits(), dammed: Bool = false) throws {
        let pipeline = channel.pipeline.syncOperations
        if dammed { try pipeline.addHandler(dam) }
        try RelayChannel.addHTTP(to: pipeline, isTLS: isTLS, limits: limits, metrics: nil)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    var isOpen: Bool { channel.isActive }

    func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    /// What holds this peer to its deadlines.
    func handler() throws -> DeadlineHandler {
        try channel.pipeline.syncOperations.handler(type: DeadlineHandler.self)
    }

    /// What the peer sends.
    func say(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }

    /// What the peer has got since it last listened.
    func heard() throws -> String {
        var text = ""
        while let data = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
        }
        return text
    }

    /// Our own side answers: 204, or 200 with so many pieces of 10 bytes.
    func answer(pieces: Int = 0) throws {
        let head =
            pieces == 0
            ? HTTPResponse(status: .noContent)
            : HTTPResponse(status: .ok, headerFields: [.contentLength: String(10 * pieces)])
        channel.write(HTTPResponsePart.head(head), promise: nil)
        for _ in 0..<pieces {
            channel.write(HTTPResponsePart.body(ByteBuffer(string: "0123456789")), promise: nil)
        }
        channel.writeAndFlush(HTTPResponsePart.end(nil), promise: nil)
    }

    /// Whether our own side has got the end of a request.
    func hasWholeRequest() -> Bool {
        while let part = try? channel.readInbound(as: HTTPRequestPart.self) {
            if case .end = part { return true }
        }
        return false
    }
}

/// Holds what is written until it is released, piece by piece: a peer that does not read.
final class Dam: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private var held: [(NIOAny, EventLoopPromise<Void>?)] = []
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        for (_, promise) in held { promise?.fail(ChannelError.ioOnClosedChannel) }
        held = []
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        held.append((data, promise))
    }

    /// Lets so many pieces through that somebody waits for.
    func release(_ count: Int) {
        var count = count
        while count > 0, !held.isEmpty {
            let (data, promise) = held.removeFirst()
            context?.writeAndFlush(data, promise: promise)
            if promise != nil { count -= 1 }
        }
    }
}
