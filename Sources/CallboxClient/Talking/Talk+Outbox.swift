internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// What waits to leave: in which order it goes, what it is paid with, and what follows from each answer of the relay. One step each, inside one change.
extension Talk {
    /// What came of sending something.
    enum Sent: Equatable {
        /// It has left. The conversation in which that shows.
        case done(Int?)
        /// It was worth nothing to the relay: it is to be paid anew.
        case payAnew
        /// It stays where it is; why.
        case stays(Trouble)
        /// It will never arrive; why, and where that shows.
        case never(Trouble, Int?)
    }

    /// All that waits, by the mailbox that it goes to, in order.
    func lanes(in records: Records) throws -> [[OutboxItem]] {
        var lanes: [MailboxAddress: [OutboxItem]] = [:]
        for name in records.names(beginning: Record<OutboxItem>.outbox) {
            let item = try records.existing(Record<OutboxItem>(name))
            lanes[item.lane, default: []].append(item)
        }
        return lanes.values.sorted { ($0.first?.number ?? 0) < ($1.first?.number ?? 0) }
    }

    /// Whether something may leave now: all that must go before it is gone, and nobody asked to wait.
    func mayLeave(_ item: OutboxItem, in records: Records) -> Bool {
        item.after.allSatisfy { records[Record.out($0).name] == nil } && (item.notBefore ?? now) <= now
    }

    // MARK: Payment

    /// What something is paid with, chosen once and kept with it: a token if there is one. The token is out of the purse in the same change.
    /// - Returns: the item as it is now; nil when it was taken back.
    func pay(_ number: UInt64, with stamp: WorkStamp?, records: inout Records) throws -> OutboxItem? {
        guard var item = try records.value(.out(number)) else { return nil }
        if isStale(item) { item.payment = .due }
        guard item.payment == .due else { return item }
        if var purse = try records.value(.purse), let token = purse.take(on: today) {
            records.put(purse, in: .purse)
            item.payment = .chosen(Authorization.token(token).fieldValue)
        } else if let stamp {
            item.payment = .chosen(Authorization.work(stamp).fieldValue)
        }
        records.put(item, in: .out(number))
        return item
    }

    /// Whether it bears work of a day that no relay takes any more.
    private func isStale(_ item: OutboxItem) -> Bool {
        guard case .chosen(let value) = item.payment, case .work(let stamp)? = try? Authorization(fieldValue: value)
        else { return false }
        let day = today.number
        return stamp.day + 1 < day || stamp.day > day + 1
    }

    /// What work is done for.
    func task(of item: OutboxItem, in records: Records) throws -> WorkTask? {
        switch item.order {
        case .make(let address): try records.value(.mailbox(address)).map { .mailbox($0.collectKey) }
        case .deposit(let deposit): (try? Cell(deposit.cell.bytes)).map { .deposit(to: deposit.address, $0.id) }
        case .delete: nil
        }
    }

    // MARK: Answers

    /// What follows from the relay's answer; nil for yes.
    func settle(_ number: UInt64, _ failure: RelayFailure?, records: inout Records) throws -> Sent {
        guard var item = try records.value(.out(number)) else { return .done(nil) }
        guard let failure else { return .done(try leave(item, records: &records)) }
        guard case .refused(let problem, let after) = failure else { return .stays(.relay(failure)) }
        item.failures += 1
        switch problem {
        case .noSuchAddress, .noSuchMailbox:
            if case .delete = item.order { return .done(try leave(item, records: &records)) }
            guard now < (item.missedSince ?? now).later(by: Self.missedSeconds) else {
                return .never(.mailboxGone, try giveUp(item, records: &records))
            }
            item.missedSince = item.missedSince ?? now
            return .stays(rest(&item, problem, after, for: failure, records: &records))
        case .paymentMissing, .tokenInvalid, .tokenSpent, .workInsufficient:
            // A mailbox that we were told as a session's, and that wants to be paid: nobody owes that.
            if item.payment == .free { return .never(.relay(failure), try giveUp(item, records: &records)) }
            item.payment = .due
            records.put(item, in: .out(number))
            return item.failures.isMultiple(of: 4) ? .stays(.relay(failure)) : .payAnew
        case .mailboxDiffers: return .never(.relay(failure), try giveUp(item, records: &records))
        default: return .stays(rest(&item, problem, after, for: failure, records: &records))
        }
    }

