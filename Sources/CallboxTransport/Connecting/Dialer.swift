internal import CallboxClient
internal import CallboxCrypto
internal import CallboxWire
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Opens connections, directly or through the proxy. With a proxy nothing is looked up here: the relay's name goes to the proxy as it stands.
struct Dialer: Sendable {
    let proxy: SOCKSProxy?
    let deadlines: Deadlines
    /// Where all connections of a relay live.
    let loop: any EventLoop
    /// Who vouches for relays without a pin: those that this machine trusts.
    var authorities = NIOSSLTrustRoots.default

    /// A connection to a place that can be used: the tunnel stands, and the TLS key is the right one.
    func open(_ place: Invite.Relay, for channel: CallboxClient.Channel) async throws(RelayFailure) -> any NIOCore
        .Channel
    {
        // A name below .onion is not for the resolver (RFC 7686): without a proxy there is no way there.
        guard proxy != nil || !place.url.isOnion else { throw .proxy }
        let tls = try TLSGuard.context(for: place, authorities: authorities)
        let limit = TimeAmount(proxy == nil ? deadlines.connect : deadlines.connectThroughProxy)
        let ready = loop.makePromise(of: (any NIOCore.Channel).self)
        let alarm = loop.scheduleTask(in: limit) { ready.fail(RelayFailure.tooSlow) }
        ready.futureResult.whenComplete { _ in alarm.cancel() }
        // A name may have several addresses, which are tried at once: only the connection that was chosen counts. What became of it is kept, for it may be
        // over by then.
        let openings = NIOLoopBoundBox.makeBoxSendingValue([ObjectIdentifier: EventLoopFuture<Void>](), eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelInitializer { made in
                // Whoever fails the promise, at whatever moment, closes what was opened for it.
                ready.futureResult.whenFailure { _ in made.close(promise: nil) }
                return made.eventLoop.makeCompletedFuture {
                    openings.value[ObjectIdentifier(made)] = try addHandlers(to: made, place, for: channel, tls)
                }
            }
        connect(bootstrap, to: place.url).whenComplete { result in
            guard case .success(let made) = result, let opening = openings.value[ObjectIdentifier(made)] else {
                ready.fail(proxy == nil ? RelayFailure.unreachable : .proxy)
                return
            }
            opening.map { made }.cascade(to: ready)
        }
        return try await ready.futureResult.outcome { ready.fail(RelayFailure.unreachable) }
    }

    private func connect(_ bootstrap: ClientBootstrap, to url: RelayURL) -> EventLoopFuture<any NIOCore.Channel> {
        if let proxy { return connect(bootstrap, to: proxy.host, Int(proxy.port)) }
        // What this machine calls itself is not for the resolver either: who answers for it could be elsewhere.
        if url.host == "localhost" { return connect(bootstrap, to: "127.0.0.1", Int(url.port)) }
        if let address = url.hostAddress { return connect(bootstrap, to: address, Int(url.port)) }
        return bootstrap.connect(host: url.host, port: Int(url.port))
    }

    private func connect(
        _ bootstrap: ClientBootstrap, to address: String, _ port: Int
    ) -> EventLoopFuture<any NIOCore.Channel> {
        do {
            return bootstrap.connect(to: try SocketAddress(ipAddress: address, port: port))
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// From the socket up: the tunnel, TLS, HTTP/1.1, exchanges. Returns what is completed when the connection can be used.
    @discardableResult
    func addHandlers(
        to made: any NIOCore.Channel, _ place: Invite.Relay, for channel: CallboxClient.Channel, _ tls: NIOSSLContext?
    ) throws -> EventLoopFuture<Void> {
        let pipeline = made.pipeline.syncOperations
        if proxy != nil {
            let conversation = SOCKSConversation(
                host: place.url.hostAddress ?? place.url.host, port: place.url.port, user: channel.proxyUser,
                password: Self.password)
            try pipeline.addHandler(SOCKSHandler(conversation))
        }
        let security = tls == nil ? nil : TLSGuard(place)
        if let tls, let security { try pipeline.addHandler(security.makeHandler(tls)) }
        try pipeline.addHandlers(
            HTTPRequestEncoder(configuration: Self.framing),
            ByteToMessageHandler(
                HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: Self.limits)))
        let exchanges = ExchangeHandler(deadlines, security: security, on: made.eventLoop)
        do {
            try pipeline.addHandler(exchanges)
        } catch {
            exchanges.giveUp()
            throw error
        }
        return exchanges.opened
    }

    /// The same for everybody: it is the user name that keeps circuits apart.
    private static let password = "callbox"

    /// Fields are as `Call` makes them.
    private static var framing: HTTPRequestEncoder.Configuration {
        var configuration = HTTPRequestEncoder.Configuration()
        configuration.automaticallySetFramingHeaders = false
        return configuration
    }

    /// The most that an answer's head may have: bytes in all, and fields.
    private static var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 8_192
        limits.maxHeaderListSize = 16_384
        limits.maxHeaderFieldCount = 64
        return limits
    }
}

extension CallboxClient.Channel {
    /// What the proxy knows a channel by: its bytes in hexadecimal.
    var proxyUser: String {
        bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}

extension RelayURL {
    /// The host's address, when the host is an address and no name.
    var hostAddress: String? {
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return (try? SocketAddress(ipAddress: bare, port: 0)) == nil ? nil : bare
    }
}
