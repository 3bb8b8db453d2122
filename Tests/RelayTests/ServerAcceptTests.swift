import NIOCore
import NIOEmbedded
import Testing

@testable import CallboxRelay

@Suite("Server: how many connections")
struct ServerAcceptTests {
    @Test("At the limit nothing more is accepted, and one that goes makes room for one")
    func limit() throws {
        let loop = EmbeddedEventLoop()
        let metrics = RelayMetrics()
        let reads = Reads()
        let listening = EmbeddedChannel(loop: loop)
        try listening.pipeline.syncOperations.addHandlers(reads, AcceptGate(limit: 2, metrics: metrics))
        let connections = (0..<4).map { _ in EmbeddedChannel(loop: loop) }
        for connection in connections {
            try connection.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        listening.read()
        for connection in connections.prefix(2) { try listening.writeInbound(connection as any Channel) }
        #expect(reads.count == 1)
        listening.read()
        #expect(reads.count == 1)
        #expect(metrics.snapshot.connections == 2)

        // It came in the same breath as the second.
        try listening.writeInbound(connections[2] as any Channel)
        #expect(!connections[2].isActive)
        #expect(metrics.snapshot.counters[.connectionsRefused] == 1)

        connections[0].close(promise: nil)
        loop.run()
        #expect(reads.count == 2)
        #expect(metrics.snapshot.connections == 1)
        try listening.writeInbound(connections[3] as any Channel)
        #expect(connections[3].isActive)
    }

    @Test("A connection that nobody takes, because the listener closes, does not end the process")
    func untaken() throws {
        let child = RelayChannel(
            responder: { _, _, _ in }, tls: nil, limits: ConnectionLimits(), metrics: RelayMetrics())
        let channel = EmbeddedChannel()
        _ = try child.setup(channel: channel, logger: Relay.silent).wait()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        #expect(try channel.finish().isClean)
    }

    @Test("The store and the listeners keep descriptors for themselves")
    func descriptors() {
        #expect(SelfDefence.connectionLimit(wanted: 16) == 16)
        #expect(SelfDefence.connectionLimit(wanted: .max) < .max - 256)
    }
}

/// Counts how often the socket is asked for connections.
private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = Never
    var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
