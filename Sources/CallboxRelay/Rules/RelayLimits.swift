package import CallboxWire

/// Every number that the rules of a relay go by.
package struct RelayLimits: Sendable {
    /// How many cells a session mailbox holds.
    package var sessionCells = 256
    /// How many cells paid with tokens an intake mailbox holds.
    package var intakeTokenCells = 4_096
    /// How many cells paid with work an intake mailbox holds beside those.
    package var intakeWorkCells = 256
    /// For how many days a cell is kept when nobody collects it, 1 to 90.
    package var retentionDays: UInt32 = 14
    /// After how many days without its owner a mailbox goes.
    package var mailboxDays: UInt32 = 180
    /// How much work a stamp shows.
    package var difficulty = RelayLimits.usualDifficulty
    /// How many tokens one batch has at most, 1 to 64.
    package var batchLimit = 16
    /// By how many seconds the clock of whoever signs a request may differ.
    package var signatureTolerance: UInt32 = 300
    /// How many requests one owner, or deposits one mailbox, may make at once, and how many a second in the long run.
    package var burst: UInt32 = 512
    /// See `burst`.
    package var perSecond: UInt32 = 64

    /// The numbers that a relay has when its operator says nothing.
    package init() {}

    /// How many cells a mailbox of this kind holds in a lane.
    func room(in lane: Lane, of kind: MailboxOrder.Kind) -> Int {
        switch (kind, lane) {
        case (.session, _): sessionCells
        case (.intake, .paid): intakeTokenCells
        case (.intake, .worked): intakeWorkCells
        }
    }

    /// 22 bits: a few seconds on a laptop.
    private static let usualDifficulty: WorkDifficulty = {
        do {
            return try WorkDifficulty(bits: 22)
        } catch {
            fatalError("22 is a difficulty that there is")
        }
    }()
}

/// The two ways into a mailbox. Each has room of its own, so that whoever only works cannot fill the other.
package enum Lane: Int, Sendable, CaseIterable {
    /// Paid with a token; all of a session mailbox.
    case paid = 0
    /// Paid with work.
    case worked = 1
}
