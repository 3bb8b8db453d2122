/// How long each part of a call may take, and how many connections are kept. Whoever answers is slow or hostile until it has shown otherwise. All by a clock
/// that only goes forward.
package struct Deadlines: Sendable {
    /// Until a connection can be used: name, address, TLS.
    package var connect: Duration = .seconds(20)
    /// The same through a proxy, which may have a circuit to build.
    package var connectThroughProxy: Duration = .seconds(60)
    /// From a request to the head of its answer, beside the seconds that a collector asks the relay to wait; `bytesPerSecond` buys more.
    package var answer: Duration = .seconds(30)
    /// For the content of an answer; `bytesPerSecond` buys more.
    package var content: Duration = .seconds(60)
    /// Each so many bytes of content, of a request or an answer, are worth another second: the slowest rate at which something large gets through.
    package var bytesPerSecond = 8_192
    /// How long a connection is kept that nobody uses. A relay closes it after 75 seconds.
    package var idle: Duration = .seconds(60)
    /// How many connections are kept.
    package var connectionLimit = 64

    /// What is usual.
    package init() {}

    /// The time that content may take on top.
    func extra(for bytes: Int) -> Duration { .seconds(bytes / bytesPerSecond) }
}
