import Allocations

/// Two ways to spend time, measured in turns in one run: machines drift, their ratio hardly does.
struct Comparison {
    let name: String
    /// Microseconds an operation costs, and microseconds the primitives it cannot do without cost; medians over all rounds.
    let ours, floor: Double
    /// Median over all rounds of the ratio within each round.
    let ratio: Double
    let allocations: Double

    init(_ name: String, rounds: Int = 41, batch: Int, ours: (Int) -> Void, floor: (Int) -> Void) {
        self.name = name
        var samples: [(ours: Double, floor: Double)] = []
        ours(max(1, batch / 10))
        floor(max(1, batch / 10))
        let before = allocations_so_far()
        ours(batch)
        allocations = Double(allocations_so_far() - before) / Double(batch)
        for _ in 0..<rounds {
            samples.append((Self.time(batch, ours), Self.time(batch, floor)))
        }
        self.ours = Self.median(samples.map(\.ours))
        self.floor = Self.median(samples.map(\.floor))
        ratio = Self.median(samples.map { $0.ours / $0.floor })
    }

    func report(goal: Double?) -> Bool {
        let held = goal.map { ratio <= $0 } ?? true
        let verdict = goal.map { held ? "  goal ≤ \($0): held" : "  goal ≤ \($0): MISSED" } ?? ""
        print(
            Self.padded(name, 46), Self.right(ours, 9, 1), "µs", Self.right(1_000_000 / ours, 9, 0), "/s",
            Self.right(floor, 9, 1), "µs", Self.right(ratio, 6, 2), Self.right(allocations, 8, 1), verdict)
        return held
    }

    static func header() {
        print(
            padded("one core; medians; raw = the calls it needs", 46),
            "     ours             rate       raw    ratio  mallocs")
    }

    private static func time(_ batch: Int, _ body: (Int) -> Void) -> Double {
        let duration = ContinuousClock().measure { body(batch) }
        return Double(duration.components.attoseconds) / 1e12 / Double(batch)
            + Double(duration.components.seconds) * 1e6 / Double(batch)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ value: Double, _ width: Int, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = (value * scale).rounded() / scale
        let text = digits == 0 ? String(Int(whole)) : String(whole)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
