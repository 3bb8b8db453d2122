package import NIOCore

/// How long each part of a connection may take, and how much one may ask for. The peer is slow or hostile until it has
/// shown otherwise; while our own handler works, nothing runs against it.
package struct ConnectionLimits: Sendable {
    /// For the TLS handshake.
    package var handshake: TimeAmount = .seconds(10)
    /// For a request's head: from its first byte, and for the first request of a connection from the beginning.
    package var head: TimeAmount = .seconds(15)
    /// For a request's content; `bytesPerSecond` buys more.
    package var content: TimeAmount = .seconds(30)
    /// Between two bytes of an answer that the peer takes.
    package var stalled: TimeAmount = .seconds(30)
    /// For a whole answer; `bytesPerSecond` buys more.
    package var answer: TimeAmount = .seconds(120)
    /// Between two requests.
    package var idle: TimeAmount = .seconds(75)
    /// For the rest of a request that is answered already, so that the peer gets to read the answer.
    package var linger: TimeAmount = .seconds(5)
    /// For what is under way when the relay stops.
    package var drain: TimeAmount = .seconds(20)
    /// Each so many bytes of content or answer that went through are worth another second: the slowest rate at which
    /// something large gets through.
    package var bytesPerSecond = 16_384
    /// How many bytes of an answered request are read and thrown away.
    package var lingerBytes = 262_144
    /// How many requests one connection may make.
    package var requests = 10_000

    /// The limits of a relay in service.
    package init() {}

    /// The timer of a connection looks no further ahead than this, which is not longer than any of the above: so it is
    /// never too late for a deadline that was set after it, and never cancelled. (A cancellation costs NIO a search
    /// through all timers.)
    var step: TimeAmount { .seconds(5) }

    func bought(by bytes: Int) -> TimeAmount { .seconds(Int64(bytes / bytesPerSecond)) }
}
