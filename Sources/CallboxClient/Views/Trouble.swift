/// Why something was not done, in words for the person whom it concerns: what happened, what it means for what they wrote, and what they can do. Every public
/// call that throws, throws this, or `CancellationError` when it was told to stop.
public struct Trouble: Error, Equatable, Sendable {
    /// What kind of trouble it is. Stable: programs go by it, and `callbox` makes its exit codes of it.
    public enum Kind: String, Sendable, CaseIterable {
        /// What was asked for is not written right, or names nothing that is there.
        case usage
        /// The passphrase does not open the vault, or the vault is damaged: one answer for both.
        case locked
        /// There is no vault here, or there is one already.
        case home
        /// Nobody was reached, or not in time. What was to be sent is kept and goes out later.
        case network
        /// What answered is not the program's relay, or it showed a document, a key or a sheet that does not hold.
        case notTrusted
        /// The program document, the freshness statement, a credential, a consent or a proposal is too old.
        case expired
        /// It is not for this person to do, or not now.
        case notNow
        /// The relay is full, busy, or has no room in this mailbox.
        case full
        /// There is neither a token left nor could work be done instead.
        case unpaid
        /// This machine's disk is full or fails. Nothing was changed.
        case disk
        /// This machine's clock is wrong.
        case clock
        /// A fault of Callbox itself.
        case fault
    }

    /// Which kind.
    public let kind: Kind
    /// What happened: one sentence.
    public let happened: String
    /// What it means for what was written: "Nothing was sent.", "It is kept here and will be sent."
    public let meaning: String
    /// What to do now.
    public let remedy: String

    /// Trouble, in words.
    public init(_ kind: Kind, _ happened: String, meaning: String, remedy: String) {
        self.kind = kind
        self.happened = happened
        self.meaning = meaning
        self.remedy = remedy
    }
}
