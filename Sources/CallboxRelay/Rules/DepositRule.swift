package import CallboxWire

/// What the rules know of a mailbox.
package struct MailboxFacts: Hashable, Sendable {
    /// What it is for.
    package let kind: MailboxOrder.Kind
    /// How many cells wait in each lane.
    package let waiting: [Lane: Int]

    /// The facts about a mailbox.
    package init(kind: MailboxOrder.Kind, waiting: [Lane: Int]) {
        self.kind = kind
        self.waiting = waiting
    }
}

/// Whether a cell may come in, and by which way.
package enum DepositRule {
    /// Decides. The relay has seen neither this cell nor this payment before.
    /// - Throws: `payment-missing`, `mailbox-full`.
    package static func lane(
        for facts: MailboxFacts, paidBy payment: Payment?, limits: RelayLimits
    ) throws(Problem) -> Lane {
        let lane: Lane
        switch (facts.kind, payment) {
        case (.session, _), (.intake, .token): lane = .paid
        case (.intake, .work): lane = .worked
        case (.intake, nil): throw .paymentMissing
        }
        guard facts.waiting[lane, default: 0] < limits.room(in: lane, of: facts.kind) else { throw .mailboxFull }
        return lane
    }
}
