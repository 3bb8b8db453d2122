internal import CallboxCrypto
package import CallboxProgram
internal import CallboxSealing
package import CallboxWire

/// What peers, clinicians and coordinators have beside conversations: keys in the roster, an intake, sheets.
extension Callbox {
    /// The first records of a member's vault: fresh keys that nobody has vouched for, and an intake that is made when the roster has them.
    package static func records(
        ofMember name: String, as role: Role, by invite: Invite, in state: ProgramState, under key: StateKey,
        language: LanguageTag? = nil, at now: Instant
    ) throws -> Records {
        guard role != .officer else { throw Trouble.unfit("A member is a peer, a clinician or a coordinator.") }
        guard let line = try? Line<80>(name) else {
            throw Trouble.unfit("A member's name is one line of at most 80 bytes.")
        }
        var random = SystemRandom()
        var records = Records()
        let person = PersonRecord(
            role: role, created: Day(of: now), invite: invite, memberID: .random(from: &random), name: line.text,
            language: language)
        records.put(person, in: .person)
        records.put(state, in: .program)
        let signing = SigningKey.random(from: &random)
        let agreement = AgreementKey.random(from: &random)
        records.put(key.seal(signing: signing, agreement: agreement, random: &random), in: .keys)
        let intake = MailboxRecord.fresh(.intake, session: nil, under: key, random: &random)
        records.put(intake, in: .mailbox(intake.address))
        return records
    }

    /// What a member gives to a coordinator, who puts it into the roster: JSON with public keys only.
    public func membershipRequest() throws -> String {
        try Trouble.telling {
            try store.read { records in
                let person = try records.existing(.person)
                guard let id = person.memberID, let name = person.name, let role = person.role.memberRole else {
                    throw Trouble.onNoList
                }
                let keys = try store.key.memberKeys(in: records)
                let request = MembershipPaper(
                    program: person.program, member: id, role: role, name: name,
                    verificationKey: keys.signing.verificationKey, agreementKey: keys.agreement.publicKey)
                return String(decoding: DocumentCoding.encode(request), as: UTF8.self) + "\n"
            }
        }
    }

    /// How the roster has this member, in plain sentences: what is missing, what ends soon. Nothing when all is well.
    public func membershipWarnings() throws -> [String] {
        try Trouble.telling { try store.read { records in try memberWarnings(in: records) } }
    }

    /// Has the sheets published that are missing, for today and 21 days, after the program's newest list was fetched and the intake made. Nobody can reach a
    /// member without.
    /// - Returns: how many days are published from today on.
    public func publishSheets() async throws -> Int {
        try await Trouble.telling {
            if let trouble = try await upkeep.run().first(where: { $0.kind == .network }) {
                throw Trouble(
                    trouble.kind, trouble.happened,
                    meaning: "No keys were published now. Officers can write to you as long as those of before last.",
                    remedy: "Look whether this machine is online, and try again.")
            }
            return try await publishMissingSheets()
        }
    }

    private func publishMissingSheets() async throws -> Int {
        try await Trouble.telling {
            let made = try prepareSheets()
            try await makeIntake()
            let cellDays = try await relay.statement().retentionDays
            let signer = try store.read { try store.key.memberSigner(in: $0) }
            for start in stride(from: 0, to: made.sheets.count, by: 32) {
                let part = Array(made.sheets[start...].prefix(32))
                try await relay.publish(part, of: made.member, in: made.program, by: signer)
                try store.change { records in
                    try OwnSheets.markPublished(part, in: &records)
                    var log = try records.value(.upkeep) ?? UpkeepRecord()
                    log.cellDays = cellDays
                    records.put(log, in: .upkeep)
                }
            }
            let today = Day(of: clock.now)
            return try store.read { records in
                try OwnSheets.days(in: records).count { day in
                    try day >= today && records.existing(.sheet(day)).isPublished
                }
            }
        }
    }

    /// The sheets that the relay does not have, stored before it gets them.
    private func prepareSheets() throws -> (sheets: [PrekeySheet], member: MemberID, program: ProgramID) {
        let today = Day(of: clock.now)
        return try store.change { records in
            guard let id = try records.existing(.person).memberID else { throw Trouble.onNoList }
            let program = try program(in: records)
            let member = try listed(id, in: program, records)
            let sheets = try OwnSheets.prepare(
                for: member, in: program, intake: intake(in: records), on: today, under: store.key, in: &records)
            return (sheets, member.id, program.id)
        }
    }

    /// For how many days the private halves of a day outlive it: as long as the relay keeps cells, by its own word and with the two days that it adds by
    /// chance; or as long as any relay may, until it has said so.
    private func cellDays(in records: Records) throws -> Int {
        min(90, try records.value(.upkeep)?.cellDays.map { $0 + 2 } ?? 90)
    }

    /// What a member's client does by itself when it goes online: publishes what is missing and erases what is over.
    func tendMembership() async throws -> [Trouble] {
        let now = clock.now
        let today = Day(of: now)
        let wants = try store.read { records in
            guard let id = try records.existing(.person).memberID else { return (erasing: false, publishing: false) }
            let days = try OwnSheets.days(in: records)
            let kept = try cellDays(in: records)
            let isOver = days.contains { SheetPlan.erasure(of: $0, retentionDays: kept) < now }
            guard try programs.program(in: records)?.program?.member(id) != nil else { return (isOver, false) }
            let isMissing =
                try !SheetPlan.days(from: today, published: Set(days)).isEmpty
                || days.contains { try $0 >= today && !records.existing(.sheet($0)).isPublished }
            return (isOver, isMissing)
        }
        if wants.erasing {
            try store.change { try OwnSheets.erase(at: now, retentionDays: cellDays(in: $0), in: &$0) }
        }
        guard wants.publishing else { return [] }
        do {
            _ = try await publishMissingSheets()
            return []
        } catch let trouble as Trouble {
            return [trouble]
        }
    }

