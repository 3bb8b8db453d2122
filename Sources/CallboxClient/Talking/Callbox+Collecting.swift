internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// What one collection brought.
struct Collected: Sendable {
    /// The conversations in which something is new.
    var changed: Set<Int> = []
    /// Whether there may be more to collect at once.
    var isMore = false
    /// Whether nothing was learned of it: no message, and no part of one.
    var isInVain = true
    /// Whether nothing was in the mailbox.
    var isEmpty = true
    /// Whether the mailbox is no longer ours to collect from.
    var isOver = false
}

extension Callbox {
    /// Collects once from a mailbox: what came is opened and stored in one change, and let go after it. It is acknowledged also when nothing came, in as many
    /// slots, so that an onlooker cannot tell.
    /// - Throws: `RelayFailure`, or what the store throws.
    func collect(from address: MailboxAddress, wait: Int) async throws -> Collected {
        guard let mailbox = try store.read({ try $0.value(.mailbox(address)) }), mailbox.isMade, !mailbox.isLeaving
        else { return Collected(isOver: true) }
        let signer = try mailbox.signer(under: store.key)
        let answer: CollectAnswer
        do {
            answer = try await relay.collect(
                CollectQuery(slots: .usual, wait: wait), for: signer, through: mailbox.channel)
        } catch RelayFailure.refused(.noSuchMailbox, _) {
            try store.change { try talk.makeAgain(address, records: &$0) }
            bell.ring()
            return Collected(isOver: true)
        }
        if Plant.acknowledgesFirst { try await letGo(answer, from: mailbox, by: signer) }
        var collected = Collected(isEmpty: answer.cells.isEmpty)
        if !answer.cells.isEmpty {
            let cells = answer.cells.map(\.cell)
            try store.change { records in
                let name = RawRecord.taken(address)
                var before = records
                collected.changed = try talk.take(cells, from: address, records: &records)
                // A relay that gives the same again and again is not asked again and again.
                collected.isMore = answer.cells.count == answer.slots.number && records[name] != before[name]
                before[name] = records[name]
                collected.isInVain = records == before
            }
            bell.ring()
        }
        try await letGo(answer, from: mailbox, by: signer)
        return collected
    }

    /// Has the relay erase what was collected.
    private func letGo(_ answer: CollectAnswer, from mailbox: MailboxRecord, by signer: RequestSigner) async throws {
        let entries = answer.cells.map { Acknowledgements.Entry($0.sequence, $0.cell.id) }
        try await relay.acknowledge(
            Acknowledgements(entries, slots: answer.slots), for: signer, through: mailbox.channel)
    }

    /// The mailboxes that are collected from.
    func collectable() throws -> [MailboxAddress] {
        try store.read { records in
            try records.names(beginning: Record<MailboxRecord>.mailboxes)
                .map { try records.existing(Record<MailboxRecord>($0)) }
                .filter { $0.isMade && !$0.isLeaving }.map(\.address)
        }
    }
}

extension Talk {
    /// A relay has lost a mailbox of ours: it is ordered again, once a day at most.
    func makeAgain(_ address: MailboxAddress, records: inout Records) throws {
        guard var mailbox = try records.value(.mailbox(address)), mailbox.madeAgain != today else { return }
        mailbox.madeAgain = today
        mailbox.isMade = false
        records.put(mailbox, in: .mailbox(address))
        try enqueue(.make(address), payment: .due, session: mailbox.session, in: &records)
    }
}
