internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Keeps up with the program: its word on the newest document, its roots, documents and bulletins. Everything that the relay shows is held against
/// what is believed here, in one change with what it changes. What is refused changes nothing and is told.
struct Upkeep: Sendable {
    let store: any RecordStore
    let relay: any Relay
    let programs: ProgramCache
    let clock: any ClientClock

    /// One round.
    /// - Throws: `CancellationError`, or what the store throws. What the relay does wrong is in what is given back.
    func run() async throws -> [Trouble] {
        var troubles: [Trouble] = []
        try await attempt(&troubles) { try await freshness() }
        let state = try current()
        if try wantsDocument(state) || troubles.contains(where: \.isRefusal) {
            let root = state.root.digest
            try await attempt(&troubles) { try await roots() }
            // What could not be checked under the root before says nothing.
            if try current().root.digest != root { troubles.removeAll() }
            try await attempt(&troubles) { try await document() }
        }
        if try current().isMissingBulletins { try await attempt(&troubles) { try await bulletins() } }
        try await olderDocuments(&troubles)
        let now = clock.now
        try store.change { records in
            var log = try records.value(.upkeep) ?? UpkeepRecord()
            log.tried = now
            log.refused = troubles.filter(\.isRefusal).map(\.happened)
            records.put(log, in: .upkeep)
            try Self.prune(&records, programs: programs, at: now)
        }
        return troubles
    }

    /// Whether there may be a newer document: nobody has said that there is none, or something that came was made under a newer one.
    private func wantsDocument(_ state: ProgramState) throws -> Bool {
        guard let program = state.program, state.root.document.onlineKey != nil, state.statement != nil, !state.isBehind
        else { return true }
        let wanted = try store.read { try $0.value(.upkeep)?.wanted ?? [] }
        return wanted.contains { $0 > program.version }
    }

    // MARK: One document after the other

    private func freshness() async throws {
        let program = try programID()
        guard try current().root.document.onlineKey != nil else { return }
        do {
            let envelope = try await relay.freshness(of: program)
            try accept { state throws(ProgramError) in _ = try state.accept(freshness: envelope, at: clock.now) }
        } catch RelayFailure.refused(.noSuchDocument, _) {
            // After a root with another online key there is none for a while: how long that may last is for `checkNewSession`.
            return
        }
    }

    private func roots() async throws {
        let chain = try await relay.roots(of: programID())
        var isOnlineKeyNew = false
        try accept { state throws(ProgramError) in
            let before = state.root.document.onlineKey
            _ = try state.accept(roots: chain)
            isOnlineKeyNew = state.root.document.onlineKey != before
        }
        // What the old online key could not say, the new one may have said already.
        if isOnlineKeyNew { try await freshness() }
    }

    private func document() async throws {
        let envelope = try await relay.document(of: programID(), version: nil)
        try store.change { records in
            guard var state = try programs.program(in: records) else { throw StateError.missing(Record.program.name) }
            let before = state.program
            let acceptance = try state.accept(program: envelope)
            guard acceptance != .unchanged || before?.envelope != envelope else { return }
            records.put(state, in: .program)
            if let before, before.version != state.program?.version {
                records.put(DocumentRecord(before), in: .document(before.version))
            }
            if acceptance == .acceptedAfterGap {
                var log = try records.value(.upkeep) ?? UpkeepRecord()
                log.hadGap = true
                records.put(log, in: .upkeep)
            }
        }
    }

    private func bulletins() async throws {
        let read = try current().bulletins.head?.index ?? 0
        let page = try await relay.bulletins(of: programID(), after: read == 0 ? 0 : read - 1)
        try store.change { records in
            guard var state = try programs.program(in: records) else { throw StateError.missing(Record.program.name) }
            let news = try state.accept(bulletins: page)
            records.put(state, in: .program)
            var kept = try records.value(.bulletins) ?? BulletinsRecord()
            kept.add(news.bulletins)
            records.put(kept, in: .bulletins)
            if news.isAfterGap {
                var log = try records.value(.upkeep) ?? UpkeepRecord()
                log.hadBulletinGap = true
                records.put(log, in: .upkeep)
            }
        }
    }

