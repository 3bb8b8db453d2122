internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// `callbox crisis`
struct Crisis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Who helps now, by telephone. Works without network, vault or passphrase.")

    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        // Nothing may stand between a person and these numbers: no question, and no trouble.
        let client = try? Desk.door(options.proxy).openRemembered(options.place)
        let signed = (try? client?.resources()) ?? []
        let resources = signed.isEmpty ? ResourceView.builtIn : signed
        guard !output.json else { return try Terminal.json(JSON.Resources(resources)) }
        Terminal.say(
            """
            HELP NOW

            \(CrisisLines.screen(resources))

            \(CrisisLines.nobodyComes)
            If you can, be where another person is, and away from your weapon.
            """)
    }
}

/// `callbox resources`
struct Resources: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Help outside of Callbox, as your program lists it.")

    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let resources = try Desk.open(options).resources()
        guard !output.json else { return try Terminal.json(JSON.Resources(resources)) }
        Terminal.say(CrisisLines.screen(resources))
    }
}

/// `callbox bulletins`
struct Bulletins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What the program tells everybody.")

    @OptionGroup var online: OfflineOption
    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        if !online.offline { try await Desk.sync(client) }
        let bulletins = try client.bulletins()
        guard !output.json else { return try Terminal.json(JSON.Bulletins(bulletins)) }
        guard !bulletins.isEmpty else { return Terminal.say("There is no bulletin.") }
        Terminal.say(bulletins.map { Self.text($0, when: Terminal.when) }.joined(separator: "\n\n"))
        if bulletins.contains(where: { $0.kind == "incident" }) {
            Terminal.say(
                "\nAfter such a day many do not sleep, and some only notice weeks later. To reach a peer: callbox reach-out\n"
                    + CrisisLines.foot(try client.resources()))
        }
    }

    static func text(_ bulletin: BulletinView, when: When) -> String {
        let head =
            bulletin.kind == "incident"
            ? "INCIDENT" : bulletin.kind == "news" ? "NEWS" : Inert.line(bulletin.kind, columns: 20)
        let occurred = bulletin.occurred.map { ", it happened \(when.hour($0 / 3600))" } ?? ""
        return """
            \(Wrapping.hung(head)), \(when.day(ofSecond: bulletin.issued))\(occurred): \(Inert.line(bulletin.title))
            \(Terminal.quote(bulletin.text))
            """
    }
}

/// `callbox safety`
struct Safety: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The four questions for somebody who may be in danger, and what the answers mean.")

    func run() async throws {
        Terminal.say(SafetyScreen.text + "\n\n" + CrisisLines.screen(ResourceView.builtIn))
    }
}

/// `callbox status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What you are here, which program this is, and whether all is well.")

    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws { try Self.show(Desk.open(options), asJSON: output.json) }

    static func show(_ client: any Client, asJSON: Bool) throws {
        let (role, program, conversations) = (try client.me, try client.program(), try client.conversations())
        guard !asJSON else {
            return try Terminal.json(JSON.Status(role: role, program: program, conversations: conversations))
        }
        let who = role == .officer ? "You are an officer here, and on no list." : "You are a \(role.rawValue) here."
        // What concerns the member stands among what concerns the program, or by itself.
        let own = role == .officer ? [] : try client.membershipWarnings()
        let notes = [program.warning].compactMap { $0 } + own.filter { program.warning?.contains($0) != true }
        let unread = conversations.reduce(0) { $0 + $1.unread }
        let waiting = conversations.reduce(0) { $0 + $1.waitingToLeave }
        Terminal.say(
            """
            \(who)
            \(Wrapping.hung("Program: "))\(program.name.map { Inert.line($0) } ?? "its document has not come yet")
            \(Wrapping.hung("Its mark, as on the poster: "))\(Inert.line(program.rootDigest, columns: 40))
            \(program.version.map { "Its document: number \($0)" } ?? "Its document: none")\
            \(program.expires.map { ", good until \(When.date($0 / 86400))" } ?? "")
            Conversations: \(conversations.count); unread messages: \(unread); waiting to be sent: \(waiting)
            \(notes.isEmpty ? "All is well." : notes.map { Wrapping.hung("Note: \(Inert.line($0))") }.joined(separator: "\n"))
            """)
    }
}
