/// Measured when asked for, and not counted.
package struct RelayGauges: Sendable {
    /// Cells that wait to be collected or acknowledged.
    package var cellsHeld: Int?
    /// Mailboxes.
    package var mailboxes: Int?
    /// Bytes that can still be written where the state is.
    package var diskFreeBytes: Int?

    /// What could be measured; nil is left out.
    package init(cellsHeld: Int?, mailboxes: Int?, diskFreeBytes: Int?) {
        self.cellsHeld = cellsHeld
        self.mailboxes = mailboxes
        self.diskFreeBytes = diskFreeBytes
    }
}

/// The metrics as Prometheus reads them (text exposition format 0.0.4).
enum MetricsText {
    /// The media type.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics and gauges.
    static func encode(_ metrics: RelayMetrics, _ gauges: RelayGauges) -> String {
        let values = metrics.snapshot
        var text = ""
        heading("callbox_requests_total", "counter", "Requests by route and first digit of the status.", &text)
        for (request, count) in values.requests.sorted(by: { $0.key < $1.key }) {
            text += "callbox_requests_total{route=\"\(request.route)\",status=\"\(request.statusClass)xx\"} \(count)\n"
        }
        for counter in RelayMetrics.Counter.allCases {
            heading(counter.rawValue, "counter", counter.help, &text)
            text += "\(counter.rawValue) \(values.counters[counter] ?? 0)\n"
        }
        commits(values, &text)
        gauge("callbox_connections", "Open connections.", values.connections, &text)
        gauge("callbox_cells_held", "Cells that are held.", gauges.cellsHeld, &text)
        gauge("callbox_mailboxes", "Mailboxes that are held.", gauges.mailboxes, &text)
        gauge("callbox_disk_free_bytes", "Room left where the state is.", gauges.diskFreeBytes, &text)
        return text
    }

    private static func commits(_ values: RelayMetrics.Values, _ text: inout String) {
        let name = "callbox_commit_seconds"
        heading(name, "histogram", "Time that a group commit took, its fsync included.", &text)
        var sum = 0
        for (bound, count) in zip(RelayMetrics.bounds, values.commits) {
            sum += count
            text += "\(name)_bucket{le=\"\(bound)\"} \(sum)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(values.commitGroups)\n"
        text += "\(name)_sum \(values.commitSeconds)\n\(name)_count \(values.commitGroups)\n"
    }

    private static func gauge(_ name: String, _ help: String, _ value: Int?, _ text: inout String) {
        guard let value else { return }
        heading(name, "gauge", help, &text)
        text += "\(name) \(value)\n"
    }

    private static func heading(_ name: String, _ type: String, _ help: String, _ text: inout String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }
}
