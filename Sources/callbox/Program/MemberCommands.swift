internal import ArgumentParser
internal import CallboxClient
internal import CallboxTerminal

/// What is said of a member.
struct MemberEntryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The credential, as a consent names it.", valueName: "text")) var credential: String?
    @Option(help: ArgumentHelp("Its last day, like 2027-06-30.", valueName: "day")) var credentialExpires: String?
    @Option(help: ArgumentHelp("The last day of the training.", valueName: "day")) var trainingExpires: String?
    @Option(help: ArgumentHelp("The first day of membership; today for a new member.", valueName: "day"))
    var since: String?
    @Option(help: ArgumentHelp("The name that people see.", valueName: "name")) var name: String?
    @Option(help: ArgumentHelp("The agency.", valueName: "text")) var agency: String?
    @Option(help: ArgumentHelp("A band of ranks.", valueName: "text")) var rankBand: String?
    @Option(help: ArgumentHelp("The unit.", valueName: "text")) var unit: String?
    @Option(help: ArgumentHelp("The shift.", valueName: "text")) var shift: String?
    @Option(help: ArgumentHelp("active or retired.", valueName: "word")) var service: String?
    @Option(help: ArgumentHelp("open, limited or full.", valueName: "word")) var availability: String?
    @Option(
        name: .customLong("language"), help: ArgumentHelp("A language, like es-MX; once for each.", valueName: "tag"))
    var languages: [String] = []
    @Option(
        name: .customLong("specialty"),
        help: ArgumentHelp("What the member knows about; once for each.", valueName: "text"))
    var specialties: [String] = []
    @Option(
        name: .customLong("experience"),
        help: ArgumentHelp("What the member has been through; once for each.", valueName: "text"))
    var experiences: [String] = []
    @Option(help: ArgumentHelp("A few sentences.", valueName: "text")) var biography: String?
    @Option(help: ArgumentHelp("How long an answer usually takes.", valueName: "minutes")) var usualReply: Int?
    @Option(
        name: .customLong("on-call"),
        help: ArgumentHelp("Hours on call, like \"mon 18:00-06:00\"; once for each.", valueName: "hours"))
    var onCall: [String] = []
    @Option(help: ArgumentHelp("A whole profile as JSON; the other options change it.", valueName: "file"))
    var profile: String?

    func entry(role: String? = nil) throws -> MemberEntry {
        var entry = MemberEntry()
        entry.role = role
        entry.name = name
        entry.credential = credential
        entry.credentialExpires = credentialExpires
        entry.trainingExpires = trainingExpires
        entry.designatedSince = since
        (entry.agency, entry.rankBand, entry.unit, entry.shift) = (agency, rankBand, unit, shift)
        (entry.service, entry.availability, entry.biography) = (service, availability, biography)
        (entry.languages, entry.specialties, entry.livedExperience) = (languages, specialties, experiences)
        entry.usualReplyMinutes = usualReply
        entry.onCall = onCall
        entry.profile = try profile.map { try Terminal.device.readFile($0, limit: 65_536) }
        return entry
    }
}

extension Program {
    /// `callbox program add-member`
    struct AddMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put somebody into the draft who ran `callbox member init`.",
            discussion: """
                Their request is a file that somebody may have exchanged on the way. So both of you compare its code, by telephone or in one room: the member's Callbox shows \
                it with the request.
                """)

        @Argument(help: "The file with the member's request.") var request: String
        @Option(help: ArgumentHelp("peer, clinician or coordinator, as the request says.", valueName: "role"))
        var role: String?
        @Option(help: ArgumentHelp("The code that the member read out; otherwise you are asked.", valueName: "code"))
        var code: String?
        @OptionGroup var entry: MemberEntryOptions
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let request = try MembershipRequest(
                parsing: Terminal.device.readFile(request, limit: 4_096))
            guard try isConfirmed(request) else {
                throw Trouble(
                    .notTrusted, "The request has another code than the member's: it was exchanged on the way.",
                    meaning: "Nobody was added.",
                    remedy: "Get the request by another way, and compare again.")
            }
            try await Program.edit(papers, options) { draft in
                try draft.add(request, as: entry.entry(role: role), today: When.date(Terminal.when.today))
            }
        }

        private func isConfirmed(_ request: MembershipRequest) throws -> Bool {
            if let code { return request.isConfirmed(by: code) }
            return try Terminal.confirm(
                "\(Inert.line(request.name)) asks to be a \(request.role). The request's code is\n\n  \(request.code)\n\nDoes the member read out the same code to you?",
                elsewhere: "Give the code that the member read out: --code CODE")
        }
    }

    /// `callbox program change-member`
    struct ChangeMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what the draft says of a member. What you do not name stays.")

        @Argument(help: "A name, a part of one, or an id.") var member: String
        @Option(help: ArgumentHelp("peer, clinician or coordinator.", valueName: "role")) var role: String?
        @OptionGroup var entry: MemberEntryOptions
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await Program.edit(papers, options) { try $0.change(member, to: entry.entry(role: role)) }
        }
    }

    /// `callbox program remove-member`
    struct RemoveMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a member out for good, in the draft.",
            discussion: "The entry stays and says so, so that the keys are never given to anybody else.")

        @Argument(help: "A name, a part of one, or an id.") var member: String
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            try await Program.edit(papers, options) { try $0.set(member, to: "removed") }
        }
    }

    /// `callbox program suspend`
    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bar a member until further notice, in the draft; or put them on leave, or lift either.")

        @Argument(help: "A name, a part of one, or an id.") var member: String
        @Flag(help: "On leave: conversations that run go on, and no new ones begin.") var away = false
        @Flag(help: "Active again.") var lift = false
        @OptionGroup var papers: PaperOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard !away || !lift else { throw ValidationError("--away or --lift, not both") }
        }

        func run() async throws {
            let status = lift ? "active" : away ? "away" : "suspended"
            try await Program.edit(papers, options) { try $0.set(member, to: status) }
        }
    }
}
