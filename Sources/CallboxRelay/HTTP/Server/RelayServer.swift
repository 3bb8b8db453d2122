internal import CallboxWire
package import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOPosix
internal import ServiceLifecycle

/// Serves a router over HTTP/1.1 on one listening socket. Stops accepting on graceful shutdown, finishes what is under
/// way, and returns when the last connection is closed.
package struct RelayServer<Responder: HTTPResponder>: Service
where Responder.Context: RequestContext & InitializableFromSource<ApplicationRequestContextSource> {
    private let listener: Listener
    private let responder: Responder
    private let tls: TLSContext?
    private let limits: ConnectionLimits
    private let connectionLimit: Int
    private let metrics: RelayMetrics?
    private let logger: Logger
    private let date = DateField()
    private let onListening: @Sendable (ListeningAddress) -> Void

    /// A server for a listener. `tls` is for the listeners that have it. `metrics` is nil for the operator's own
    /// listener, which does not count itself. `onListening` hears where it listens.
    package init(
        _ listener: Listener, responder: Responder, tls: TLSContext?, limits: ConnectionLimits = ConnectionLimits(),
        connectionLimit: Int, metrics: RelayMetrics?, logger: Logger,
        onListening: @escaping @Sendable (ListeningAddress) -> Void = { _ in }
    ) {
        self.listener = listener
        self.responder = responder
        self.tls = tls
        self.limits = limits
        self.connectionLimit = connectionLimit
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
    }

    /// Listens until graceful shutdown.
    /// - Throws: `SettingsError.listen` when the address cannot be had.
    package func run() async throws {
        let child = RelayChannel(responder: answer, tls: tls, limits: limits, metrics: metrics)
        let server = try await bind(child)
        onListening(ListeningAddress(server.channel.localAddress))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                do {
                    try await server.executeThenClose { inbound in
                        for try await connection in inbound {
                            group.addTask { await child.handle(value: connection, logger: logger) }
                        }
                    }
                } catch {
                    if !Task.isCancelled { logger.error("The listening socket failed.") }
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
        guard Task.isShuttingDownGracefully || Task.isCancelled else { throw SettingsError.listen(listener.text) }
    }

    private func bind(_ child: RelayChannel) async throws -> NIOAsyncChannel<RelayChannel.Value, Never> {
        let bootstrap = bootstrap
        let setup: @Sendable (any Channel) -> EventLoopFuture<RelayChannel.Value> = { [logger] channel in
            child.setup(channel: channel, logger: logger)
        }
        do {
            switch listener.place {
            case .address(let host, let port):
                return try await bootstrap.bind(host: host, port: port, childChannelInitializer: setup)
            case .unixSocket(let path):
                return try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: setup)
            case .descriptor(let descriptor):
                return try await bootstrap.bind(descriptor, childChannelInitializer: setup)
            }
        } catch {
            throw SettingsError.listen(listener.text)
        }
    }

    private var bootstrap: ServerBootstrap {
        let (limit, metrics) = (connectionLimit, metrics)
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 4)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(limit: limit, metrics: metrics))
                }
            }
            // An idle connection holds no more than it must: small reads, and little waiting to be sent.
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 16_384)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16_384, high: 65_536))
            // Who ends one half has gone.
            .childChannelOption(.allowRemoteHalfClosure, value: false)
    }
}

// MARK: - Answering

extension RelayServer {
    @concurrent @Sendable private func answer(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        var response: Response
        do {
            response = try await responder.respond(to: request, context: context)
        } catch {
            // The routes answer every error of their own; one that gets here is ours, and what it did is not known.
            logger.error("A request failed inside the relay.")
            response = Reply.content(
                ProblemDocument.encode(.uncertain), ProblemDocument.mediaType, status: .internalServerError)
        }
        response.headers[.date] = date.now
        metrics?.countRequest(route: context.coreContext.endpointPath.value, status: Int(response.status.code))
        if request.method == .head {
            // The fields of the answer and not its content, or the peer would take that for the next answer.
            try await writer.write(response: response.head, body: ResponseBody())
        } else if let length = response.body.contentLength, length <= Piece.byteLimit {
            try await writer.write(response: response.head, body: response.body)
        } else {
            try await writePiecewise(response, writer)
        }
    }

    @concurrent private func writePiecewise(_ response: Response, _ writer: consuming ResponseWriter) async throws {
        let body = try await writer.writeHead(response.head)
        try await response.body.write(PiecewiseWriter(body))
    }
}

/// A part of a large answer.
enum Piece {
    /// 32 KiB.
    static let byteLimit = 32_768
}

/// Hands a large answer on in pieces, waiting between them until the connection has room: so a slow reader holds little
/// memory, and its progress can be seen.
struct PiecewiseWriter<Whole: ResponseBodyWriter>: ResponseBodyWriter {
    private var whole: Whole

    /// In front of another writer.
    init(_ whole: Whole) { self.whole = whole }

    @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
        var rest = buffer
        while rest.readableBytes > 0 {
            guard let piece = rest.readSlice(length: min(rest.readableBytes, Piece.byteLimit)) else { return }
            try await whole.write(piece)
        }
    }

    @concurrent consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try await whole.finish(trailingHeaders)
    }
}
