package import CallboxProgram
package import CallboxWire

/// Where mailboxes and cells are kept. Every implementation passes one conformance suite.
///
/// A change is on the disk when its call returns. What a call throws, the store did not do; but after `uncertain` it may
/// have, and the same call again is safe. `today` is the day by the relay's own reckoning.
package protocol MailboxStore: Sendable {
    /// Makes a mailbox. The same again changes nothing and spends nothing more.
    /// - Throws: `mailbox-differs`, `payment-missing`, `token-spent`; and what every change may.
    func make(
        _ address: MailboxAddress, _ kind: MailboxOrder.Kind, paidBy payment: Payment?, today: Day
    ) async throws(Problem)

    /// Stores a cell behind those that wait. A cell that is there, or was and has been acknowledged in the last days, is not
    /// stored again.
    /// - Throws: `no-such-address`, `payment-missing`, `token-spent`, `mailbox-full`; and what every change may.
    func deposit(
        _ cell: Cell, in address: MailboxAddress, paidBy payment: Payment?, today: Day
    ) async throws(Problem)

    /// The oldest cells that wait, at most as many as there are slots. Only what is on the disk.
    /// - Throws: `no-such-mailbox`, `uncertain`.
    func waiting(in address: MailboxAddress, slots: SlotCount, today: Day) async throws(Problem) -> [WaitingCell]

    /// Erases cells that their owner has. Those that are not there are passed over.
    /// - Throws: `no-such-mailbox`; and what every change may.
    func acknowledge(
        _ entries: [Acknowledgements.Entry], in address: MailboxAddress, today: Day
    ) async throws(Problem)

    /// Erases a mailbox and all in it, if it is there.
    func delete(_ address: MailboxAddress) async throws(Problem)

    /// Erases a part of what is over: cells, mailboxes, spent tokens of epochs before `firstEpoch`, memories. Returns whether
    /// there may be more.
    func sweep(today: Day, firstEpoch: UInt32) async throws(Problem) -> SweepResult

    /// What the store holds, in numbers.
    func counts() async throws(Problem) -> StoreCounts

    /// Writes something and waits until it is on the disk.
    func checkDisk() async throws(Problem)
}

// What every change may throw: `busy` when too much is waiting, `disk-full`, `uncertain` when the disk failed.

/// What one round of sweeping did.
package struct SweepResult: Hashable, Sendable {
    /// How many cells were over.
    package var cells = 0
    /// How many mailboxes were over.
    package var mailboxes = 0
    /// Whether there may be more.
    package var isPartial = false
}

/// What a store holds: counts and sizes, and nothing about anybody.
package struct StoreCounts: Hashable, Sendable {
    /// Mailboxes for sessions.
    package var sessionMailboxes = 0
    /// Mailboxes for first contact.
    package var intakeMailboxes = 0
    /// Cells that wait to be collected.
    package var cells = 0
    /// Nonces of tokens that were spent in epochs that are not over.
    package var spentTokens = 0
    /// Acknowledged cells that would be known again.
    package var recognised = 0
    /// Programs.
    package var programs = 0
    /// Their roots, program documents, freshness statements and bulletins, older ones included.
    package var documents = 0
    /// Prekey sheets.
    package var sheets = 0
    /// Hashes of enrolment codes.
    package var codeHashes = 0
    /// Batches of tokens that were sold in epochs that are not over.
    package var batches = 0
    /// Rows that do not match their check: kept, and not served.
    package var damaged = 0
    /// Bytes of the database, its log included.
    package var bytes = 0

    /// Nothing.
    package init() {}
}
