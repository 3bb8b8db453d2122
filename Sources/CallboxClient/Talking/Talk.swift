internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// Where conversations are kept: what is said and what comes becomes entries, room views, advanced sessions and cells in the outbox. Every call is
/// inside one change of the records, so all of it stands or nothing does.
struct Talk: Sendable {
    /// Seals keys inside the records.
    let key: StateKey
    /// The program as it was last read.
    let programs: ProgramCache
    /// Now.
    let now: Instant

    var today: Day { Day(of: now) }
    var hour: Hour { Hour(of: now) }

    /// Where handoffs are kept.
    var desk: Desk<Talk> { Desk(key: key, programs: programs, now: now, hands: self) }

    // MARK: Sessions

    /// The keys of a session. Whoever advances them puts them back in the same change.
    func ratchet(_ session: Int, in records: Records) throws -> Session {
        let name = RawRecord.ratchet(session)
        guard let stored = records[name] else { throw StateError.missing(name) }
        do { return try Session.open(stored, under: key.secret) } catch { throw StateError.damaged(name) }
    }

    /// Puts the keys of a session back.
    func put(_ ratchet: borrowing Session, of session: Int, in records: inout Records) {
        var random = SystemRandom()
        records[RawRecord.ratchet(session)] = ratchet.sealed(under: key.secret, random: &random)
    }

    // MARK: Names

    /// Who is at the other end of a session, as somebody in a room.
    func other(of session: SessionRecord, in records: Records) throws -> ConversationRecord.Member {
        switch session.other {
        case .officer(let number):
            return ConversationRecord.Member(
                key: session.otherKey, role: .officer, name: "Officer \(number)", memberID: nil,
                session: session.number)
        case .member(let id):
            let member = try programs.program(in: records)?.program?.member(id)
            return ConversationRecord.Member(
                key: session.otherKey, role: member.map { Role($0.role) } ?? .peer,
                name: member?.profile.name.text ?? "Somebody who left the program", memberID: id,
                session: session.number)
        }
    }
}

extension Role {
    /// What a member is.
    init(_ role: MemberRole) {
        self =
            switch role {
            case .peer: .peer
            case .clinician: .clinician
            case .coordinator: .coordinator
            }
    }
}
