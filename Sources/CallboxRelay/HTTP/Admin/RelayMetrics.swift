internal import CallboxWire
internal import Synchronization

/// What the relay counts. The set is closed, and so are its labels: a route's template and the first digit of a
/// status. There is no way to put an identifier, address, key or size of anybody in here.
package final class RelayMetrics: Sendable {
    /// A counted thing that only rises.
    package enum Counter: String, CaseIterable, Sendable {
        case cellsAccepted = "callbox_cells_accepted_total"
        case cellsCollected = "callbox_cells_collected_total"
        case cellsAcknowledged = "callbox_cells_acknowledged_total"
        case cellsExpired = "callbox_cells_expired_total"
        case connectionsRefused = "callbox_connections_refused_total"
        case damageFound = "callbox_damage_found_total"

        var help: String {
            switch self {
            case .cellsAccepted: "Deposits that were answered with yes, repeats counted again."
            case .cellsCollected: "Cells handed out, again counted again."
            case .cellsAcknowledged: "Cells in acknowledgements that were answered with yes, repeats counted again."
            case .cellsExpired: "Cells erased because their time was over."
            case .connectionsRefused: "Connections closed because too many were open."
            case .damageFound: "Stored things that were found damaged and set aside."
            }
        }
    }

    /// The upper bounds of the commit histogram, in seconds.
    static let bounds = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
    /// More templates than the router has: a second fence in front of an open label set.
    private static let routeLimit = 64

    struct Request: Hashable, Comparable {
        let route: String
        let statusClass: Int

        static func < (left: Self, right: Self) -> Bool {
            (left.route, left.statusClass) < (right.route, right.statusClass)
        }
    }

    struct Values {
        var counters: [Counter: Int] = [:]
        var requests: [Request: Int] = [:]
        var connections = 0
        var commitGroups = 0
        var commitSeconds = 0.0
        var commits = [Int](repeating: 0, count: RelayMetrics.bounds.count + 1)
    }

    private let values = Mutex(Values())

    /// Everything at zero.
    package init() {}

    /// Counts things.
    package func count(_ counter: Counter, _ number: Int = 1) {
        values.withLock { $0.counters[counter, default: 0] += number }
    }

    /// Counts a request by the template of its route; nil when there was none.
    package func countRequest(route: String?, status: Int) {
        values.withLock { values in
            var request = Request(route: Self.label(route), statusClass: status / 100)
            if values.requests[request] == nil, values.requests.count >= Self.routeLimit * 5 {
                request = Request(route: "other", statusClass: request.statusClass)
            }
            values.requests[request, default: 0] += 1
        }
    }

    /// Counts a refusal that came before any route.
    func countRefusal(_ problem: Problem) { countRequest(route: nil, status: problem.status) }

    /// Counts a group commit and how long it took, its fsync included.
    package func countCommit(seconds: Double) {
        values.withLock { values in
            values.commitGroups += 1
            values.commitSeconds += seconds
            values.commits[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        }
    }

    func connectionOpened() { values.withLock { $0.connections += 1 } }
    func connectionClosed() { values.withLock { $0.connections -= 1 } }
    func connectionRefused() { count(.connectionsRefused) }

    /// All of it at one moment.
    var snapshot: Values { values.withLock { $0 } }

    /// The router's own template, and only that: it has no character that text exposition would have to escape.
    private static func label(_ route: String?) -> String {
        guard let route, route.hasPrefix("/") else { return "other" }
        return route.contains { $0 == "\"" || $0 == "\\" || $0.isNewline } ? "other" : route
    }
}
