import CallboxCertificate
import CallboxWire
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import CallboxRelay

@Suite("Server: on a socket", .timeLimit(.minutes(1)))
struct ServerLiveTests {
    @Test("An answer that is under way when the relay stops arrives whole, and says that it is the last")
    func answerUnderWay() async throws {
        let begun = Signal()
        let mayEnd = Signal()
        let router = Router()
        router.get("/work") { _, _ in
            begun.give()
            await mayEnd.wait()
            return String(repeating: "x", count: 200_000) + "end"
        }
        try await served(router) { port, stop in
            let peer = try await LivePeer(port)
            try await peer.say("GET /work HTTP/1.1\r\n\r\n")
            await begun.wait()
            stop.triggerGracefulShutdown()
            mayEnd.give()
            let answer = try await peer.everything()
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(answer.hasSuffix("xend"))
        }
    }

    @Test("A handler that waits is woken when the relay stops, and its answer arrives")
    func wakesWaiting() async throws {
        let begun = Signal()
        let router = Router()
        router.get("/wait") { _, _ in
            await cancelWhenGracefulShutdown {
                begun.give()
                await Signal().wait()
            }
            return "woken"
        }
        try await served(router) { port, stop in
            let peer = try await LivePeer(port)
            try await peer.say("GET /wait HTTP/1.1\r\n\r\n")
            await begun.wait()
            stop.triggerGracefulShutdown()
            #expect(try await peer.everything().hasSuffix("woken"))
        }
    }

    @Test("A handler does not wait on for a peer that has gone")
    func peerGone() async throws {
        let begun = Signal()
        let cancelled = Signal()
        let router = Router()
        router.get("/wait") { _, _ in
            begun.give()
            await Signal().wait()
            if Task.isCancelled { cancelled.give() }
            return ""
        }
        try await served(router) { port, stop in
            let peer = try await LivePeer(port)
            try await peer.say("GET /wait HTTP/1.1\r\n\r\n")
            await begun.wait()
            try await peer.leave()
            await cancelled.wait()
            stop.triggerGracefulShutdown()
        }
    }

    @Test("What fails inside the relay is uncertain, and every answer has a date")
    func uncertain() async throws {
        let router = Router()
        router.get("/fail") { _, _ -> String in throw CancellationError() }
        try await served(router) { port, stop in
            let peer = try await LivePeer(port)
            try await peer.say("GET /fail HTTP/1.1\r\nconnection: close\r\n\r\n")
            let answer = try await peer.everything()
            #expect(answer.hasPrefix("HTTP/1.1 500 "))
            #expect(answer.contains("urn:callbox:problem:uncertain"))
            #expect(answer.contains("\r\nDate: "))
            stop.triggerGracefulShutdown()
        }
    }

    @Test("A new certificate is for new connections, and one that cannot be read changes nothing")
    func reload() async throws {
        let folder = try ScratchFolder()
        let files = TLSFiles(certificate: folder.path + "/tls.crt", key: folder.path + "/tls.key")
        let first = try Self.certificate(files)
        let tls = try TLSContext(files)
        let router = Router()
        router.get("/") { _, _ in "here" }
        try await served(router, tls: tls) { port, stop in
            let before = try await LivePeer(port, isTLS: true)
            try await before.say("GET / HTTP/1.1\r\n\r\n")
            let second = try Self.certificate(files)
            #expect(first != second)
            try tls.reload()
            let after = try await LivePeer(port, isTLS: true)
            try await after.say("GET / HTTP/1.1\r\nconnection: close\r\n\r\n")
            #expect(try await after.everything().hasSuffix("here"))
            #expect(try RelayCertificate(pem: after.certificate()).pin == second)

            try Data("nothing".utf8).write(to: URL(fileURLWithPath: files.key))
            #expect(throws: SettingsError.certificate(files.certificate)) { try tls.reload() }
            let still = try await LivePeer(port, isTLS: true)
            try await still.say("GET / HTTP/1.1\r\nconnection: close\r\n\r\n")
            #expect(try await still.everything().hasSuffix("here"))
            #expect(try RelayCertificate(pem: still.certificate()).pin == second)

            // The first connection goes on.
            try await before.say("GET / HTTP/1.1\r\nconnection: close\r\n\r\n")
            #expect(try await before.everything().hasSuffix("here"))
            #expect(try RelayCertificate(pem: before.certificate()).pin == first)
            stop.triggerGracefulShutdown()
        }
    }

