/// Why nothing was opened or made. The raw values are the `expect` words of the test vectors.
package enum SealingError: String, Error, Equatable, Sendable, CaseIterable {
    /// It is not for us, not from whom it says, or not what was sent. There is one such failure, without a reason.
    case refused
    /// An INIT that was accepted before. Nothing was done; the cell may be acknowledged.
    case repeated = "repeat"
    /// An INIT for a day whose private keys are not here: erased, or not yet restored. Keep the cell.
    case unknownDay = "unknown-day"
    /// An INIT under a program document that is not here. Fetch it, then try the cell again.
    case unknownVersion = "unknown-version"
    /// A frame of a kind or version that only a newer Callbox knows. Keep the cell.
    case unknownFrame = "unknown-frame"
    /// The other side's published key makes no secret. Nothing was sent.
    case unusableKey = "unusable-key"
    /// More content than a frame of this kind holds. Nothing was sent.
    case tooLong = "too-long"
    /// The chain has no message numbers left. Nothing was sent.
    case exhausted
    /// A stored session does not open or holds what we never wrote.
    case damaged
}
