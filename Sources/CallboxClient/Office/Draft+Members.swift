internal import CallboxProgram
internal import CallboxWire

extension Draft {
    /// Adds somebody who asked, and whose code was compared.
    public mutating func add(_ request: MembershipRequest, as entry: MemberEntry, today: String) throws {
        guard request.program == content.programID else {
            throw Trouble(
                .notTrusted, "This request is for another program.", meaning: "Nobody was added.",
                remedy: "The member runs `callbox member init` again, with this program's invite.")
        }
        if let role = entry.role, role != request.role {
            throw Trouble(
                .usage, "The request is for a \(request.role), and not for a \(role).", meaning: "Nobody was added.",
                remedy: "Ask for a request of the right role.")
        }
        try refuseKnownKeys(of: request)
        guard let credential = entry.credential, let expires = entry.credentialExpires,
            let training = entry.trainingExpires
        else {
            throw Trouble(
                .usage, "A member needs a credential, its last day, and the last day of their training.",
                meaning: "Nobody was added.",
                remedy: "Give --credential, --credential-expires and --training-expires, days like 2027-06-30.")
        }
        var member = Member(
            id: request.member, role: request.memberRole, verificationKey: request.verificationKey,
            agreementKey: request.agreementKey,
            designatedSince: try Field.day(entry.designatedSince ?? today, "the first day of membership"),
            credential: try Field.line(credential, "the credential"),
            credentialExpires: try Field.day(expires, "the last day of the credential"),
            trainingExpires: try Field.day(training, "the last day of the training"),
            profile: MemberProfile(name: request.memberName))
        try member.profile.apply(entry)
        content.members.append(member)
    }

    /// Changes what the program says of a member.
    public mutating func change(_ who: String, to entry: MemberEntry) throws {
        let index = try place(of: who)
        var member = content.members[index]
        if let role = entry.role { member.role = try Field.choice(role, MemberRole.allCases, "the role") }
        if let day = entry.designatedSince {
            member.designatedSince = try Field.day(day, "the first day of membership")
        }
        if let credential = entry.credential { member.credential = try Field.line(credential, "the credential") }
        if let day = entry.credentialExpires {
            member.credentialExpires = try Field.day(day, "the last day of the credential")
        }
        if let day = entry.trainingExpires {
            member.trainingExpires = try Field.day(day, "the last day of the training")
        }
        try member.profile.apply(entry)
        content.members[index] = member
    }

    /// Sets a member to `active`, `away`, `suspended` or `removed`, for good in the last case: the entry stays, so that its keys are never given to anybody
    /// else. Gives the member's name.
    @discardableResult
    public mutating func set(_ who: String, to status: String) throws -> String {
        let status = try Field.choice(status, MemberStatus.allCases, "a member's status")
        let index = try place(of: who)
        guard content.members[index].status != .removed || status == .removed else {
            throw Trouble.unusable(
                "This member was removed, which is for good.", "They make a new request with `callbox member init`.")
        }
        content.members[index].status = status
        return content.members[index].profile.name.text
    }

    /// Where a member stands: by id, by the beginning of it, or by a part of the name that nobody else has. Who was removed is found by id only.
    private func place(of who: String) throws -> Int {
        let symbols = who.uppercased().filter { $0 != "-" && $0 != " " }
        let ids = content.members.map { CrockfordBase32.encode($0.id.bytes) }
        if let whole = ids.firstIndex(of: symbols) { return whole }
        let current = content.members.indices.filter { content.members[$0].status != .removed }
        let wanted = who.lowercased()
        let byName = current.filter { content.members[$0].profile.name.text.lowercased() == wanted }
        let byPart = current.filter {
            (symbols.count >= 4 && ids[$0].hasPrefix(symbols))
                || (!wanted.isEmpty && content.members[$0].profile.name.text.lowercased().contains(wanted))
        }
        let found = byName.isEmpty ? byPart : byName
        if found.count == 1 { return found[0] }
        throw Trouble.unusable(
            found.isEmpty ? "No member goes by that." : "\(found.count) members go by that.",
            "Name one by id or by a part of the name: callbox program draft show lists them.")
    }

    private func refuseKnownKeys(of request: MembershipRequest) throws {
        let isKnown = content.members.contains {
            $0.id == request.member || $0.verificationKey == request.verificationKey
                || $0.agreementKey == request.agreementKey
        }
        guard !isKnown else {
            throw Trouble(
                .usage, "Somebody with this id or these keys is in the roster already.", meaning: "Nobody was added.",
                remedy: "To change an entry: callbox program change-member. Who was removed needs a new request.")
        }
    }
}

extension MemberProfile {
    /// Changes what is said, and leaves the rest.
    mutating func apply(_ entry: MemberEntry) throws {
        var next = self
        if let profile = entry.profile {
            do { next = try DocumentCoding.decode(from: profile, limit: 65_536) } catch {
                throw Trouble.unusable(
                    "The profile cannot be read: it is not JSON, or something in it is missing, too long or of another kind.",
                    "Protocol/documents.md section 4 says what stands in one.")
            }
        }
        if let text = entry.name { next.name = try Field.line(text, "the name") }
        if let text = entry.agency { next.agency = try Field.line(text, "the agency") }
        if let text = entry.rankBand { next.rankBand = try Field.line(text, "the rank band") }
        if let text = entry.unit { next.unit = try Field.line(text, "the unit") }
        if let text = entry.shift { next.shift = try Field.line(text, "the shift") }
        if let text = entry.biography { next.biography = try Field.passage(text, "the biography") }
        if let text = entry.service {
            next.service = try Field.choice(text, [Service.active, .retired], "the service")
        }
        if let text = entry.availability {
            next.availability = try Field.choice(text, [Availability.open, .limited, .full], "the availability")
        }
        if let minutes = entry.usualReplyMinutes {
            next.usualReplyMinutes = UInt32(try Field.number(minutes, 0...525_600, "the minutes until an answer"))
        }
        if !entry.languages.isEmpty { next.languages = try entry.languages.map(Field.language) }
        if !entry.specialties.isEmpty {
            next.specialties = try entry.specialties.map { try Field.line($0, "a specialty") }
        }
        if !entry.livedExperience.isEmpty {
            next.livedExperience = try entry.livedExperience.map { try Field.line($0, "an experience") }
        }
        if !entry.onCall.isEmpty { next.onCall = try entry.onCall.map(Field.onCall) }
        next.languages = try Field.list(next.languages, atMost: 16, "languages")
        next.specialties = try Field.list(next.specialties, atMost: 16, "specialties")
        next.livedExperience = try Field.list(next.livedExperience, atMost: 16, "experiences")
        next.onCall = try Field.list(next.onCall, atMost: 14, "hours on call")
        self = next
    }
}
