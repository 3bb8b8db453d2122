internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import ServiceLifecycle

/// The handlers of one connection, from the socket up: TLS, HTTP/1.1, deadlines, our side.
struct RelayChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let tls: TLSContext?
    let limits: ConnectionLimits
    let metrics: RelayMetrics?

    /// The most that a request's head may have: bytes in all, and fields.
    static let headBytes = 8192
    static let headFields = 64

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(tls.makeHandler()) }
            try Self.addHTTP(to: pipeline, isTLS: tls != nil, limits: limits, metrics: metrics)
            let connection = try Value(wrappingChannelSynchronously: channel)
            // One that is accepted while the listener closes is handed to nobody, and NIO ends the process when such a one is let go
            // before it has closed.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
            return connection
        }
    }

    /// What stands above TLS, where there is TLS.
    static func addHTTP(
        to pipeline: ChannelPipeline.SynchronousOperations, isTLS: Bool, limits: ConnectionLimits,
        metrics: RelayMetrics?
    ) throws {
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoderLimits)
        try pipeline.addHandlers(
            HTTP1ToHTTPServerCodec(secure: isTLS),
            DeadlineHandler(isTLS: isTLS, limits: limits, metrics: metrics))
    }

    func handle(value channel: Value, logger: Logger) async {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await handleHTTP(asyncChannel: channel, logger: logger) }
                // A collector whose peer has gone does not wait on. (Hummingbird closes the channel in any case.)
                try? await channel.channel.closeFuture.get()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            channel.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    private static var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headBytes
        limits.maxHeaderListSize = headBytes
        limits.maxHeaderFieldCount = headFields
        return limits
    }
}
