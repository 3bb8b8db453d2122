internal import CallboxClient
internal import NIOCore

/// An open connection to a relay.
final class Connection: Sendable {
    private let channel: any NIOCore.Channel
    /// At which of the relay's places.
    let place: Int

    init(_ channel: any NIOCore.Channel, place: Int) {
        self.channel = channel
        self.place = place
    }

    /// Whether it can be asked something, as far as is known here.
    var isOpen: Bool { channel.isActive }

    /// Asks, and waits for the answer. Nil when the connection turned out to be closed before anything of one came. When the task is cancelled, the
    /// connection is closed at once.
    func ask(_ question: Question) async throws(RelayFailure) -> Reply? {
        let answer = channel.eventLoop.makePromise(of: Reply?.self)
        channel.writeAndFlush(Exchange(question: question, answer: answer)).whenFailure { _ in answer.succeed(nil) }
        return try await answer.futureResult.outcome {
            answer.fail(RelayFailure.unreachable)
            self.close()
        }
    }

    /// Closes it.
    func close() { channel.close(promise: nil) }

    /// Calls when it is closed, by whomever.
    func whenClosed(_ body: @escaping @Sendable () -> Void) { channel.closeFuture.whenComplete { _ in body() } }
}

extension EventLoopFuture where Value: Sendable {
    /// The value, or the failure that the future has. `cancelled` is called when the task is told to stop.
    func outcome(whenCancelled cancelled: @escaping @Sendable () -> Void) async throws(RelayFailure) -> Value {
        do {
            return try await withTaskCancellationHandler {
                try await get()
            } onCancel: {
                cancelled()
            }
        } catch {
            throw error as? RelayFailure ?? .unreachable
        }
    }
}
