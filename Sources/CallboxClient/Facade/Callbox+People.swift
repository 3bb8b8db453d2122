internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Whom one can write to, and the notice that is read before.
extension Callbox {
    /// What this person is.
    public var me: Role {
        get throws { try Trouble.telling { try store.read { try $0.existing(.person).role } } }
    }

    // MARK: The notice

    /// The limits of confidentiality, in a language or the nearest there is.
    public func notice(language: String?) throws -> NoticeView {
        try Trouble.telling {
            let (person, content) = try store.read { (try $0.existing(.person), try program(in: $0).document.content) }
            let wanted = language ?? person.language?.text
            guard let notice = Self.nearest(to: wanted, in: content.notices) else {
                throw ProgramError.noDocument
            }
            let hash = notice.hash
            return NoticeView(
                language: notice.language.text, text: notice.text.text,
                isAcknowledged: person.acknowledged.contains { $0.notice == hash },
                otherLanguages: content.notices.map(\.language.text).filter { $0 != notice.language.text })
        }
    }

    private static func nearest(to language: String?, in notices: [LimitsNotice]) -> LimitsNotice? {
        guard let wanted = language?.lowercased() else { return notices.first }
        let primary = wanted.prefix { $0 != "-" }
        return notices.first { $0.language.text.lowercased() == wanted }
            ?? notices.first { $0.language.text.lowercased().prefix { $0 != "-" } == primary } ?? notices.first
    }

    /// Says that a notice was read whole. It counts for exactly this text, as the program has it now.
    /// - Throws: `Trouble.notNow` when the program's text is another by now.
    public func acknowledge(_ notice: NoticeView) throws {
        try Trouble.telling {
            try store.change { records in
                let notices = try program(in: records).document.content.notices
                let same = notices.first { $0.language.text == notice.language && $0.text.text == notice.text }
                guard let same else {
                    throw Trouble(
                        .notNow, "The program has changed its notice since you read it.",
                        meaning: "It is not acknowledged.", remedy: "Read it again as it is now.")
                }
                try records.update(.person) { person in
                    person.acknowledged.removeAll { $0.notice == same.hash }
                    person.acknowledged.append(
                        AcknowledgedNotice(
                            notice: same.hash, language: same.language, day: Day(of: clock.now)))
                    person.acknowledged = person.acknowledged.suffix(16)
                    person.language = same.language
                }
            }
        }
    }

    // MARK: People

    /// Members that can be chosen now, as a person looks for them.
    public func peers(_ filter: PeerFilter, role: Role = .peer) throws -> PeerList {
        try Trouble.telling {
            try store.read { records in
                let roster = try Roster(program(in: records), at: clock.now)
                let out = Set(try records.existing(.person).screens.filter { !$0.isClear }.map(\.member))
                let eligible = roster.members(of: role).filter { roster.refusal($0) == nil }
                let people = eligible.filter { !out.contains($0.id) }.map(roster.person).filter(filter.matches)
                return PeerList(people: people, eligibleCount: eligible.count)
            }
        }
    }

    /// A member by id, the beginning of an id, or a part of the name that no other has.
    /// - Throws: `Trouble.usage`.
    public func person(named name: String) throws -> Person {
        try Trouble.telling {
            try store.read { try Roster(program(in: $0), at: clock.now).find(name) }
        }
    }

    /// Answers the conflict screen about a member. The answers stay in no record; only whether the member may be chosen is kept, here.
    /// - Returns: whether they may.
    public func screen(_ person: String, _ answers: ConflictAnswers) throws -> Bool {
        try Trouble.telling {
            try store.change { records in
                let member = try Roster(program(in: records), at: clock.now).member(person)
                try records.update(.person) { person in
                    person.screens.removeAll { $0.member == member.id }
                    person.screens.append(Screen(of: member.id, isClear: !answers.isConflict))
                }
                return !answers.isConflict
            }
        }
    }

    /// The program document that is believed now.
    func program(in records: Records) throws -> VerifiedProgram {
        guard let program = try programs.program(in: records)?.program else { throw ProgramError.noDocument }
        return program
    }
}

extension PeerFilter {
    /// Whether somebody is looked for.
    func matches(_ person: Person) -> Bool {
        func has(_ part: String?, in texts: [String?]) -> Bool {
            guard let part = part?.lowercased(), !part.isEmpty else { return true }
            return texts.contains { $0?.lowercased().contains(part) ?? false }
        }
        let language = language?.lowercased() ?? ""
        let speaks =
            language.isEmpty
            || person.languages.contains { $0.lowercased() == language || $0.lowercased().hasPrefix(language + "-") }
        return has(unit, in: [person.unit]) && has(shift, in: [person.shift]) && has(specialty, in: person.specialties)
            && has(experience, in: person.livedExperience) && speaks && (!onCallOnly || person.isOnCall)
            && (!withRoomOnly || person.availability != MemberProfile.Availability.full.rawValue)
    }
}
