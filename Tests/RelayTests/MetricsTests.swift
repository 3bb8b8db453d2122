import CallboxWire
import Testing

@testable import CallboxRelay

@Suite("Metrics")
struct MetricsTests {
    private static func text(_ metrics: RelayMetrics) -> String {
        MetricsText.encode(metrics, RelayGauges(cellsHeld: 5, mailboxes: nil, diskFreeBytes: 7))
    }

    @Test("The text is what Prometheus reads: a heading for each metric, one value a line, and an end of line")
    func format() {
        let metrics = RelayMetrics()
        metrics.countRequest(route: "/v1/drops/{address}", status: 204)
        metrics.countRequest(route: "/v1/drops/{address}", status: 204)
        metrics.countRequest(route: "NotFound", status: 404)
        metrics.count(.cellsAccepted, 3)
        metrics.connectionOpened()
        let text = Self.text(metrics)
        #expect(text.hasSuffix("\n"))
        #expect(text.contains("callbox_requests_total{route=\"/v1/drops/{address}\",status=\"2xx\"} 2\n"))
        #expect(text.contains("callbox_requests_total{route=\"other\",status=\"4xx\"} 1\n"))
        #expect(text.contains("# TYPE callbox_cells_accepted_total counter\ncallbox_cells_accepted_total 3\n"))
        #expect(text.contains("callbox_cells_acknowledged_total 0\n"))
        #expect(text.contains("callbox_connections 1\n"))
        #expect(text.contains("callbox_cells_held 5\n"))
        #expect(text.contains("callbox_disk_free_bytes 7\n"))
        // What could not be measured is left out, and not said to be nothing.
        #expect(!text.contains("callbox_mailboxes"))
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            #expect(line.split(separator: " ").count == 2)
            #expect(Double(line.split(separator: " ")[1]) != nil)
        }
    }

    @Test("The histogram of commits is cumulative and ends with all of them")
    func histogram() {
        let metrics = RelayMetrics()
        for seconds in [0.000_1, 0.004, 0.004, 9] { metrics.countCommit(seconds: seconds) }
        let text = Self.text(metrics)
        #expect(text.contains("callbox_commit_seconds_bucket{le=\"0.0005\"} 1\n"))
        #expect(text.contains("callbox_commit_seconds_bucket{le=\"0.005\"} 3\n"))
        #expect(text.contains("callbox_commit_seconds_bucket{le=\"2.5\"} 3\n"))
        #expect(text.contains("callbox_commit_seconds_bucket{le=\"+Inf\"} 4\n"))
        #expect(text.contains("callbox_commit_seconds_count 4\n"))
    }

    @Test("No number of different paths makes the labels grow without end, and none breaks out of its quotes")
    func closedLabels() {
        let metrics = RelayMetrics()
        for number in 0..<10_000 { metrics.countRequest(route: "/\(number)", status: 200) }
        metrics.countRequest(route: "/\"} 1\nevil 1", status: 200)
        #expect(metrics.snapshot.requests.count <= 64 * 5 + 1)
        #expect(!Self.text(metrics).contains("evil"))
    }
}
