import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Rooms, every small schedule")
struct RoomScheduleTests {
    /// Tries every step from here, to `depth`; the way there is shared. Counts what it has tried.
    private func explore(_ world: RoomWorld, depth: Int, sends: Int, tried: inout Int) throws {
        guard depth > 0 else { return }
        if world.sent < sends {
            for (member, forked) in [(0, false), (0, true), (1, false), (2, false)] {
                var next = world
                _ = try next.send(member, forked: forked)
                try explore(next, depth: depth - 1, sends: sends, tried: &tried)
            }
        }
        for copy in world.copies {
            var next = world
            tried += 1
            let wrong = next.deliver(copy)
            guard wrong.isEmpty else {
                Issue.record("\(wrong)")
                return
            }
            try explore(next, depth: depth - 1, sends: sends, tried: &tried)
        }
    }

    @Test(
        "three members, up to six steps of sending, forking, and receiving in any order, again or never: the view says what is so"
    )
    func exhaustive() throws {
        var tried = 0
        try explore(RoomWorld(), depth: 6, sends: 3, tried: &tried)
        #expect(tried > 10_000)
    }

    @Test("longer schedules by chance, with views stored and read again in between", arguments: 0..<60)
    func random(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var world = try RoomWorld()
        for _ in 0..<60 {
            if world.copies.isEmpty || dice.roll(3) == 0 {
                _ = try world.send(dice.roll(3), forked: dice.roll(12) == 0)
            } else {
                #expect(world.deliver(world.copies[dice.roll(world.copies.count)]) == [])
            }
            let member = dice.roll(3)
            let stored = world.views[member].stored
            #expect(try RoomView(stored: stored) == world.views[member])
            world.views[member] = try RoomView(stored: stored)
        }
    }
}