    /// For how long it is believed that a mailbox may come back, in seconds. Nobody signs the word that there is none, and a relay that was put back from a
    /// backup has lost mailboxes until their owners look again.
    static let missedSeconds: UInt64 = 3 * 86_400

    /// It is tried again, not before some time.
    private func rest(
        _ item: inout OutboxItem, _ problem: Problem, _ after: Int?, for failure: RelayFailure, records: inout Records
    ) -> Trouble {
        item.notBefore = now.later(by: UInt64(max(1, min(after ?? patience(problem, item.failures), 86_400))))
        records.put(item, in: .out(item.number))
        return .relay(failure)
    }

    /// For how many seconds something rests when the relay does not say.
    private func patience(_ problem: Problem, _ failures: Int) -> Int {
        switch problem {
        case .uncertain, .busy, .slow: min(5 << min(failures, 6), 300)
        case .nonceReused: 1
        case .mailboxFull, .diskFull, .tooManyRequests, .noSuchAddress: min(60 << min(failures, 6), 3_600)
        default: 3_600
        }
    }

    /// It has left.
    private func leave(_ item: OutboxItem, records: inout Records) throws -> Int? {
        records[Record.out(item.number).name] = nil
        switch item.order {
        case .make(let address):
            guard var mailbox = try records.value(.mailbox(address)) else { return nil }
            mailbox.isMade = true
            records.put(mailbox, in: .mailbox(address))
            return nil
        case .delete(let address):
            records[Record.mailbox(address).name] = nil
            records[RawRecord.taken(address)] = nil
            return nil
        case .deposit: return try handOver(item, as: .handedOver, records: &records)
        }
    }

    /// One cell of an entry is with the relay, or never will be.
    private func handOver(_ item: OutboxItem, as delivery: Delivery, records: inout Records) throws -> Int? {
        guard let conversation = item.conversation, let entry = item.entry,
            var record = try records.value(.conversation(conversation)),
            let place = record.waiting.firstIndex(where: { $0.entry == entry })
        else { return item.conversation }
        record.waiting[place].cells -= 1
        let isOver = record.waiting[place].cells <= 0 || delivery != .handedOver
        if isOver { record.waiting.remove(at: place) }
        records.put(record, in: .conversation(conversation))
        if isOver {
            try records.updateEntry(entry, of: conversation) { entry in
                var entry = entry
                entry.delivery = delivery
                return entry
            }
        }
        return conversation
    }

    /// What goes to this mailbox never arrives: it is taken out, and the person is told.
    private func giveUp(_ item: OutboxItem, records: inout Records) throws -> Int? {
        if case .make = item.order {
            records[Record.out(item.number).name] = nil
            return nil
        }
        var shown: Int?
        for name in records.names(beginning: Record<OutboxItem>.outbox) {
            let other = try records.existing(Record<OutboxItem>(name))
            guard other.lane == item.lane, other.session == item.session, case .deposit = other.order else { continue }
            records[name] = nil
            shown = try handOver(other, as: .undeliverable, records: &records) ?? shown
        }
        guard let number = item.session, var session = try records.value(.session(number)), !session.isGone,
            session.destination.address == item.lane
        else { return shown }
        session.isGone = true
        records.put(session, in: .session(number))
        for id in session.conversations {
            guard try records.value(.conversation(id)) != nil else { continue }
            var room = try OpenRoom(id, in: records)
            try room.append(
                .noticed(
                    .information,
                    "\(room.name(of: session.otherKey)) cannot be reached here any more: their mailbox is gone. "
                        + "What is marked as undeliverable did not arrive."),
                from: nil, isOwn: false, hour: hour, day: today,
                summary: OpenRoom.Summary(counts: true, line: nil), in: &records)
            room.close(in: &records)
            shown = shown ?? id
        }
        return shown
    }
}
