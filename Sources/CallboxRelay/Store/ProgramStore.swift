internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// BLAKE2b-256 of a document as it is served: what `ETag` shows, and what finds a bit that the disk turned; 32 bytes.
package struct DocumentTag: FixedBytes {
    /// 32.
    package static let byteCount = 32
    /// The digest.
    package let bytes: [UInt8]
    /// Wraps 32 bytes.
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The tag of a document.
    package init(of document: [UInt8]) { bytes = BLAKE2b256.hash(document.span) }
}

/// A document as it came in, to be served as it is.
package struct StoredDocument: Hashable, Sendable {
    /// The bytes.
    package let bytes: [UInt8]
    /// What stands for them.
    package let tag: DocumentTag

    /// A document that came in.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        tag = DocumentTag(of: bytes)
    }
}

/// The newest root and program document that a store has of a program. What was decided on one head is not done on
/// another.
package struct ProgramHead: Hashable, Sendable {
    /// The newest root; nil for a program that is not here.
    package var root: DocumentTag?
    /// The newest program document.
    package var document: DocumentTag?

    /// A head.
    package init(root: DocumentTag? = nil, document: DocumentTag? = nil) {
        self.root = root
        self.document = document
    }
}

/// Where documents, sheets and what was sold of tokens are kept. Every implementation passes one suite.
///
/// A change is on the disk when its call returns. `over` is the head that the decision rests on: when it is not the
/// newest any more, nothing is stored and the call says so with false. Every call may throw `uncertain`, every change
/// also `busy` and `disk-full`.
package protocol ProgramStore: Sendable {
    /// Whether the operator allows a program with this root.
    func allows(_ root: RootDigest) async throws(Problem) -> Bool

    // Roots and program documents.

    /// The newest of a program.
    func head(of program: ProgramID) async throws(Problem) -> ProgramHead
    /// A root: of a version, or the newest.
    /// - Throws: `no-such-document`.
    func root(of program: ProgramID, version: UInt64?) async throws(Problem) -> StoredDocument
    /// The newest roots, oldest first: as many as one chain has room for.
    func roots(of program: ProgramID) async throws(Problem) -> [StoredDocument]
    /// A program document: of a version, or the newest.
    /// - Throws: `no-such-document`.
    func document(of program: ProgramID, version: UInt64?) async throws(Problem) -> StoredDocument
    /// Whether there is a root of this digest.
    func keeps(root: RootDigest, of program: ProgramID) async throws(Problem) -> Bool
    /// Whether there is a program document of this hash.
    func keeps(document: RosterHash, of program: ProgramID) async throws(Problem) -> Bool
    /// Stores the newest root. A root with another online key forgets the freshness statement.
    func store(
        root: VerifiedRoot, _ document: StoredDocument, forgetsFreshness: Bool, over head: ProgramHead
    ) async throws(Problem) -> Bool
    /// Stores the newest program document.
    func store(
        program: VerifiedProgram, _ document: StoredDocument, over head: ProgramHead
    ) async throws(Problem) -> Bool

    // Freshness and bulletins.

    /// The freshness statement.
    /// - Throws: `no-such-document`.
    func freshness(of program: ProgramID) async throws(Problem) -> StoredDocument
    /// Stores a statement that the online key signed, if the rules admit it.
    /// - Throws: what they refuse.
    func store(
        freshness: FreshnessStatement, _ document: StoredDocument, newest program: VerifiedProgram?, at now: Instant,
        over head: ProgramHead
    ) async throws(Problem) -> Bool
    /// The newest bulletins after an index, oldest first: as many as one page has room for.
    func bulletins(of program: ProgramID, after index: UInt64) async throws(Problem) -> [StoredDocument]
    /// Stores a bulletin that a coordinator signed, if the rules admit it, and erases those that no page has room for.
    /// - Throws: what they refuse.
    func store(
        bulletin: VerifiedBulletin, _ document: StoredDocument, under root: VerifiedRoot, over head: ProgramHead
    ) async throws(Problem) -> Bool

    // Sheets.

    /// Changes whenever a sheet of the day does; 0 for a day without any.
    func bookRevision(of program: ProgramID, on day: Day) async throws(Problem) -> Int64
    /// All sheets of a day that belong in its book.
    func sheets(of program: VerifiedProgram, on day: Day) async throws(Problem) -> [PrekeySheet]
    /// Stores sheets, all or none, if the rules admit them.
    /// - Throws: what they refuse.
    func store(sheets: PublishedSheets, over head: ProgramHead) async throws(Problem) -> Bool

    // Codes and batches.

    /// Stores hashes of codes. One that is there is passed over.
    /// - Throws: `disk-full` when the program has as many as it may.
    func store(codes: CodeHashes, of program: ProgramID) async throws(Problem)
    /// Whether there is such a code.
    func keeps(code: EnrolmentCodeHash, of program: ProgramID) async throws(Problem) -> Bool
    /// Gives a buyer the batch of an epoch, one that the request may mean, unless it went to another request.
    /// - Throws: `batch-taken`.
    func sell(
        to buyer: TokenBuyer, of program: ProgramID, for request: PaidRequestHash, among epochs: [TokenEpoch]
    ) async throws(Problem) -> TokenEpoch

    /// Erases a part of what is over: batches of epochs before the first one given, sheets of days before yesterday,
    /// old program documents. `today` is the day by the relay's own reckoning: a clock that jumps must erase nothing.
    /// Returns whether there may be more.
    func sweepPrograms(today: Day, firstEpoch: UInt32) async throws(Problem) -> Bool
}
