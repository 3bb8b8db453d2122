import CallboxWire
import Synchronization
import Testing

@testable import CallboxClient

/// A person with many conversations has many mailboxes, each with its own way to the relay.
@Suite("Many mailboxes")
struct WaysTests {
    @Test("Four are gone to at a time, each of them once")
    func fourAtOnce() async throws {
        let table = Table(seats: 4)
        let report = try await Callbox.someAtOnce(Array(1...12)) { place in
            // Nobody leaves before there are four.
            await table.sit()
            var report = OutboxReport()
            report.changed = [place]
            return report
        }
        #expect(report.changed == Set(1...12))
        #expect(await table.most == 4)
    }

    @Test("Once nobody is reached, no more are tried; a refusal stops nothing")
    func cutOff() async throws {
        for (isCutOff, expected) in [(true, 4), (false, 12)] {
            let tried = Mutex(0)
            let report = try await Callbox.someAtOnce(Array(1...12)) { _ in
                tried.withLock { $0 += 1 }
                var report = OutboxReport()
                report.isCutOff = isCutOff
                report.troubles = [.relay(isCutOff ? .unreachable : .refused(.busy, after: nil))]
                return report
            }
            #expect(tried.withLock { $0 } == expected)
            #expect(report.troubles.count == 1)
        }
    }
}

/// Where whoever comes waits until all seats are taken.
private actor Table {
    private let seats: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var present = 0
    /// How many were there at most.
    private(set) var most = 0

    init(seats: Int) { self.seats = seats }

    func sit() async {
        present += 1
        most = max(most, present)
        if waiting.count == seats - 1 {
            waiting.forEach { $0.resume() }
            waiting = []
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        present -= 1
    }
}
