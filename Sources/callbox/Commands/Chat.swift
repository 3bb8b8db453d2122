internal import ArgumentParser
internal import CallboxClient

/// `callbox chat`
struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk: see what comes as it comes, and answer.",
        discussion:
            "It connects again by itself. What you write is kept until the relay has it. Keys: callbox help keys")

    @Argument(help: "The conversation's number; without it, the newest one.") var conversation: Int?
    @Option(help: ArgumentHelp("How many of the last messages stand at the top.", valueName: "count")) var last = 20
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options, toStay: true)
        let newest = try client.conversations().max { ($0.lastHour ?? 0, $0.id) < ($1.lastHour ?? 0, $1.id) }
        guard let id = conversation ?? newest?.id else { throw Inbox.nothingYet }
        try await ChatLoop(client: client, conversation: id, options: options, last: max(1, last)).run()
    }
}
