package import CallboxCrypto

/// What an entry shows about a room. Nothing of it stops an entry from being read; all but `inOrder` is for the person to know.
package enum RoomFinding: Hashable, Sendable {
    /// The sender's next entry.
    case inOrder(from: VerificationKey, number: UInt32)
    /// Entries of the sender before this one have not come: late, or withheld.
    case gap(from: VerificationKey, missing: ClosedRange<UInt32>)
    /// One that was missing has come.
    case filled(from: VerificationKey, number: UInt32)
    /// It was here before. Do not show it again.
    case duplicate(from: VerificationKey, number: UInt32)
    /// From before our time, or given up long ago. It cannot be told from a duplicate: do not show it as new.
    case settled(from: VerificationKey, number: UInt32)
    /// Two entries of one sender bear one number: the sender told people different things or works from an old copy; or `saidBy`, when it is
    /// another, says what is not so. The first one that came stays.
    case fork(from: VerificationKey, number: UInt32, saidBy: VerificationKey)
    /// `saidBy` has seen an entry that has not come here.
    case pending(from: VerificationKey, number: UInt32, saidBy: VerificationKey)
    /// It has come, and is the one that was meant.
    case resolved(from: VerificationKey, number: UInt32, saidBy: VerificationKey)
    /// Somebody speaks, or was heard by `saidBy`, who is no member here, or is one no longer.
    case notAMember(VerificationKey, saidBy: VerificationKey)
    /// An entry of another room.
    case wrongRoom
}

/// Why a room's view did not take something of our own in.
package enum RoomError: String, Error, Equatable, Sendable, CaseIterable {
    /// Not our next entry: made from an old copy of the view, or twice.
    case notNext = "not-next"
    /// 2^32 − 1 entries were sent. Open another room.
    case exhausted
    /// Too many members, one of them twice, or a start that names none of them.
    case members
    /// Stored state that we never wrote.
    case damaged
}
