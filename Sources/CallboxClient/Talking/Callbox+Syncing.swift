internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Callbox {
    /// Goes to the relay once: keeps up with the program, sends what waits, collects everything that is there, and sends what follows from it. Whatever
    /// goes wrong on the way is in the report, and nothing of it is lost.
    /// - Throws: `Trouble` when this machine fails, or `CancellationError`.
    public func sync() async throws -> SyncReport {
        try await Trouble.telling {
            var report = SyncReport()
            report.troubles = try await keepUp()
            try tend()
            var sent = OutboxReport()
            if try store.read({ try talk.desk.waitsOnConsent(in: $0) }) { sent = try await collectAll() }
            if !sent.isCutOff { sent.merge(try await sendAll()) }
            let collected = sent.isCutOff ? OutboxReport() : try await collectAll()
            sent.merge(collected)
            if !sent.isCutOff {
                if try await lookAgain() { sent.merge(try await collectAll()) }
                sent.merge(try await beginOrdered())
                try heal()
                sent.merge(try await sendAll())
            }
            report.changed = sent.changed.sorted()
            report.hasGivenUp = sent.hasGivenUp
            for trouble in sent.troubles where !report.troubles.contains(trouble) { report.troubles.append(trouble) }
            report.stillWaiting = try store.read { $0.names(beginning: Record<OutboxItem>.outbox).count }
            return report
        }
    }

    /// How often one mailbox is collected from at a time: what the fullest one holds. A relay that gives ever more would keep us for ever.
    private static let mostCollections = 2_176
    /// How often in a row nothing new may come of it: a relay that fills a mailbox with noise is asked again the next time.
    private static let mostInVain = 16

    /// Collects from every mailbox until it is empty. A relay that was not reached for one is not tried for the others.
    func collectAll() async throws -> OutboxReport {
        try await Self.someAtOnce(collectable()) { try await self.collectAll(from: $0) }
    }

    private func collectAll(from address: MailboxAddress) async throws -> OutboxReport {
        var report = OutboxReport()
        do {
            var inVain = 0
            for _ in 0..<Self.mostCollections {
                try Task.checkCancellation()
                let collected = try await collect(from: address, wait: 0)
                report.changed.formUnion(collected.changed)
                inVain = collected.isInVain ? inVain + 1 : 0
                guard collected.isMore, inVain < Self.mostInVain else { break }
            }
        } catch let failure as RelayFailure {
            report.troubles.append(.relay(failure))
            report.isCutOff = failure.isCutOff
        }
        return report
    }

    /// Answers sessions that nobody has answered.
    func heal() throws {
        let due = try store.read { try talk.healing(in: $0).now }
        for session in due { try store.change { _ = try talk.heal(session, records: &$0) } }
    }

    /// Begins the sessions that were ordered, by the sheets of today. The book of a day is fetched whole, so the relay does not learn whom it is for.
    func beginOrdered() async throws -> OutboxReport {
        var report = OutboxReport()
        let orders = try store.read { try talk.orders(in: $0) }
        guard !orders.isEmpty else { return report }
        do {
            let today = Day(of: clock.now)
            let book = try await upkeep.book(on: today)
            for order in orders {
                do {
                    let sheet = try sheet(of: order.member, in: book)
                    try store.change { try talk.begin(order, with: sheet, records: &$0) }
                    report.changed.formUnion(order.conversations)
                } catch let error as ProgramError {
                    report.troubles.append(.program(error))
                } catch let trouble as Trouble {
                    report.troubles.append(trouble)
                }
            }
        } catch let failure as RelayFailure {
            report.troubles.append(.relay(failure))
            report.isCutOff = failure.isCutOff
        } catch let error as ProgramError {
            report.troubles.append(.program(error))
        }
        return report
    }

    /// A member's sheet of today, verified against the roster.
    func sheet(of member: MemberID, in book: SheetBook) throws -> VerifiedSheet {
        let program = try store.read { try programs.program(in: $0)?.program }
        guard let program else { throw ProgramError.noDocument }
        guard let sheet = book.sheet(of: member) else { throw Trouble.noSheet }
        do {
            return try sheet.verify(in: program, now: clock.now)
        } catch ProgramError.badSignature, ProgramError.unusableKey, ProgramError.wrongProgram {
            throw Trouble.forgedSheet
        }
    }

    // MARK: Upkeep

    /// Who keeps up with the program.
    var upkeep: Upkeep { Upkeep(store: store, relay: relay, programs: programs, clock: clock) }

    /// Keeps up with the program, once an hour at most, or at once where the list does not have its own member yet; fetches tokens when the calendar says so; and has a member's sheets published.
    func keepUp(atOnce: Bool = false) async throws -> [Trouble] {
        let now = clock.now
        var troubles: [Trouble] = []
        let isDue = try atOnce || store.read { try isUpkeepDue(at: now, in: $0) }
        if isDue {
            troubles = try await upkeep.run()
            _ = try lookAtKept()
        }
        // Who was not reached for one thing is not tried for the others.
        guard !troubles.contains(where: { $0.kind == .network }) else { return troubles }
        troubles += try await fetchTokens()
        troubles += try await tendMembership()
        // A member whom the relay lets do nothing any more reads in the list why.
        if !isDue, troubles.contains(.relay(.refused(.notPermitted, after: nil))) { troubles += try await upkeep.run() }
        return troubles
    }

    /// A member who was just put on the list is not to hear for an hour that they are on none.
    private func isUpkeepDue(at now: Instant, in records: Records) throws -> Bool {
        if try (records.value(.upkeep) ?? UpkeepRecord()).isDue(at: now) { return true }
        guard let id = try records.existing(.person).memberID else { return false }
        return try programs.program(in: records)?.program?.member(id) == nil
    }

    /// If something that was kept wants a document: fetches it, and looks at what was kept again.
    /// - Returns: whether there was something.
    func lookAgain() async throws -> Bool {
        guard try store.read({ try $0.value(.upkeep)?.wanted.isEmpty == false }) else { return false }
        _ = try await upkeep.run()
        return try lookAtKept()
    }

    private func lookAtKept() throws -> Bool {
        try store.change { records in
            let opened = try talk.retryKept([.document, .day], records: &records)
            let released = try talk.retryHeld(records: &records)
            // A newer list of the program may have lost somebody; an older document may be here that a consent waits for.
            try talk.desk.beginDay(in: &records)
            return !opened.union(released).isEmpty
        }
    }

    /// What days bring: what is too old is erased, and handoffs see the day begin. Once a day.
    func tend() throws {
        let today = Day(of: clock.now)
        guard try store.read({ try $0.value(.tended) != today }) else { return }
        try store.change { records in
            records.put(today, in: .tended)
            try talk.expire(records: &records)
            try talk.tellOfHeld(records: &records)
            try talk.desk.beginDay(in: &records)
        }
    }
}

extension Record where Value == Day {
    /// The day on which the vault was last tended.
    static var tended: Self { Self("tended") }
}
