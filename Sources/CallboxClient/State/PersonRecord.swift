package import CallboxProgram
package import CallboxSealing
package import CallboxWire

/// Whose vault it is, and what they decided. One vault is one person in one program.
package struct PersonRecord: Equatable, Sendable, Codable {
    /// What they are.
    package let role: Role
    /// The day the vault was made.
    package let created: Day
    /// The program.
    package let program: ProgramID
    /// The invite, as it was read.
    package let invite: String
    /// A member's id; nil for an officer.
    package let memberID: MemberID?
    /// The name that a member asked to go by; nil for an officer.
    package let name: String?
    /// The language that they read in.
    package var language: LanguageTag?
    /// For how many days they want messages kept; nil as the program says.
    package var retentionDays: Int?
    /// The notices that they have read whole and acknowledged.
    package var acknowledged: [AcknowledgedNotice]
    /// The conflict screens that they answered, the newest of each member. The answers themselves are kept nowhere.
    package var screens: [Screen]
    /// What they last said of being here.
    package var presence: PresenceRecord?

    /// Somebody who has decided nothing yet.
    package init(
        role: Role, created: Day, invite: Invite, memberID: MemberID? = nil, name: String? = nil,
        language: LanguageTag? = nil
    ) {
        self.role = role
        self.created = created
        program = invite.program
        self.invite = invite.text
        self.memberID = memberID
        self.name = name
        self.language = language
        acknowledged = []
        screens = []
    }
}

/// A notice that was read whole and acknowledged.
package struct AcknowledgedNotice: Hashable, Sendable, Codable {
    /// Exactly this text.
    package let notice: NoticeHash
    /// The language it was read in.
    package let language: LanguageTag
    /// When.
    package let day: Day

    /// An acknowledgement.
    package init(notice: NoticeHash, language: LanguageTag, day: Day) {
        self.notice = notice
        self.language = language
        self.day = day
    }
}

/// What came of a conflict screen. It never leaves this vault.
package struct Screen: Hashable, Sendable, Codable {
    /// Whom it was about.
    package let member: MemberID
    /// Whether that member may be chosen.
    package let isClear: Bool

    /// An outcome.
    package init(of member: MemberID, isClear: Bool) {
        self.member = member
        self.isClear = isClear
    }
}

/// What somebody said of being here.
package struct PresenceRecord: Hashable, Sendable, Codable {
    /// `away` or `back`.
    package let state: String
    /// When they mean to be back.
    package let until: Hour?

    /// A state.
    package init(_ state: String, until: Hour?) {
        self.state = state
        self.until = until
    }
}

/// The next numbers; none is given twice.
package struct Counters: Equatable, Sendable, Codable {
    /// Of a conversation, as the person sees it.
    package var conversation = 1
    /// Of a session.
    package var session = 1
    /// Of something that waits to leave.
    package var out: UInt64 = 1
    /// Of an officer, as a member sees them: "Officer 1".
    package var officer = 1

    /// Nothing counted yet.
    package init() {}
}

extension Records {
    /// The number that comes next, and is used up by this.
    /// - Throws: `damaged`.
    package mutating func takeNext<Number: FixedWidthInteger>(
        _ counter: WritableKeyPath<Counters, Number>
    ) throws(StateError) -> Number {
        var counters = try value(.counters) ?? Counters()
        defer { put(counters, in: .counters) }
        let number = counters[keyPath: counter]
        counters[keyPath: counter] += 1
        return number
    }
}
