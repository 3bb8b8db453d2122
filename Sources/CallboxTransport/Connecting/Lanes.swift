internal import CallboxClient

/// Which connections stand, and whose turn it is: a lane for each channel, with at most one connection, used by one at a time in the order in which they came. At
/// most so many connections are kept; those that were used least recently go. A request under way is never cut off to make room for another.
struct Lanes<Connection: AnyObject, Waiter> {
    private struct Lane {
        var connection: Connection?
        var isTaken = false
        var waiting: [(ticket: UInt64, waiter: Waiter)] = []
        var lastUse: UInt64 = 0

        var isNeeded: Bool { connection != nil || isTaken }
    }

    private let limit: Int
    private var lanes: [CallboxClient.Channel: Lane] = [:]
    private var uses: UInt64 = 0
    private var tickets: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    /// All connections there are.
    var connections: [Connection] { lanes.values.compactMap(\.connection) }

    /// A name for one who may have to wait.
    mutating func ticket() -> UInt64 {
        tickets += 1
        return tickets
    }

    /// Takes a lane. False when somebody has it.
    mutating func take(_ channel: CallboxClient.Channel) -> Bool {
        guard !lanes[channel, default: Lane()].isTaken else { return false }
        lanes[channel, default: Lane()].isTaken = true
        return true
    }

    /// Stands in line for a lane that somebody has.
    mutating func wait(_ waiter: Waiter, ticket: UInt64, for channel: CallboxClient.Channel) {
        lanes[channel]?.waiting.append((ticket, waiter))
    }

    /// Steps out of the line. Nil for one who does not stand there, or no longer.
    mutating func withdraw(_ ticket: UInt64, from channel: CallboxClient.Channel) -> Waiter? {
        guard let place = lanes[channel]?.waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return lanes[channel]?.waiting.remove(at: place).waiter
    }

    /// The connection of a lane that one has taken.
    func connection(of channel: CallboxClient.Channel) -> Connection? { lanes[channel]?.connection }

    /// Puts a new connection on a lane that one has taken. Returns those that are to be closed: the one before it, and what is too much now.
    mutating func put(_ connection: Connection, on channel: CallboxClient.Channel) -> [Connection] {
        let before = lanes[channel]?.connection
        lanes[channel]?.connection = connection
        return [before].compactMap { $0 } + surplus()
    }

    /// Gives a lane back. Returns the next in line, who has it then, and the connections that are to be closed.
    mutating func leave(_ channel: CallboxClient.Channel) -> (next: Waiter?, surplus: [Connection]) {
        guard var lane = lanes[channel] else { return (nil, []) }
        uses += 1
        lane.lastUse = uses
        let next = lane.waiting.isEmpty ? nil : lane.waiting.removeFirst().waiter
        lane.isTaken = next != nil
        lanes[channel] = lane.isNeeded ? lane : nil
        return (next, surplus())
    }

    /// A connection has ended.
    mutating func forget(_ connection: Connection, of channel: CallboxClient.Channel) {
        guard lanes[channel]?.connection === connection else { return }
        lanes[channel]?.connection = nil
        if lanes[channel]?.isNeeded == false { lanes[channel] = nil }
    }

    private mutating func surplus() -> [Connection] {
        var surplus: [Connection] = []
        var idle = lanes.filter { !$0.value.isTaken && $0.value.connection != nil }
        var open = connections.count
        while open > limit, let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            if let connection = oldest.value.connection { surplus.append(connection) }
            idle[oldest.key] = nil
            lanes[oldest.key] = nil
            open -= 1
        }
        return surplus
    }
}
