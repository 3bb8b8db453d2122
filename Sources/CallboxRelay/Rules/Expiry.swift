internal import CallboxCrypto
package import CallboxProgram

/// When things go. A day, never an hour; and with up to two days by chance, so that it does not tell on which day they came.
package enum Expiry {
    /// How many days chance may add.
    package static let jitterDays: UInt32 = 2
    /// For how many days more than it must a mailbox stays, so that its owner's coming is written down once in so many days: it
    /// does not tell when they came.
    package static let renewalDays: UInt32 = 30
    /// For how many days the relay knows an acknowledged cell again, so that a deposit repeated after a lost answer
    /// is not delivered a second time, and a stamp is worth one cell. A stamp is accepted for three days.
    package static let recognitionDays: UInt32 = 3

    /// The last day of what came today and stays so many days.
    package static func day(from today: Day, days: UInt32, chance: UInt8) -> Day {
        today.later(by: days + UInt32(chance) % (jitterDays + 1))
    }
}
