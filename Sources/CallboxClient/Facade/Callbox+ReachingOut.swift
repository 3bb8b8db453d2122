internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// An officer's first word to a member.
extension Callbox {
    /// Begins a conversation with a member, by keys and a mailbox of its own that nobody has seen before. It is stored before it leaves, so once a number is
    /// given the message goes out, now or when the relay is there.
    /// - Returns: the conversation's number.
    /// - Throws: `Trouble`: `notNow` when the notice was not acknowledged, the member not screened or has no keys there; `expired`, `notTrusted`, `network`.
    public func reachOut(to person: String, text: String, concern danger: String?) async throws -> Int {
        try await Trouble.telling {
            let content = try Self.content(text, danger)
            let member = try store.read { try Roster(program(in: $0), at: clock.now).member(person).id }
            try await prepare()
            guard try store.read({ try isScreened(member, in: $0) }) == true else { throw Trouble.notScreened }
            return try await reachOut(with: try await sheetOfToday(of: member), saying: content)
        }
    }

    /// Begins a conversation with somebody who fits and has room: those who are on call first, and among them by chance. Who was screened out is left out.
    /// - Returns: the conversation's number.
    public func reachAnyone(_ filter: PeerFilter, text: String, concern danger: String?) async throws -> Int {
        try await Trouble.telling {
            let content = try Self.content(text, danger)
            try await prepare()
            let book = try await bookOfToday()
            var filter = filter
            filter.withRoomOnly = true
            let people = try peers(filter).people
            let onCall = people.filter(\.isOnCall)
            // The draw is among those whose keys are there: nobody is written to who could not read it.
            for group in [onCall, people.filter { !$0.isOnCall }] {
                let sheets = group.compactMap { person -> VerifiedSheet? in
                    guard let bytes = try? CrockfordBase32.decode(person.id, byteCount: MemberID.byteCount),
                        let id = try? MemberID(bytes)
                    else { return nil }
                    return try? sheet(of: id, in: book)
                }
                guard !sheets.isEmpty else { continue }
                var random = SystemRandom()
                let draw = random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(sheets.count)
                return try await reachOut(with: sheets[Int(draw)], saying: content)
            }
            throw Trouble.nobodyThere
        }
    }

    private static func content(_ text: String, _ danger: String?) throws -> CallboxSealing.Content {
        guard let danger else { return .text(TextMessage(text: try fit(text))) }
        guard let danger = Concern.Danger(rawValue: danger) else {
            throw Trouble(
                .usage, "Whether somebody is in danger is answered by no, unsure or yes.",
                meaning: "Nothing was sent.", remedy: "Say one of the three.")
        }
        return .concern(Concern(text: try fit(text), danger: .known(danger)))
    }

    /// What must be so before anybody is written to: the program is known to be current, and its notice was read.
    private func prepare() async throws {
        guard try me == .officer else { throw Trouble.officersOnly }
        let now = clock.now
        // Whoever tries again is not refused for an hour by what may have changed since.
        let isCurrent = try store.read { records in
            try programs.program(in: records).map { (try? $0.checkNewSession(at: now)) != nil } ?? false
        }
        let troubles = try await keepUp(atOnce: !isCurrent)
        do {
            try store.read { records in
                guard let state = try programs.program(in: records) else { throw ProgramError.noDocument }
                _ = try state.checkNewSession(at: now)
                guard try program(in: records).document.content.policy.minimumClient <= .this else {
                    throw Trouble.tooOld
                }
                guard try acknowledged(in: records) != nil else { throw Trouble.noticeUnread }
            }
        } catch let error as ProgramError {
            // Why it is not current says more than that it is not.
            throw troubles.first { $0.kind == .notTrusted || $0.kind == .network }?.unsent ?? Trouble.program(error)
        }
    }

    /// The keys of today. Nothing is stored before they are here, so of what was written nothing is kept when they do not come.
    private func bookOfToday() async throws -> SheetBook {
        do {
            return try await upkeep.book(on: Day(of: clock.now))
        } catch let failure as RelayFailure {
            throw Trouble.relay(failure).unsent
        } catch let refused as ProgramError {
            throw Trouble.program(refused).unsent
        }
    }

    /// The keys of somebody of today, which must be theirs.
    private func sheetOfToday(of member: MemberID) async throws -> VerifiedSheet {
        let book = try await bookOfToday()
        do {
            return try sheet(of: member, in: book)
        } catch let refused as ProgramError {
            throw Trouble.program(refused).unsent
        } catch let trouble as Trouble {
            throw trouble.unsent
        }
    }

    /// The notice that was acknowledged, if the program still has it.
    private func acknowledged(in records: Records) throws -> NoticeHash? {
        let program = try program(in: records)
        return try records.existing(.person).acknowledged.last { program.hasNotice($0.notice) }?.notice
    }

    private func isScreened(_ member: MemberID, in records: Records) throws -> Bool? {
        try records.existing(.person).screens.first { $0.member == member }?.isClear
    }

    private func reachOut(with sheet: VerifiedSheet, saying content: CallboxSealing.Content) async throws -> Int {
        let conversation = try store.change { records in
            let program = try program(in: records)
            guard sheet.member.role == .peer else { throw Trouble.peersOnly }
            guard let notice = try acknowledged(in: records) else { throw Trouble.noticeUnread }
            guard try isScreened(sheet.member.id, in: records) != false else { throw Trouble.notScreened }
            return try talk.reachOut(to: sheet, in: program, notice: notice, saying: content, records: &records)
        }
        bell.ring()
        // What does not leave now leaves later: it is stored.
        _ = try await sendAll()
        return conversation
    }

    /// Words of a person that fit.
    /// - Throws: `Trouble.usage`.
    static func fit<let limit: Int>(_ text: String) throws -> Words<limit> {
        do {
            return try Words(text)
        } catch {
            throw error == .tooLong ? Trouble.textTooLong : Trouble.textEmpty
        }
    }
}

extension ClientVersion {
    /// The version of this client.
    static let this = ClientVersion(major: 0, minor: 1, patch: 0)
}

extension Trouble {
    fileprivate static let tooOld = Trouble(
        .notNow, "The program asks for a newer Callbox than this one before anybody begins a conversation.",
        meaning: "Nothing was sent. Conversations that run go on.", remedy: "Install the newest Callbox.")

    fileprivate static let notScreened = Trouble(
        .notNow, "The three questions about conflicts were not answered for this person, or the answer was yes.",
        meaning: "Nothing was sent.", remedy: "Answer them, or choose somebody else.")

    fileprivate static let officersOnly = Trouble(
        .notNow, "Only officers begin conversations with peers.", meaning: "Nothing was sent.",
        remedy: "Members are written to, and answer.")

    fileprivate static let peersOnly = Trouble(
        .notNow, "This person is not a peer: a clinician is reached through a peer, with your consent.",
        meaning: "Nothing was sent.", remedy: "Choose a peer.")

    fileprivate static let nobodyThere = Trouble(
        .notNow, "Nobody who fits can be written to now.",
        meaning: "Nothing was sent, and what you wrote is not kept here.",
        remedy: "Ask for less, look at the list of peers, or call one of the numbers: callbox crisis")
}
