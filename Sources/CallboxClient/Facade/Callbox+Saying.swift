internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// What a person says. It is stored and waits to leave when these return; `sync` sends it, and `stayInTouch` at once.
extension Callbox {
    /// Says something in a conversation.
    public func say(_ text: String, in id: Int) throws -> Entry {
        try Trouble.telling { try say(.text(TextMessage(text: Self.fit(text))), in: id) }
    }

    /// Keeps a conversation for fewer days, and asks the others for the same. Each side keeps to the fewest that anybody asked for.
    public func retain(days: Int, in id: Int) throws {
        try Trouble.telling {
            guard let bounded = try? Bounded<1, 90>(days) else {
                throw Trouble.unfit("A message is kept for 1 to 90 days.")
            }
            _ = try say(.expire(RetentionLimit(days: bounded)), in: id) { record in
                record.retentionDays = min(record.retentionDays ?? 90, days)
            }
        }
    }

    /// Leaves a conversation, with a last word or without. Its mailbox is deleted when everything has left. What was said stays here until it is too old.
    public func end(_ id: Int, farewell: String?) async throws {
        try await Trouble.telling {
            let word: Words<8_192>? = try farewell.map { try Self.fit($0) }
            try store.change { records in
                guard let record = try records.value(.conversation(id)) else { throw Trouble.noConversation(id) }
                if !record.hasEnded {
                    do {
                        _ = try talk.say(.goodbye(Goodbye(text: word)), in: id, records: &records)
                    } catch let trouble as Trouble where trouble == .otherIsGone {
                        // There is nobody to say it to.
                    }
                }
                try records.update(.conversation(id)) { $0.weLeft = true }
                for session in Set(record.others.compactMap(\.session)) {
                    let others = try records.existing(.session(session)).conversations
                    let isOver = try others.allSatisfy { try records.value(.conversation($0))?.hasEnded ?? true }
                    if isOver { try talk.end(session, records: &records) }
                }
            }
            bell.ring()
            _ = try await sendAll()
        }
    }

    /// Says in every conversation that one is away until some hour, or back: `away`, `back`. For members.
    public func presence(_ state: String, until: Int?) throws {
        try Trouble.telling {
            guard try me != .officer else { throw Trouble.membersOnly }
            guard let known = Presence.State(rawValue: state), known != .here else {
                throw Trouble.unfit("One is away, or back.")
            }
            let hour = try until.map { try Self.hour($0) }
            try store.change { records in
                try records.update(.person) { $0.presence = PresenceRecord(state, until: hour) }
                for name in records.names(beginning: Record<ConversationRecord>.conversations) {
                    let record = try records.existing(Record<ConversationRecord>(name))
                    guard !record.hasEnded else { continue }
                    do {
                        _ = try talk.say(.state(Presence(.known(known), until: hour)), in: record.id, records: &records)
                    } catch let trouble as Trouble where trouble == .otherIsGone {
                        continue
                    }
                }
            }
            bell.ring()
        }
    }

    /// Says how it was: 1 (not at all) to 5 (very much), and whether one would come again: `yes`, `unsure`, `no`. For officers; it goes on only as counts.
    public func rate(helped: Int, wouldReturn: String, in id: Int) throws {
        try Trouble.telling {
            guard try me == .officer else { throw Trouble.membersAnswer }
            guard let helped = try? Bounded<1, 5>(helped), let answer = Rating.Answer(rawValue: wouldReturn) else {
                throw Trouble.unfit("A rating is 1 to 5, and yes, unsure or no.")
            }
            _ = try say(.rating(Rating(helped: helped, wouldReturn: .known(answer))), in: id)
        }
    }

    /// Plans a check-in: sent now, and shown when it is due, if that is not too late. For peers.
    public func checkIn(in id: Int, dueHour: Int, untilHour: Int, occasion: String, text: String) throws {
        try Trouble.telling {
            guard try me != .officer else { throw Trouble.membersOnly }
            guard let occasion = CheckIn.Occasion(rawValue: occasion) else {
                throw Trouble.unfit("A check-in is after an incident, a follow-up, an anniversary, or other.")
            }
            guard
                let checkIn = try? CheckIn(
                    due: Self.hour(dueHour), until: Self.hour(untilHour), occasion: .known(occasion),
                    text: Self.fit(text))
            else { throw Trouble.unfit("A check-in has at most 4,096 bytes of text, and ends after it is due.") }
            _ = try say(.checkIn(checkIn), in: id)
        }
    }

