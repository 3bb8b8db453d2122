import CallboxProgram
import CallboxSealing
import Fuzzing

/// A stored handoff, to which then everything happens.
@main
struct HandoffTarget: FuzzTarget {
    private static let consents = [3, 4].map {
        ConsentHash(unchecked: [UInt8](repeating: $0, count: ConsentHash.byteCount))
    }

    static func decode(_ bytes: [UInt8]) {
        let handoff = RoundTrip.exact(bytes, { try Handoff(stored: $0) }, \.stored)
        guard let handoff else { return }
        precondition((try? Handoff(stored: handoff.stored)) == handoff, "stored it is another handoff")
        for today in [Day(0), handoff.through, Day(.max)] {
            let events: [HandoffEvent] = [
                .dayBegan, .consented(consents[0], through: today), .declined, .introduced, .accepted, .refused,
                .firstContact, .closingConsented(consents[1], through: today), .ended(.engaged), .revoked(consents[0]),
                .revoked(consents[1]), .revoked(handoff.consent ?? .none),
            ]
            for event in events { happen(event, to: handoff, on: today) }
            var last = handoff
            for event in events { _ = try? last.apply(event, by: event.person, on: today) }
            precondition((try? Handoff(stored: last.stored)) == last, "in the end it cannot be stored")
        }
    }

    private static func happen(_ event: HandoffEvent, to handoff: Handoff, on today: Day) {
        var next = handoff
        let effects = try? next.apply(event, by: event.person, on: today)
        precondition(effects != nil || next == handoff, "a refused event changed something")
        precondition((try? Handoff(stored: next.stored)) == next, "stored it is another handoff")
    }
}
