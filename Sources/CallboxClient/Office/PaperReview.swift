/// What a coordinator reads before they sign, and how far the signing is. Texts in it were written by others: whoever shows it makes it inert.
public struct PaperReview: Equatable, Sendable {
    /// What is signed: `root` or `program`.
    public let kind: Paper.Kind
    /// Its number.
    public let version: Int
    /// What it says, or what it would change, line by line in plain words.
    public let says: [String]
    /// What the reader should know before signing.
    public let warnings: [String]
    /// Whether this office's key is one of those that sign it.
    public let isForThisOffice: Bool
    /// Whether this office has signed it.
    public let isSignedHere: Bool
    /// How far the signing is, for each root under which it has to hold.
    public let tallies: [Tally]

    /// Whether enough have signed.
    public var isComplete: Bool { tallies.allSatisfy { $0.missing == 0 } }

    /// How many have signed under a root.
    public struct Tally: Equatable, Sendable {
        /// The root's number.
        public let root: Int
        /// The keys that have signed and those that have not, as the others know them.
        public let signed, unsigned: [String]
        /// How many it takes.
        public let quorum: Int
        /// How many are missing still.
        public var missing: Int { max(0, quorum - signed.count) }
    }
}
