internal import CallboxProgram
internal import CallboxWire

/// What the program says to everybody.
extension Callbox {
    /// The program, and whether something about it should be known.
    public func program() throws -> ProgramView {
        try Trouble.telling {
            try store.read { records in
                guard let state = try programs.program(in: records) else { throw ProgramError.noDocument }
                let content = state.program?.document.content
                return ProgramView(
                    name: content?.name.text, rootDigest: HumanDigest(of: state.root.digest).description,
                    version: content.map { Int(clamping: $0.version) },
                    expires: content.map { Int(clamping: $0.expires.seconds) },
                    warning: try warning(of: state, in: records),
                    resources: content.map { $0.resources.map(ResourceView.init) } ?? [])
            }
        }
    }

    private func warning(of state: ProgramState, in records: Records) throws -> String? {
        let program = ProgramWarning(state: state, log: try records.value(.upkeep), now: clock.now)
        let all = program.sentences + (try memberWarnings(in: records))
        return all.isEmpty ? nil : all.joined(separator: " ")
    }

    /// Where else there is help: as the program has signed it, or else as it is built in. Never empty.
    public func resources() throws -> [ResourceView] {
        let signed = try Trouble.telling {
            try store.read { try programs.program(in: $0)?.program?.document.content.resources ?? [] }
        }
        return signed.isEmpty ? ResourceView.builtIn : signed.map(ResourceView.init)
    }

    /// What the program has announced, the newest first.
    public func bulletins() throws -> [BulletinView] {
        try Trouble.telling {
            try store.read { try $0.value(.bulletins)?.all.reversed().map { BulletinView($0.bulletin) } ?? [] }
        }
    }
}

/// What a person should know about how current the program is.
struct ProgramWarning {
    let state: ProgramState
    let log: UpkeepRecord?
    let now: Instant

    /// One sentence for each thing.
    var sentences: [String] {
        var all: [String] = []
        do {
            switch try state.checkNewSession(at: now) {
            case .fresh: break
            case .aging:
                all.append("For more than three days nobody has confirmed that this is the program's newest list.")
            case .behind: all.append("There is a newer list of the program, and it has not come yet.")
            }
        } catch {
            let trouble = Trouble.program(error)
            all.append("\(trouble.happened) \(trouble.meaning)")
        }
        if log?.hadGap == true {
            all.append(
                "Versions of the program's list were never shown here. Usually that is because of a long absence.")
        }
        if log?.hadBulletinGap == true { all.append("Some announcements were never shown here.") }
        // What was refused may be the reason that stands there already.
        return all + (log?.refused ?? []).filter { refused in !all.contains { $0.hasPrefix(refused) } }
    }
}

extension ResourceView {
    init(_ resource: Resource) {
        self.init(
            name: resource.name.text, contact: resource.contact.text, note: resource.note?.text,
            verifiedOn: Int(resource.verifiedOn.number))
    }

    /// For when the program's document is not here, or lists nothing: lines of the United States. They are worded to stand in the middle of a line, too.
    public static let builtIn = [
        ResourceView(name: "Emergency", contact: "911", note: "When somebody is in danger now.", verifiedOn: nil),
        ResourceView(
            name: "988 Suicide & Crisis Lifeline", contact: "call or text 988", note: "For everybody, day and night.",
            verifiedOn: nil),
        ResourceView(
            name: "COPLINE", contact: "1-800-267-5463",
            note: "Retired officers answer, day and night. They are not your department.", verifiedOn: nil),
        ResourceView(
            name: "Crisis Text Line", contact: "text BADGE to 741741", note: "For officers, day and night.",
            verifiedOn: nil),
    ]
    /// Since when the built-in lines are as they are.
    public static let builtInSince = "November 2026"
}

extension BulletinView {
    init(_ bulletin: Bulletin) {
        self.init(
            index: Int(clamping: bulletin.index), kind: bulletin.kind.rawValue,
            issued: Int(clamping: bulletin.issued.seconds),
            occurred: bulletin.occurred.map { Int(clamping: $0.seconds) },
            title: bulletin.title.text, text: bulletin.text.text)
    }
}