    /// Answers a check-in: `all-right`, `getting-by`, `struggling`, `need-someone`, and words if one likes.
    public func answerCheckIn(entry: Int, in id: Int, feeling: String, text: String?) throws {
        try Trouble.telling {
            guard let feeling = CheckInReply.Feeling(rawValue: feeling) else {
                throw Trouble.unfit("An answer is all-right, getting-by, struggling or need-someone.")
            }
            let body = try body(of: entry, in: id) { if case .checkIn = $0 { true } else { false } }
            _ = try say(
                .checkInReply(
                    CheckInReply(to: body, feeling: .known(feeling), text: try text.map { try Self.fit($0) })),
                in: id)
        }
    }

    /// Suggests another peer to an officer. Nothing of the conversation goes to them.
    public func proposeTransfer(to person: String, reason: String, text: String?, in id: Int) throws {
        try Trouble.telling {
            guard try me != .officer else { throw Trouble.membersOnly }
            guard let reason = TransferProposal.Reason(rawValue: reason) else {
                throw Trouble.unfit("The reason is one of away, caseload, better-fit, conflict, leaving, other.")
            }
            let member = try store.read { try Roster(program(in: $0), at: clock.now).member(person) }
            _ = try say(
                .transferProposal(
                    TransferProposal(to: member.id, reason: .known(reason), text: try text.map { try Self.fit($0) })),
                in: id)
        }
    }

    /// Answers the suggestion of another peer. Whoever agrees begins a new conversation themself.
    public func answerTransfer(entry: Int, in id: Int, agrees: Bool, text: String?) throws {
        try Trouble.telling {
            let body = try body(of: entry, in: id) { if case .transferProposal = $0 { true } else { false } }
            let words: Words<8_192>? = try text.map { try Self.fit($0) }
            _ = try say(
                agrees
                    ? .transferAcceptance(ProposalAcceptance(to: body))
                    : .transferDecline(ProposalDecline(of: body, text: words)), in: id)
        }
    }

    /// Says that a limit of confidentiality has been reached: `harm-to-self`, `harm-to-others`, `abuse`, `court`, `other`. For peers and clinicians.
    public func invokeLimit(_ limit: String, text: String, in id: Int) throws {
        try Trouble.telling {
            guard try me != .officer else { throw Trouble.membersOnly }
            guard let limit = LimitsInvoked.Limit(rawValue: limit) else {
                throw Trouble.unfit("A limit is harm-to-self, harm-to-others, abuse, court or other.")
            }
            let notice = try store.read { try program(in: $0).document.content.notices.first?.hash }
            guard let notice else { throw ProgramError.noDocument }
            _ = try say(
                .limitsInvoked(LimitsInvoked(limit: .known(limit), notice: notice, text: Self.fit(text))), in: id)
        }
    }

    // MARK: How

    private func say(
        _ content: CallboxSealing.Content, in id: Int, _ change: (inout ConversationRecord) -> Void = { _ in }
    ) throws -> Entry {
        let shown = try store.change { records in
            let said = try talk.say(content, in: id, records: &records)
            try records.update(.conversation(id), change)
            let record = try records.existing(.conversation(id))
            let names = EntryNames(program: try programs.program(in: records)?.program)
            return try said.entry.flatMap { entry in
                try records.value(.entries(id, with: entry))?.first { $0.id == entry }
            }.flatMap { names.view(of: $0, in: record) }
        }
        bell.ring()
        guard let shown else { throw StateError.missing("entry") }
        return shown
    }

    private func body(
        of entry: Int, in id: Int, where isIt: (CallboxSealing.Content) -> Bool
    ) throws -> BodyID {
        let record = try store.read { try $0.value(.entries(id, with: entry))?.first { $0.id == entry } }
        guard case .said(let body, let line)? = record?.content,
            let read = try? Body(rereading: line.bytes, of: body), isIt(read.entry.content)
        else {
            throw Trouble(
                .usage, "There is nothing of this kind to answer at \(entry).", meaning: "Nothing was sent.",
                remedy: "Look at the conversation, and use the number that stands there.")
        }
        return body
    }

    private static func hour(_ number: Int) throws -> Hour {
        guard let number = UInt32(exactly: number) else { throw Trouble.unfit("There is no such hour.") }
        return Hour(number)
    }
}

extension Trouble {
    fileprivate static let membersOnly = Trouble(
        .notNow, "This is for peers and clinicians.", meaning: "Nothing was sent.",
        remedy: "Just write what you want to say.")

    fileprivate static let membersAnswer = Trouble(
        .notNow, "This is for officers.", meaning: "Nothing was sent.", remedy: "Just write what you want to say.")
}
