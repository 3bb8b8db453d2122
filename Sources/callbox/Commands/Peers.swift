internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// By what people choose a peer.
struct FilterOptions: ParsableArguments {
    @Option(help: "Part of the unit's name.") var unit: String?
    @Option(help: "Part of the shift's name.") var shift: String?
    @Option(help: "A language, such as es.") var language: String?
    @Option(help: "Part of what they know about.") var specialty: String?
    @Option(help: "Part of what they have been through.") var experience: String?
    @Flag(name: .customLong("on-call"), help: "Only who is on call now.") var isOnCall = false
    @Flag(name: .customLong("with-room"), help: "Only who has room now.") var hasRoom = false

    var filter: PeerFilter {
        var filter = PeerFilter()
        (filter.unit, filter.shift, filter.language) = (unit, shift, language)
        (filter.specialty, filter.experience) = (specialty, experience)
        (filter.onCallOnly, filter.withRoomOnly) = (isOnCall, hasRoom)
        return filter
    }
}

/// `callbox peers`
struct Peers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Who is there to talk to.",
        discussion: "The list is the program's signed one, kept here: looking at it tells nobody anything.")

    @OptionGroup var filter: FilterOptions
    @Flag(help: "The clinicians instead. You reach one through a peer.") var clinicians = false
    @OptionGroup var output: ReadOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let client = try Desk.open(options)
        let list = try client.peers(filter.filter, role: clinicians ? .clinician : .peer)
        guard !output.json else { return try Terminal.json(JSON.Peers(list)) }
        Terminal.say(PeersScreen.text(list, role: clinicians ? .clinician : .peer, when: Terminal.when))
    }
}

/// The list on a screen.
enum PeersScreen {
    static func text(_ list: PeerList, role: Role, when: When) -> String {
        let people = list.people.map { PersonScreen.text($0, when: when) }.joined(separator: "\n\n")
        return """
            \(list.people.isEmpty ? "Nobody like that can be chosen now. Leave out a filter." : people)

            \(crowd(list.eligibleCount, role: role))\
            \(role == .peer && !list.people.isEmpty ? "\nWrite to one: callbox reach-out NAME\nOr to whoever is there: callbox reach-out --any" : "")
            """
    }

    /// Whoever writes to one of few is one of few.
    private static func crowd(_ count: Int, role: Role) -> String {
        let who = role == .peer ? "peers" : "clinicians"
        switch count {
        case 0: return "There is nobody of them who can be chosen at all."
        case 1: return "This is the only one of them who can be chosen at all."
        default: return "\(count) \(who) can be chosen in all."
        }
    }
}
