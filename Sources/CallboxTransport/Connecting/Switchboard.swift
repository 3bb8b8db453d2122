internal import CallboxClient
internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import NIOPosix
internal import Synchronization

/// Brings calls to a relay: on the connection of their channel if there is one, else on a new one to the first place that can be reached.
final class Switchboard: Sendable {
    private typealias Line = Lanes<Connection, CheckedContinuation<Bool, Never>>

    private let places: [Invite.Relay]
    private let identity: VerificationKey?
    private let deadlines: Deadlines
    private let clock: any ClientClock
    private let dialer: Dialer
    private let lanes: Mutex<Line>
    /// The place that worked last.
    private let favourite = Mutex(0)

    init(_ places: RelayPlaces, proxy: SOCKSProxy?, deadlines: Deadlines, clock: any ClientClock) {
        self.places = places.places
        identity = places.identity
        self.deadlines = deadlines
        self.clock = clock
        dialer = Dialer(proxy: proxy, deadlines: deadlines, loop: MultiThreadedEventLoopGroup.singleton.next())
        lanes = Mutex(Line(limit: deadlines.connectionLimit))
    }

    deinit {
        for connection in lanes.withLock({ $0.connections }) { connection.close() }
    }

    /// Asks, when it is this call's turn on its channel. Returns the content of a good answer.
    func send(_ call: Call, through channel: Channel) async throws(RelayFailure) -> [UInt8] {
        guard await enter(channel) else { throw .unreachable }
        defer { leave(channel) }
        // A connection that was kept may have ended without our knowing: when nothing of an answer comes on it, the call goes once more, on a new one.
        // Every call may be repeated, and is signed anew.
        if let kept = lanes.withLock({ $0.connection(of: channel) }), kept.isOpen,
            let content = try await ask(call, kept)
        {
            return content
        }
        guard !Task.isCancelled else { throw .unreachable }
        let fresh = try await connect(for: channel)
        if let content = try await ask(call, fresh) { return content }
        avoid(fresh.place)
        throw .unreachable
    }

    /// Asks on a connection. Nil when it was closed and nothing of an answer came.
    private func ask(_ call: Call, _ connection: Connection) async throws(RelayFailure) -> [UInt8]? {
        var random = SystemRandom()
        let question = try call.question(
            to: places[connection.place].url, of: identity, at: clock.now, nonce: .random(from: &random),
            within: deadlines)
        do throws(RelayFailure) {
            guard let reply = try await connection.ask(question) else { return nil }
            let content = try reply.content(as: call.answer)
            favourite.withLock { $0 = connection.place }
            return content
        } catch {
            if case .refused = error { throw error }
            connection.close()
            avoid(connection.place)
            throw error
        }
    }

    /// What answers there is not the relay, or is not well: next time somewhere else, if there is anywhere else.
    private func avoid(_ place: Int) {
        if !Task.isCancelled { favourite.withLock { $0 = (place + 1) % places.count } }
    }

    /// The places in their order, the one that worked last first. Nothing has been sent when one fails, so the next is as good.
    private func connect(for channel: Channel) async throws(RelayFailure) -> Connection {
        let first = favourite.withLock { $0 }
        var failures: [RelayFailure] = []
        for place in places.indices.map({ (first + $0) % places.count }) {
            do throws(RelayFailure) {
                let connection = Connection(try await dialer.open(places[place], for: channel), place: place)
                keep(connection, for: channel)
                return connection
            } catch {
                if Task.isCancelled { throw error }
                failures.append(error)
            }
        }
        throw Self.gravest(failures)
    }

    /// What a person should hear of, when every place has failed.
    private static func gravest(_ failures: [RelayFailure]) -> RelayFailure {
        let order: [RelayFailure] = [.wrongKey, .strange(status: nil), .tooSlow, .unreachable]
        return order.first { failures.contains($0) } ?? failures.first ?? .unreachable
    }

    private func keep(_ connection: Connection, for channel: Channel) {
        connection.whenClosed { [weak self, weak connection] in
            guard let self, let connection else { return }
            lanes.withLock { $0.forget(connection, of: channel) }
        }
        for surplus in lanes.withLock({ $0.put(connection, on: channel) }) { surplus.close() }
    }

    /// Waits for the turn on a channel. False when the task was told to stop meanwhile.
    private func enter(_ channel: Channel) async -> Bool {
        let ticket = lanes.withLock { $0.ticket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let isSettled: Bool? = lanes.withLock { lanes in
                    // Looked at here, so that whoever cancels either is seen now or finds the ticket in the line.
                    if Task.isCancelled { return false }
                    if lanes.take(channel) { return true }
                    lanes.wait(turn, ticket: ticket, for: channel)
                    return nil
                }
                if let isSettled { turn.resume(returning: isSettled) }
            }
        } onCancel: {
            lanes.withLock { $0.withdraw(ticket, from: channel) }?.resume(returning: false)
        }
    }

    private func leave(_ channel: Channel) {
        let (next, surplus) = lanes.withLock { $0.leave(channel) }
        next?.resume(returning: true)
        for connection in surplus { connection.close() }
    }
}