    // MARK: How

    /// The roster's entry, which must have our keys.
    private func listed(_ id: MemberID, in program: VerifiedProgram, _ records: Records) throws -> Member {
        let keys = try store.key.memberKeys(in: records)
        guard let member = program.member(id), member.verificationKey == keys.signing.verificationKey,
            member.agreementKey == keys.agreement.publicKey
        else {
            throw Trouble(
                .notNow, "The program's list does not have you, or not with the keys of this vault.",
                meaning: "Nobody can reach you, and nothing was published.",
                remedy: "Give your request to a coordinator. When they have published the list, try again.")
        }
        return member
    }

    private func intake(in records: Records) throws -> MailboxRecord {
        let all = try records.names(beginning: Record<MailboxRecord>.mailboxes)
            .map { try records.existing(Record<MailboxRecord>($0)) }
        guard let intake = all.first(where: { $0.kind == .intake && !$0.isLeaving }) else {
            throw StateError.missing("intake")
        }
        return intake
    }

    /// Has the intake made by way of the outbox, which pays for it.
    private func makeIntake() async throws {
        let isMade = try store.change { records in
            let intake = try intake(in: records)
            guard !intake.isMade else { return true }
            let waiting = try talk.lanes(in: records).flatMap(\.self).contains { $0.order == .make(intake.address) }
            if !waiting { try talk.enqueue(.make(intake.address), payment: .due, session: nil, in: &records) }
            return false
        }
        guard !isMade else { return }
        let report = try await sendAll()
        guard try store.read({ try intake(in: $0).isMade }) else {
            throw report.troubles.first ?? Trouble.relay(.unreachable)
        }
    }

    func memberWarnings(in records: Records) throws -> [String] {
        let person = try records.existing(.person)
        guard let id = person.memberID else { return [] }
        let today = Day(of: clock.now)
        guard let program = try programs.program(in: records)?.program, let member = program.member(id) else {
            return ["The program's list does not have you yet. Give your request to a coordinator."]
        }
        var warnings = Membership(member: member, today: today).warnings
        let limit = program.document.content.policy.caseloadLimit
        let open = try records.names(beginning: Record<ConversationRecord>.conversations)
            .map { try records.existing(Record<ConversationRecord>($0)) }
            .count { !$0.hasEnded && $0.others.contains { $0.role == .officer } && $0.others.count == 1 }
        if open > limit {
            warnings.append(
                "You have \(open) open conversations; the program asks for at most \(limit). Think of handing some over."
            )
        }
        if let log = try records.value(.upkeep), log.foreignSheets.contains(where: { $0 >= today }) {
            warnings.append(
                "The relay serves a sheet in your name that is not of this vault: what is written to you may not open here. "
                    + "If you have not set up Callbox anew, tell a coordinator at once.")
        }
        if try talk.missesBeginning(in: records) { warnings.append(Notes.withoutBeginning) }
        return warnings
    }
}

extension Trouble {
    fileprivate static let onNoList = Trouble(
        .notNow, "You are an officer here, and on no list: this is for peers and clinicians.",
        meaning: "Nothing was changed.", remedy: "If you are a peer as well, make another vault for that, with --home.")
}

/// How the roster has a member.
struct Membership {
    let member: Member
    let today: Day
    /// How long before its end something is spoken of, in days.
    static let ahead: UInt32 = 30

    /// What the member should know.
    var warnings: [String] {
        var all: [String] = []
        switch member.status {
        case .active: break
        case .away: all.append("The program's list has you as away. Nobody new can choose you.")
        case .suspended: all.append("The program has suspended you. Nobody can choose you, and consents do not count.")
        case .removed: all.append("The program has taken you off its list.")
        }
        if today < member.designatedSince { all.append("You can be chosen in \(days(until: member.designatedSince)).") }
        for (what, last) in [("credential", member.credentialExpires), ("training", member.trainingExpires)] {
            if last < today {
                all.append("Your \(what) has run out. Nobody can choose you, and consents do not count.")
            } else if last < today.later(by: Self.ahead) {
                all.append("Your \(what) runs out in \(days(until: last.later(by: 1))).")
            }
        }
        return all
    }

    private func days(until day: Day) -> String {
        let count = day.number - today.number
        return count == 1 ? "1 day" : "\(count) days"
    }
}

extension Role {
    /// As the roster names it; nil for an officer.
    var memberRole: MemberRole? {
        switch self {
        case .officer: nil
        case .peer: .peer
        case .clinician: .clinician
        case .coordinator: .coordinator
        }
    }
}

/// A membership request as it is written: `Office/MembershipRequest` reads it.
private struct MembershipPaper: Encodable {
    let v = 1
    let program: ProgramID
    let member: MemberID
    let role: MemberRole
    let name: String
    let verificationKey: VerificationKey
    let agreementKey: AgreementPublicKey

    private enum CodingKeys: String, CodingKey {
        case v, program, member, role, name
        case verificationKey = "verification_key"
        case agreementKey = "agreement_key"
    }
}