    /// The book of a day, whole, so that the relay does not learn whom somebody looks for. A member looks for their own sheet in it.
    func book(on day: Day) async throws -> SheetBook {
        let book = try await relay.book(of: programID(), on: day)
        guard book.day == day else { throw ProgramError.window }
        try store.change { records in try OwnSheets.check(book, in: &records) }
        return book
    }

    /// Versions that something kept here was made under: an INIT, or a consent.
    private func olderDocuments(_ troubles: inout [Trouble]) async throws {
        let wanted = try store.read { try $0.value(.upkeep)?.wanted ?? [] }
        for version in wanted {
            try await attempt(&troubles) {
                var envelope: SignedEnvelope?
                do {
                    envelope = try await relay.document(of: programID(), version: version)
                } catch RelayFailure.refused(.noSuchDocument, _) {
                    envelope = nil
                }
                try store.change { records in
                    if let envelope { try takeOlder(envelope, version, in: &records) }
                    var log = try records.value(.upkeep) ?? UpkeepRecord()
                    log.wanted.removeAll { $0 == version }
                    records.put(log, in: .upkeep)
                }
            }
        }
    }

    /// An older version that was never accepted here must be signed as the newest must; a newer one is for `document` to take.
    private func takeOlder(_ envelope: SignedEnvelope, _ version: UInt64, in records: inout Records) throws {
        guard let state = try programs.program(in: records), let newest = state.program else { return }
        guard version < newest.version, try records.value(.document(version)) == nil else { return }
        let older = try VerifiedProgram(envelope, under: state.root)
        guard older.version == version else { throw ProgramError.rollback }
        // The links that can be checked are: a version next to one that is here is the one that is named there, or names it.
        let next = version + 1 == newest.version ? newest : try programs.document(version + 1, in: records)
        if let next, next.document.content.previous != older.hash { throw ProgramError.wrongPrevious }
        records.put(DocumentRecord(older), in: .document(version))
    }

    // MARK: How

    private func current() throws -> ProgramState {
        try store.read { records in
            guard let state = try programs.program(in: records) else { throw StateError.missing(Record.program.name) }
            return state
        }
    }

    private func programID() throws -> ProgramID { try store.read { try $0.existing(.person).program } }

    private func accept(_ body: (inout ProgramState) throws(ProgramError) -> Void) throws {
        try store.change { records in
            guard var state = try programs.program(in: records) else { throw StateError.missing(Record.program.name) }
            try body(&state)
            records.put(state, in: .program)
        }
    }

    /// Does one thing; what the relay did wrong becomes a trouble, and the rest goes on.
    private func attempt(_ troubles: inout [Trouble], _ body: () async throws -> Void) async throws {
        try Task.checkCancellation()
        let trouble: Trouble
        do {
            return try await body()
        } catch let error as ProgramError {
            trouble = .program(error)
        } catch let error as RelayFailure {
            trouble = .relay(error)
        }
        // The same in two documents is told once.
        if !troubles.contains(trouble) { troubles.append(trouble) }
    }

    /// Documents that nothing can be checked under any more: handshake.md section 4, handoff.md section 4.
    static func prune(_ records: inout Records, programs: ProgramCache, at now: Instant) throws {
        let needed = try HandoffRecord.neededVersions(in: records)
        let firstDay = records.names(beginning: "sheet/").compactMap { UInt32($0.dropFirst(6)) }.min().map { Day($0) }
        for name in records.names(beginning: "document/") {
            guard let version = UInt64(name.dropFirst(9)), !needed.contains(version) else { continue }
            guard let document = try programs.document(version, in: records) else { continue }
            let expires = Day(of: document.document.content.expires)
            if let firstDay, firstDay <= expires { continue }
            records[name] = nil
        }
    }
}

extension Trouble {
    /// Whether something was shown that does not hold.
    var isRefusal: Bool { kind == .notTrusted || kind == .clock }
}
