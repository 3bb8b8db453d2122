internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import Synchronization

extension Callbox {
    /// How many mailboxes are waited at, at a time.
    private static let pollsAtOnce = 64
    /// How many seconds one waits at a mailbox; fewer when there are more mailboxes than are waited at.
    private static let longWait = 50
    private static let shortWait = 5

    /// Stays in touch with the relay until it is told to stop: waits at every mailbox, sends what is said, keeps up with the program. `happened` is told what
    /// is new after it is stored, and whether the relay answers.
    /// - Throws: `CancellationError` when it was told to stop; `Trouble` when this machine fails.
    public func stayInTouch(_ happened: @escaping @Sendable (Happening) async -> Void) async throws {
        let teller = Teller(happened)
        try await Trouble.telling {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.keepUpForever(teller) }
                group.addTask { try await self.sendForever(teller) }
                group.addTask { try await self.collectForever(teller) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    // MARK: Sending

    /// Sends whenever something was said, when a session is to be healed, and once a minute.
    private func sendForever(_ teller: Teller) async throws {
        var failures = 0
        var told: [Trouble] = []
        while true {
            let rings = bell.rings
            // First what was said, for somebody waits for it; to look through all sessions takes longer.
            var report = try await sendAll()
            if !report.isCutOff {
                report.merge(try await beginOrdered())
                try heal()
                report.merge(try await sendAll())
            }
            // First that the relay is there again, then what went out by that.
            if !report.isCutOff, report.hasMoved { await teller.reached() }
            await teller.tell(report.changed)
            if report.hasMoved { told = [] }
            if !report.isCutOff { await teller.tell(report.troubles, unless: &told) }
            failures = report.isCutOff ? failures + 1 : 0
            if report.isCutOff, let trouble = report.troubles.last { await teller.lost(trouble) }
            let pause = report.isCutOff ? Backoff.seconds(after: failures) : 60
            try await bell.wait(after: rings, orSeconds: try nextDue(within: pause), by: clock)
        }
    }

    /// In how many seconds something is to be done, at most `pause`.
    private func nextDue(within pause: Double) throws -> Double {
        let now = clock.now
        let due = try store.read { records in
            let rests = try records.names(beginning: Record<OutboxItem>.outbox)
                .compactMap { try records.value(Record<OutboxItem>($0))?.notBefore }.min()
            return [try talk.healing(in: records).next, rests].compactMap(\.self).min()
        }
        guard let due, due > now else { return pause }
        return min(pause, Double(due.seconds - now.seconds))
    }

    // MARK: Collecting

    /// Waits at every mailbox, at new ones as they are made.
    private func collectForever(_ teller: Teller) async throws {
        let waited = Waited()
        let permits = Permits(Self.pollsAtOnce)
        try await withThrowingTaskGroup(of: MailboxAddress?.self) { group in
            while true {
                let rings = bell.rings
                let all = try collectable()
                let wait = all.count > Self.pollsAtOnce ? Self.shortWait : Self.longWait
                for address in all where waited.begin(address) {
                    group.addTask {
                        defer { waited.end(address) }
                        try await self.collectForever(from: address, wait: wait, permits, teller)
                        return address
                    }
                }
                group.addTask {
                    try await self.bell.wait(after: rings, orSeconds: 60, by: self.clock)
                    return nil
                }
                // Mailboxes that are over end their task: they are passed over until the bell rings, or the minute is up.
                while let ended = try await group.next(), ended != nil {}
            }
        }
    }

    private func collectForever(
        from address: MailboxAddress, wait: Int, _ permits: Permits, _ teller: Teller
    ) async throws {
        var failures = 0
        var isReached = false
        while true {
            do {
                // The first answer comes at once: whoever opens a chat, or has lost the relay, is not to look at “connecting” until something is said.
                let wait = isReached ? wait : 0
                let began = clock.now
                let collected = try await permits.with { try await collect(from: address, wait: wait) }
                failures = 0
                isReached = true
                await teller.reached()
                await teller.tell(collected.changed)
                if collected.isOver { return }
                if try await lookAgain() { bell.ring() }
                // A relay that does not wait, or gives the same again, or noise, is not asked without a pause.
                if collected.changed.isEmpty, clock.now < began.later(by: UInt64(wait) / 2) {
                    try await clock.sleep(seconds: Backoff.seconds(after: 1))
                }
            } catch let failure as RelayFailure {
                failures += 1
                isReached = false
                await teller.lost(.relay(failure))
                try await clock.sleep(seconds: Backoff.seconds(after: failures))
            }
        }
    }

    // MARK: Keeping up

    private func keepUpForever(_ teller: Teller) async throws {
        var told: [Trouble] = []
        while true {
            let troubles = try await keepUp()
            // A relay that does not answer is noticed where one waits for it.
            await teller.tell(troubles.filter { $0.kind != .network }, unless: &told)
            try tend()
            try await clock.sleep(seconds: 600)
        }
    }
}

/// How long to leave the relay alone.
enum Backoff {
    /// 2, 4, 8 … seconds, at most five minutes, and by chance between half and all of it: so that not everybody comes back at once.
    static func seconds(after failures: Int) -> Double {
        var random = SystemRandom()
        let draw = Double(random.bytes(2).reduce(0) { $0 << 8 | Int($1) }) / 65_536
        return min(pow2(failures), 300) * (0.5 + draw / 2)
    }

    private static func pow2(_ exponent: Int) -> Double { Double(1 << min(max(exponent, 0), 16)) }
}

/// The mailboxes that are waited at.
private final class Waited: Sendable {
    private let addresses = Mutex<Set<MailboxAddress>>([])

    /// Whether nobody waited there.
    func begin(_ address: MailboxAddress) -> Bool { addresses.withLock { $0.insert(address).inserted } }

    func end(_ address: MailboxAddress) { addresses.withLock { _ = $0.remove(address) } }
}

/// Tells what happened, and of the connection only when it changes.
private final class Teller: Sendable {
    private let happened: @Sendable (Happening) async -> Void
    private let isConnected = Mutex<Bool?>(nil)

    init(_ happened: @escaping @Sendable (Happening) async -> Void) { self.happened = happened }

    func tell(_ changed: Set<Int>) async {
        for conversation in changed.sorted() { await happened(.changed(conversation: conversation)) }
    }

    /// Each of them, unless it was told before.
    func tell(_ troubles: [Trouble], unless told: inout [Trouble]) async {
        for trouble in troubles where !told.contains(trouble) {
            told.append(trouble)
            await happened(.troubled(trouble))
        }
    }

    func reached() async {
        if change(to: true) { await happened(.connected) }
    }

    func lost(_ trouble: Trouble) async {
        if change(to: false) { await happened(.disconnected(trouble)) }
    }

    private func change(to isNow: Bool) -> Bool {
        isConnected.withLock { before in
            defer { before = isNow }
            return before != isNow
        }
    }
}
