internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// The roster as people look at it.
struct Roster {
    private let program: VerifiedProgram
    private let today: Day
    private let wallClock: WallClock?

    /// The roster of a program document, at a time.
    init(_ program: VerifiedProgram, at now: Instant) {
        self.program = program
        today = Day(of: now)
        wallClock = WallClock(at: now, in: program.document.content.timeZone.text)
    }

    /// The members of a role, whatever their status.
    func members(of role: Role) -> [Member] {
        program.document.content.members.filter { Role($0.role) == role && $0.status != .removed }
    }

    /// Why somebody cannot be chosen now; nil when they can.
    func refusal(_ member: Member) -> String? {
        switch member.status {
        case .away: return "away"
        case .suspended, .removed: return "not in the program now"
        case .active: break
        }
        if today < member.designatedSince { return "not designated yet" }
        if member.credentialExpires < today { return "credential expired" }
        if member.trainingExpires < today { return "training expired" }
        if member.profile.availability == .full { return nil }
        return member.isChoosable(on: today) ? nil : "cannot be chosen now"
    }

    /// Somebody as people see them.
    func person(_ member: Member) -> Person {
        let profile = member.profile
        let isOnCall =
            wallClock.map { clock in
                profile.onCall.contains { $0.covers(weekday: clock.weekday, minute: clock.minute) }
            } ?? false
        return Person(
            id: member.id.crockford, role: Role(member.role), name: profile.name.text, agency: profile.agency?.text,
            rankBand: profile.rankBand?.text, unit: profile.unit?.text, shift: profile.shift?.text,
            isRetired: profile.service.map { $0 == .retired }, languages: profile.languages.map(\.text),
            specialties: profile.specialties.map(\.text), livedExperience: profile.livedExperience.map(\.text),
            biography: profile.biography?.text, usualReplyMinutes: profile.usualReplyMinutes.map(Int.init),
            availability: profile.availability.rawValue, isOnCall: isOnCall, credential: member.credential.text,
            credentialExpires: Int(member.credentialExpires.number),
            trainingExpires: Int(member.trainingExpires.number),
            designatedSince: Int(member.designatedSince.number), cannotBeChosen: refusal(member))
    }

    /// Somebody by id, the beginning of an id, or a part of the name that no other has.
    /// - Throws: `Trouble.usage`.
    func find(_ name: String) throws -> Person { person(try member(name)) }

    /// The same, as the roster has them.
    func member(_ name: String) throws -> Member {
        let all = program.document.content.members.filter { $0.role != .coordinator && $0.status != .removed }
        let wanted = name.trimmed
        guard !wanted.isEmpty else { throw Trouble.nobody(named: name) }
        let id = wanted.uppercased().filter { $0 != "-" && $0 != " " }
        if let exact = all.first(where: { $0.id.crockford == id || $0.profile.name.text == wanted }) { return exact }
        var found = all.filter { $0.profile.name.text.lowercased().contains(wanted.lowercased()) }
        if found.isEmpty, id.count >= 4 { found = all.filter { $0.id.crockford.hasPrefix(id) } }
        guard let one = found.first else { throw Trouble.nobody(named: name) }
        guard found.count == 1 else { throw Trouble.several(found.map(\.profile.name.text)) }
        return one
    }
}

extension String {
    /// Without the spaces at both ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}

extension Trouble {
    fileprivate static func nobody(named name: String) -> Trouble {
        Trouble(
            .usage, "Nobody in the program is called that.", meaning: "Nothing was sent.",
            remedy: "Look at the list of peers, and use a part of a name or the beginning of an id from there.")
    }

    fileprivate static func several(_ names: [String]) -> Trouble {
        Trouble(
            .usage, "Several people fit: \(names.sorted().prefix(8).joined(separator: ", ")).",
            meaning: "Nothing was sent.", remedy: "Give more of the name, or the id.")
    }
}
