internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox notice`
struct Notice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What stays between you and a peer, and what cannot: your program's own words.")

    @Option(help: ArgumentHelp("The language, such as en or es.", valueName: "tag"))
    var language: String?
    @Flag(help: "Shows it, and keeps that you have read it, without asking.")
    var acknowledge = false
    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        if acknowledge { try client.acknowledge(client.notice(language: language)) }
        let notice = try client.notice(language: language)
        guard !output.json else { return try Terminal.json(JSON.Notice(notice)) }
        Terminal.page(NoticeScreen.text(notice, for: try client.me), to: .result)
    }
}

/// The limits of confidentiality on a screen.
enum NoticeScreen {
    /// Only officers say that they have read it.
    static func text(_ notice: NoticeView, for role: Role = .officer) -> String {
        let others = notice.otherLanguages.map { Inert.line($0, columns: 20) }.joined(separator: ", ")
        return """
            THE LIMITS OF CONFIDENTIALITY, in your program's own words:

            \(Terminal.quote(notice.text))

            \(role != .officer ? "This is what every officer reads before their first word." : notice.isAcknowledged ? "You have said that you have read it." : "You have not said yet that you have read it.")\
            \(others.isEmpty ? "" : "\nIt is there in other languages too (--language): \(others)")
            """
    }

    /// Shows it whole, and asks, unless that was done. False: the person did not say that they read it.
    static func acknowledge(_ client: any Client, language: String?) throws -> Bool {
        let notice = try client.notice(language: language)
        if notice.isAcknowledged { return true }
        Terminal.page(text(notice) + "\n", to: .person)
        guard
            try Terminal.confirm(
                "Have you read all of it, and do you want to go on?",
                elsewhere: "Read it with `callbox notice --acknowledge` first, then run this again.")
        else { return false }
        try client.acknowledge(notice)
        return true
    }
}
