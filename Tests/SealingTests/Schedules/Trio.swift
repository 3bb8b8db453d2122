@testable import CallboxSealing
import CallboxTesting
import CallboxWire

/// Officer, peer and clinician in one room: three sessions in pairs, over a relay that also delivers frames to the wrong one.
struct Trio {
    enum Step {
        /// A member says something to both others.
        case send(Int)
        /// A frame of one of the three sessions arrives, for the first time or again.
        case deliver(link: Int, flight: Int)
    }

    /// Who holds which end of which session: the initiator's end first.
    static let pairs = [(0, 1), (0, 2), (1, 2)]

    private(set) var links: [Schedule]
    private(set) var failures: [String] = []

    init(seed: UInt64) throws {
        links = try (0..<3).map { try Schedule(seed: seed + $0) }
        // The three know each other: the first message of each session has arrived.
        for link in links.indices {
            links[link].take(.send(.initiator))
            links[link].take(.deliver(0))
        }
    }

    var steps: [Step] {
        (0..<3).map { .send($0) }
            + links.indices.flatMap { link in
                links[link].flights.indices.dropFirst().map { .deliver(link: link, flight: $0) }
            }
    }

    mutating func take(_ step: Step) {
        switch step {
        case .send(let member):
            for (link, pair) in Self.pairs.enumerated() where pair.0 == member || pair.1 == member {
                links[link].take(.send(pair.0 == member ? .initiator : .responder))
            }
        case .deliver(let link, let flight):
            links[link].take(.deliver(flight))
            for other in links.indices where other != link && links[other].opens(links[link].flights[flight].frame) {
                failures.append("a frame opened in another session")
            }
        }
        failures += links.flatMap(\.failures)
    }
}
