@testable import CallboxSealing
import CallboxTesting
import Testing

@Suite("Schedules of two ends and a misbehaving relay")
struct ScheduleTests {
    @Test("Every schedule of six steps keeps to the oracle", arguments: 0..<2)
    func exhaustive(first: Int) throws {
        // The two halves run beside each other: the first step is a send of the initiator, or a futile one of the responder.
        var start = try Schedule(seed: 100)
        start.take(start.steps(restores: false)[first])
        var visited = 0
        explore(start, depth: 6 - 1, &visited)
        #expect(visited > 300)
    }

    private func explore(_ schedule: Schedule, depth: Int, _ visited: inout Int) {
        visited += 1
        #expect(schedule.failures.isEmpty)
        guard depth > 0 else { return }
        for step in schedule.steps(restores: true) {
            var next = schedule
            next.take(step)
            explore(next, depth: depth - 1, &visited)
        }
    }

    @Test("Every schedule of six steps of three in a room keeps to the oracle", arguments: 0..<3)
    func trio(second: Int) throws {
        // Who speaks first does not matter before anything is said, except for the end of the session that it is: the officer
        // holds initiators' ends, the clinician responders', the peer one of each. The peer begins.
        var start = try Trio(seed: 200)
        start.take(.send(1))
        let steps = start.steps
        var visited = 0
        for (index, step) in steps.enumerated() where index % 3 == second {
            var next = start
            next.take(step)
            explore(next, depth: 6 - 2, &visited)
        }
        #expect(visited > 300)
    }

    private func explore(_ trio: Trio, depth: Int, _ visited: inout Int) {
        visited += 1
        #expect(trio.failures.isEmpty)
        guard depth > 0 else { return }
        for step in trio.steps {
            var next = trio
            next.take(step)
            explore(next, depth: depth - 1, &visited)
        }
    }

    @Test("Long random schedules keep to the oracle", arguments: 0..<12 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var schedule = try Schedule(seed: seed)
        var dice = SeededRandom(seed: seed &+ 1_000)
        for _ in 0..<120 {
            let steps = schedule.steps(restores: seed.isMultiple(of: 3))
            // Half of the steps are sends and restores, so that turns happen; the rest delivers anything, old or new.
            let pick = Int(dice.bytes(1)[0])
            let sends = steps.count - schedule.flights.count
            let isSend = pick & 1 == 0 || schedule.flights.isEmpty
            let value = Int(dice.bytes(1)[0])
            let index =
                isSend ? (value % sends < 2 ? value % sends : steps.count - 1) : 2 + value % schedule.flights.count
            schedule.take(steps[index])
        }
        #expect(schedule.failures.isEmpty)
        // A restored end may have lost the other for good; without one, much must have arrived.
        let shown = schedule.initiator.shown.count + schedule.responder.shown.count
        #expect(shown > (seed.isMultiple(of: 3) ? 0 : 10))
    }
}
