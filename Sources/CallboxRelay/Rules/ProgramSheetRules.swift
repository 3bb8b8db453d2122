package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What a member's client sends: sheets of the one member, each of another day, that sessions may rest on.
package struct PublishedSheets: Sendable {
    /// How many sheets one request may have.
    package static let limit = 32
    /// Whose they are.
    package let member: Member
    /// The sheets, in the order in which they came.
    package let sheets: [PrekeySheet]

    /// Reads sheets that came one after the other and checks each as `Protocol/documents.md` section 9 says: all of
    /// them stand, or none does.
    /// - Throws: `malformed` for no sheets or a part of one, `too-large` above 32, `not-permitted` for another
    ///   member's sheet or a member who may not publish, `document-invalid`, `document-out-of-order` for one made
    ///   under a program document that the relay does not have.
    package init(
        parsing bytes: [UInt8], of member: Member, in program: VerifiedProgram, on today: Day
    ) throws(Problem) {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: PrekeySheet.byteCount) else { throw .malformed }
        guard bytes.count <= Self.limit * PrekeySheet.byteCount else { throw .tooLarge }
        do throws(ProgramError) {
            sheets = try Self.read(bytes, of: member, in: program, on: today)
        } catch {
            throw error.problem
        }
        self.member = member
    }

    private static func read(
        _ bytes: [UInt8], of member: Member, in program: VerifiedProgram, on today: Day
    ) throws(ProgramError) -> [PrekeySheet] {
        var sheets: [PrekeySheet] = []
        for start in stride(from: 0, to: bytes.count, by: PrekeySheet.byteCount) {
            sheets.append(try PrekeySheet(parsing: [UInt8](bytes[start..<start + PrekeySheet.byteCount])))
        }
        guard sheets.allSatisfy({ $0.content.memberID == member.id }) else { throw .unknownMember }
        guard Set(sheets.map(\.content.day)).count == sheets.count else { throw .duplicate }
        for sheet in sheets { try sheet.checkPublishable(in: program, on: today) }
        return sheets
    }
}

extension ProgramRules {
    /// Whether a member may publish sheets: someone on leave may, so as to be there again in time.
    package static func mayPublish(_ member: Member) -> Bool { member.status == .active || member.status == .away }

    /// Whether a sheet takes the place of the one that the relay has of the same member and day.
    ///
    /// A client publishes one sheet a day and never another. But one that was restored has lost the private half of
    /// what it published, so the newest stands, also for today: a sheet that nobody can open would take messages in
    /// silence. Nothing is replaced in silence either: the member's request is signed as the sheet is, every client
    /// sees the sheet that counts, and the member's own client compares it with what it published. A sheet that was
    /// made under an older program document is one that got lost on the way, and comes too late.
    /// - Throws: `rollback`.
    package static func admit(
        sheet next: PrekeySheet, kept: PrekeySheet?
    ) throws(ProgramError) -> ProgramAdmission<PrekeySheet> {
        guard let kept else { return .next(next) }
        if next == kept { return .unchanged }
        guard next.content.rosterVersion >= kept.content.rosterVersion else { throw .rollback }
        return .next(next)
    }

    /// Whether a book of that day is served: yesterday's for clocks and cells on their way, and as far ahead as
    /// sheets are taken.
    package static func servesBook(of day: Day, on today: Day) -> Bool {
        today <= day.later(by: 1) && day <= today.later(by: SheetPlan.daysAhead + 1)
    }

    /// Whether a stored sheet belongs in the book: its member may still publish, under the key that signed it. What
    /// is left out is kept, so that a member who was suspended for a week need not know.
    package static func isInBook(memberID: MemberID, key: VerificationKey, program: VerifiedProgram) -> Bool {
        guard let member = program.member(memberID) else { return false }
        return mayPublish(member) && member.verificationKey == key
    }
}
