internal import CallboxCrypto
package import CallboxProgram
internal import CallboxSealing
package import CallboxWire

/// Fetching tokens, by the calendar.
extension Callbox {
    /// After how many seconds an order that the relay answered wrongly, or a code that it does not know, is tried again: a day.
    private static let pause: UInt64 = 86_400

    /// Fetches the batch of this epoch, if it is due. What goes wrong is given back: nothing depends on it, for work does instead.
    /// - Throws: `CancellationError`, or what the store throws.
    func fetchTokens() async throws -> [Trouble] {
        guard let epoch = try dueEpoch() else { return [] }
        do {
            guard let order = try await order(for: epoch), let buyer = try buyer() else { return [] }
            let program = try store.read { try $0.existing(.person).program }
            let answer = try await relay.tokens(order.tokenRequest(), of: program, by: buyer)
            let tokens = try order.tokens(from: answer, under: store.key)
            try store.change { records in
                // Another process may have had the same answer.
                guard try records.value(.batch(epoch.number)) == order else { return }
                records.put(nil, in: .batch(epoch.number))
                try changePurse(&records) { $0.put(tokens, of: epoch) }
            }
            return []
        } catch RelayFailure.refused(.batchTaken, let after) {
            try settle(epoch)
            return [.relay(.refused(.batchTaken, after: after))]
        } catch let failure as RelayFailure {
            if case .refused(let problem, _) = failure, !problem.mayBeRetriedLater { try postpone(epoch) }
            return [.relay(failure)]
        } catch BatchOrder.Failure.wrongKey {
            try postpone(epoch)
            return [.wrongTokenKey]
        } catch BatchOrder.Failure.damaged {
            try settle(epoch)
            return [.fault("batch/\(epoch.number)")]
        }
    }

    /// Takes a token out of the purse, to be attached to something in the same change; nil when there is none.
    package static func takeToken(on today: Day, from records: inout Records) throws -> Token? {
        guard var purse = try records.value(.purse), let token = purse.take(on: today) else { return nil }
        records.put(purse, in: .purse)
        return token
    }

    /// Keeps an officer's enrolment code.
    package static func keep(_ code: EnrolmentCode, under key: StateKey, in records: inout Records) {
        var random = SystemRandom()
        var writer = SecretWriter(capacity: 64)
        writer.put([UInt8](code.symbols.utf8))
        records.put(key.seal(writer, for: Record.code.name, random: &random), in: .code)
    }

    // MARK: When, and what

    /// The epoch whose batch is due now; its moment is drawn once, and stored.
    private func dueEpoch() throws -> TokenEpoch? {
        let now = clock.now
        let today = Day(of: now)
        // Most of the time there is nothing to be done, and nothing to be stored.
        let isSettled = try store.read { records in
            guard let program = try programs.program(in: records)?.program,
                let epoch = program.document.content.tokenEpochs.first(where: { $0.contains(today) })
            else { return true }
            let plan = try records.value(.purse)?.plans.first { $0.epoch == epoch.number }
            return plan.map { $0.isSettled || now < $0.due } ?? false
        }
        guard !isSettled else { return nil }
        return try store.change { records in
            let program = try programs.program(in: records)?.program
            guard let epoch = program?.document.content.tokenEpochs.first(where: { $0.contains(today) }) else {
                return nil
            }
            var random = SystemRandom()
            var due: Instant?
            try changePurse(&records) { purse in
                purse.forget(on: today)
                due = purse.due(for: epoch, at: now, random: &random)
            }
            for name in records.names(beginning: Record<BatchOrder>.batches)
            where name != Record.batch(epoch.number).name { records[name] = nil }
            guard let due, due <= now else { return nil }
            return epoch
        }
    }

    /// The order of an epoch: the one that is stored, or a new one, stored before anybody is asked.
    private func order(for epoch: TokenEpoch) async throws -> BatchOrder? {
        if let order = try store.read({ try $0.value(.batch(epoch.number)) }), order.epoch == epoch { return order }
        guard try buyer() != nil else { return nil }
        let count = try await min(Purse.batchLimit, relay.statement().batchTokens)
        return try store.change { records in
            if let order = try records.value(.batch(epoch.number)), order.epoch == epoch { return order }
            guard let identity = try programs.program(in: records)?.program?.document.content.relays.first?.identityKey
            else { return nil }
            var random = SystemRandom()
            let order = try BatchOrder.make(
                epoch, count: max(1, count), at: identity, sealedUnder: store.key, random: &random)
            records.put(order, in: .batch(epoch.number))
            return order
        }
    }

    /// Who buys: a member by SIGK, an officer by the code; nil for an officer without one.
    private func buyer() throws -> TokenBuyer? {
        try store.read { records in
            if try records.existing(.person).memberID != nil {
                return try .member(store.key.memberSigner(in: records))
            }
            guard let sealed = try records.value(.code) else { return nil }
            var reader = try store.key.open(sealed, for: Record.code.name)
            guard let symbols = try? reader.take(reader.remaining),
                let code = try? EnrolmentCode(String(decoding: symbols, as: UTF8.self))
            else { throw StateError.damaged(Record.code.name) }
            return .code(code)
        }
    }

    private func settle(_ epoch: TokenEpoch) throws {
        try store.change { records in
            records.put(nil, in: .batch(epoch.number))
            try changePurse(&records) { $0.settle(epoch.number) }
        }
    }

    private func postpone(_ epoch: TokenEpoch) throws {
        let later = clock.now.later(by: Self.pause)
        try store.change { records in try changePurse(&records) { $0.postpone(epoch.number, until: later) } }
    }

    private func changePurse(_ records: inout Records, _ change: (inout Purse) -> Void) throws {
        var purse = try records.value(.purse) ?? Purse()
        change(&purse)
        records.put(purse, in: .purse)
    }
}

extension Record where Value == Sealed {
    /// An officer's enrolment code.
    package static var code: Self { Self("code") }
}

extension Trouble {
    /// The relay answered under a key of its own choosing.
    static let wrongTokenKey = Trouble(
        .notTrusted, "The relay gave tokens under another key than the program's: it could tell people apart by them.",
        meaning: "They were not taken. Everything works without them, only slower: this machine computes instead.",
        remedy: "It is tried again tomorrow. If it stays so, tell a coordinator, not over Callbox.")
}
