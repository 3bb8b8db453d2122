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
        let notice = try client.notice(language: language)
        if !output.json { Terminal.page(NoticeScreen.words(notice), to: .result) }
        if acknowledge { try client.acknowledge(notice) }
        let standing = try client.notice(language: language)
        guard !output.json else { return try Terminal.json(JSON.Notice(standing)) }
        Terminal.say(NoticeScreen.standing(standing, for: try client.me))
    }
}

/// The limits of confidentiality on a screen.
enum NoticeScreen {
    /// All of it.
    static func text(_ notice: NoticeView) -> String { words(notice) + "\n" + standing(notice) }

    /// What it says.
    static func words(_ notice: NoticeView) -> String {
        "THE LIMITS OF CONFIDENTIALITY, in your program's own words:\n\n\(Terminal.quote(notice.text))\n"
    }

    /// Whether it was read, and in which other languages it is there. Only officers say that they have read it.
    static func standing(_ notice: NoticeView, for role: Role = .officer) -> String {
        let others = notice.otherLanguages.map { Inert.line($0, columns: 20) }.joined(separator: ", ")
        let read =
            switch (role, notice.isAcknowledged) {
            case (.officer, true): "You have said that you have read it."
            case (.officer, false): "You have not said yet that you have read it."
            default: "This is what every officer reads before their first word."
            }
        return read + (others.isEmpty ? "" : "\nIt is there in other languages too (--language): \(others)")
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