    @Test(
        "The date is written as HTTP wants it",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ] as [(Int64, String)])
    func date(second: Int64, text: String) {
        #expect(DateField().text(at: second) == text)
    }

    private static func certificate(_ files: TLSFiles) throws -> TLSPin {
        let made = try RelayCertificate.make(host: "127.0.0.1", now: Date())
        try Data(made.certificate.pem.utf8).write(to: URL(fileURLWithPath: files.certificate))
        try Data(made.keyPEM.utf8).write(to: URL(fileURLWithPath: files.key))
        return made.certificate.pin
    }

    /// Serves a router on a port of the system's choice while the body runs, which ends with a stop.
    private func served(
        _ router: Router<BasicRequestContext>, tls: TLSContext? = nil,
        _ body: @escaping @Sendable (Int, GracefulShutdownTestTrigger) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let listener = try tls == nil ? Listener.plain("127.0.0.1:0") : Listener.tls("127.0.0.1:0")
        let server = RelayServer(
            listener, responder: router.buildResponder(), tls: tls, limits: .patient, connectionLimit: 16, metrics: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { address in port.yield(address.port ?? 0) }
        try await testGracefulShutdown { stop in
            try await withThrowingTaskGroup { group in
                group.addTask { try await server.run() }
                for await port in ports {
                    try await body(port, stop)
                    break
                }
                try await group.waitForAll()
            }
        }
    }
}

extension ConnectionLimits {
    /// For tests in which no deadline may come, however busy the machine is.
    fileprivate static var patient: ConnectionLimits {
        var limits = ConnectionLimits()
        for time in [\.handshake, \.head, \.content, \.stalled, \.answer, \.idle, \.linger, \.drain]
            as [WritableKeyPath<ConnectionLimits, TimeAmount>]
        {
            limits[keyPath: time] = .hours(1)
        }
        return limits
    }
}

/// Something that happens once, and somebody who waits for it.
private final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() { (stream, source) = AsyncStream.makeStream(of: Void.self) }
    func give() { source.finish() }
    /// Until it is given, or the task is cancelled.
    func wait() async {
        for await _ in stream {}
        withExtendedLifetime(source) {}
    }
}

/// A peer on a socket.
private struct LivePeer {
    private let channel: any Channel
    private let ear = Ear()

    init(_ port: Int, isTLS: Bool = false) async throws {
        let ear = ear
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isTLS { try channel.pipeline.syncOperations.addHandler(ear.tlsHandler()) }
                    try channel.pipeline.syncOperations.addHandler(Ear.Handler(ear))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func say(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }
    func leave() async throws { try await channel.close() }

    /// All that comes until the other side closes.
    func everything() async throws -> String {
        try await channel.closeFuture.get()
        return ear.heard.withLock { $0 }
    }

    /// The certificate that the other side showed, in PEM.
    func certificate() -> String { ear.certificate.withLock { $0 } }
}

/// What a peer has heard and seen.
private final class Ear: Sendable {
    let heard = Mutex("")
    let certificate = Mutex("")

    func tlsHandler() throws -> NIOSSLClientHandler {
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        return try NIOSSLClientHandler(
            context: context, serverHostname: nil,
            customVerificationCallback: { [self] chain, promise in
                let der = (try? chain.first?.toDERBytes()) ?? []
                let pem =
                    "-----BEGIN CERTIFICATE-----\n\(Data(der).base64EncodedString(options: .lineLength64Characters))"
                certificate.withLock { $0 = pem + "\n-----END CERTIFICATE-----\n" }
                promise.succeed(.certificateVerified)
            })
    }

    final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let ear: Ear

        init(_ ear: Ear) { self.ear = ear }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            ear.heard.withLock { $0 += text }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
