internal import CallboxProgram
internal import ServiceLifecycle

/// What a relay does when nobody asks: it copies and cuts its log, erases what is over, and keeps count of the time.
package struct Housekeeping: Service {
    /// How often it looks, in seconds; and after how many such looks things are done that need not be done at once.
    private static let beat = 1
    private static let cutEvery = 30
    private static let storeEvery = 3_600
    /// From how many bytes on the log is copied, and from how many it is cut off before its time.
    private static let copyFrom = 4 << 20
    private static let cutFrom = 512 << 20

    private let core: RelayCore

    /// The housekeeping of a relay.
    package init(_ core: RelayCore) { self.core = core }

    /// Goes on until the relay is to stop.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var rounds = Rounds()
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.beat))
                await keep(&rounds)
            }
        }
        _ = try? await core.store.cutLog()
    }

    /// What is remembered from one look to the next.
    package struct Rounds {
        var number = 0
        var sweptOn: Day?
        var isSweeping = false
        var lastCommits = 0

        /// Nothing yet.
        package init() {}
    }

    /// One look. What fails is tried again at the next: the store itself says when the disk has failed.
    package func keep(_ rounds: inout Rounds) async {
        rounds.number += 1
        let time = core.time.advance()
        if rounds.sweptOn != time.day { rounds.isSweeping = true }
        if rounds.isSweeping, await sweepAll(today: time.day) {
            rounds.isSweeping = false
            rounds.sweptOn = time.day
        }
        let log = core.store.logByteCount
        let commits = core.store.commits
        let isQuiet = log > 0 && commits == rounds.lastCommits
        if isQuiet || log > Self.cutFrom || rounds.number % Self.cutEvery == 0 {
            _ = try? await core.store.cutLog()
        } else if log > Self.copyFrom {
            try? await core.store.copyLog()
        }
        rounds.lastCommits = core.store.commits
        if !core.store.ballast.hasRoom { await makeRoom() }
        if rounds.number % Self.storeEvery == 0 {
            try? await core.store.store(time)
            try? await core.store.shrink()
        }
    }

    /// The disk was full: pages that are free by now go back to the file system, until there is room to be held again.
    private func makeRoom() async {
        try? await core.store.shrink()
        _ = try? await core.store.cutLog()
        core.store.ballast.hold()
    }

    /// Sweeps until nothing is left that is over; false when the store could not.
    private func sweepAll(today: Day) async -> Bool {
        // What has dates of its own goes by whichever day is earlier: neither a clock that is ahead for an hour nor a reckoning that
        // began with one may make spent tokens good again, or take today's sheets.
        let day = min(today, core.time.calendarDay)
        let epoch = RelayKeys.epoch(of: day)
        let first = epoch == 0 ? 0 : epoch - 1
        while !Task.isCancelled {
            guard let result = try? await core.store.sweep(today: today, firstEpoch: first),
                let hasMore = try? await core.store.sweepPrograms(today: day, firstEpoch: first)
            else { return false }
            guard result.isPartial || hasMore else { return true }
        }
        return false
    }
}
