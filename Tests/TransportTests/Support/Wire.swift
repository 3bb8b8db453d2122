import CallboxClient
import CallboxWire
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import CallboxTransport

/// One connection without a socket or TLS, and the relay at its other end. Time passes when it is told to.
final class Wire {
    let channel = EmbeddedChannel()
    private var answers: [Outcome] = []

    /// What became of a question: the reply, nil for silence.
    typealias Outcome = EventLoopFuture<Reply?>

    init(_ deadlines: Deadlines = Deadlines()) throws {
        let dialer = Dialer(proxy: nil, deadlines: deadlines, loop: channel.eventLoop)
        try dialer.addHandlers(to: channel, Fixture.place(1), for: Fixture.channel(1), nil)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    var isOpen: Bool { channel.isActive }

    func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    /// Asks for a program document, or something longer.
    @discardableResult
    func ask(_ question: Question? = nil) throws -> Outcome {
        let answer = channel.eventLoop.makePromise(of: Reply?.self)
        let exchange = Exchange(question: try question ?? Self.question(), answer: answer)
        channel.writeAndFlush(exchange).whenFailure { _ in answer.succeed(nil) }
        return answer.futureResult
    }

    static func question(
        limit: Int = 100, wait: Int = 0, content: [UInt8]? = nil, deadlines: Deadlines = Deadlines()
    ) throws -> Question {
        let call = Call(
            method: content == nil ? .get : .post, path: "/v1/relay", content: content, wait: wait,
            answer: .content(.json, atMost: limit))
        return try call.question(
            to: RelayURL("https://relay.example"), of: nil, at: StillClock().now,
            nonce: RequestNonce(unchecked: [UInt8](repeating: 0, count: 16)), within: deadlines)
    }

    /// What the relay says. An error of a decoder below is no error of this.
    func hear(_ text: String) { _ = try? channel.writeInbound(ByteBuffer(string: text)) }

    /// The other side ends it.
    func cut() {
        channel.pipeline.fireChannelInactive()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// What the relay has heard.
    func said() throws -> String {
        var text = ""
        while let data = try channel.readOutbound(as: IOData.self) {
            if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
        }
        return text
    }
}

extension EventLoopFuture where Value == Reply? {
    /// The failure, of what has failed; nil as long as it has not.
    var failure: RelayFailure? {
        var failure: RelayFailure?
        assumeIsolated().whenFailure { failure = $0 as? RelayFailure }
        return failure
    }

    /// The reply, of what was answered; nil as long as it was not, and of silence.
    var reply: Reply? {
        var reply: Reply?
        assumeIsolated().whenSuccess { reply = $0 }
        return reply
    }

    /// Whether nothing came.
    var isSilent: Bool {
        var isSilent = false
        assumeIsolated().whenSuccess { isSilent = $0 == nil }
        return isSilent
    }
}
