internal import ArgumentParser
internal import CallboxRelay

/// `callboxd stats`
struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what the relay holds, in numbers.")

    @OptionGroup var state: StateOption
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let numbers = Numbers(try OperatorDesk(state.folder).counts(), free: Disk.free(at: state.folder.database))
        guard !json else { return try Terminal.json(numbers) }
        Terminal.say(
            """
            session mailboxes   \(numbers.sessionMailboxes)
            intake mailboxes    \(numbers.intakeMailboxes)
            cells waiting       \(numbers.cells)
            tokens spent        \(numbers.spentTokens)
            programs            \(numbers.programs)
            their documents     \(numbers.documents)
            prekey sheets       \(numbers.sheets)
            enrolment codes     \(numbers.codeHashes)
            token batches       \(numbers.batches)
            database bytes      \(numbers.databaseBytes)
            free bytes          \(numbers.freeBytes)
            """)
    }
}

/// What a relay holds.
struct Numbers: Encodable {
    let sessionMailboxes: Int
    let intakeMailboxes: Int
    let cells: Int
    let cellBytes: Int
    let spentTokens: Int
    let recognised: Int
    let programs: Int
    let documents: Int
    let sheets: Int
    let codeHashes: Int
    let batches: Int
    let databaseBytes: Int
    let freeBytes: Int

    init(_ counts: StoreCounts, free: Int) {
        sessionMailboxes = counts.sessionMailboxes
        intakeMailboxes = counts.intakeMailboxes
        cells = counts.cells
        cellBytes = counts.cells * 8192
        spentTokens = counts.spentTokens
        recognised = counts.recognised
        programs = counts.programs
        documents = counts.documents
        sheets = counts.sheets
        codeHashes = counts.codeHashes
        batches = counts.batches
        databaseBytes = counts.bytes
        freeBytes = free
    }
}
