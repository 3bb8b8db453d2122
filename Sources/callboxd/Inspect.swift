internal import ArgumentParser
internal import CallboxRelay

/// `callboxd inspect`
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what this relay knows, and what it cannot know, in words for anyone.")

    @OptionGroup var state: StateOption
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let numbers = Numbers(try OperatorDesk(state.folder).counts(), free: Disk.free(at: state.folder.database))
        guard !json else {
            return try Terminal.json(Report(holds: numbers, knows: Self.knows, cannotKnow: Self.cannotKnow))
        }
        Terminal.say(
            """
            What this relay holds now:

              \(numbers.cells) sealed cells, all of one size (8192 bytes), \(numbers.cellBytes) bytes together
              \(numbers.sessionMailboxes + numbers.intakeMailboxes) mailboxes, each known by a number derived from a key
              \(numbers.spentTokens) tokens that were spent, which nobody can trace to whoever they were given to
              \(numbers.recognised) marks by which a cell that comes twice is known again
              \(numbers.documents) documents of \(numbers.programs) programs, and \(numbers.sheets) prekey sheets of their \
            members, which they sign and publish
              \(numbers.codeHashes) hashes of enrolment codes, and \(numbers.batches) notes that a batch of tokens was sold

            What it knows. What is not listed here is a bug: report it.

            \(Self.knows.map { "  - \($0)" }.joined(separator: "\n"))

            What it cannot know, because nothing in it could tell it:

            \(Self.cannotKnow.map { "  - \($0)" }.joined(separator: "\n"))

            What it could know while it runs, if it were changed to look: the network addresses that connections come from, and
            when. It stores and logs neither; over Tor there is nothing to see.
            """)
    }

    private static let knows = [
        "of each mailbox: how many cells wait in it, how many came since it was made, whether it is for a session or for first "
            + "contact, and the day on which it goes, which its owner's coming puts off "
            + "about once a month",
        "of each cell: its mailbox, its hash, which cells came before it, whether work paid for it, and the day on which it "
            + "goes, which tells to within two days when it came",
        "of each cell that was acknowledged, for three days: a hash of its mailbox's address and its id",
        "of each token that was spent, for as long as its epoch's tokens count: its number, and a hash of the request that it paid for",
        "of each batch of tokens, for as long: its program, a hash of the request, and which member or which "
            + "code's hash it was sold to",
        "of each program: its documents, which name its members, the sheets that each member published for which days, "
            + "hashes of its enrolment codes, and which roots the operator allows",
        "in memory while it runs: which mailboxes somebody waits at, how often each key and address came in the last seconds, "
            + "and marks of signed requests for up to 20 minutes",
        "of itself: its keys, for how long it has run, and which run of the machine that was",
    ]

    private static let cannotKnow = [
        "what anybody wrote: there is no code in it that opens a cell, and no key",
        "who writes or collects: it has no accounts, telephone numbers or badge numbers, and no names but those that a "
            + "program's own document tells everyone",
        "who writes to whom: a mailbox does not name its owner, and a cell does not name its sender",
        "how long a message is: every cell has the same size",
        "when a cell came, more closely than that: it keeps the day on which it goes, which varies, and nothing else of time",
        "what was collected before: a cell that is acknowledged is overwritten in the relay's files. Blocks that the file "
            + "system has freed may hold sealed bytes until they are used again: the disk should be encrypted",
    ]
}

private struct Report: Encodable {
    let holds: Numbers
    let knows: [String]
    let cannotKnow: [String]
}
