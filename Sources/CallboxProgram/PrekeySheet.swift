package import CallboxCrypto

/// A member's keys of one day, as they came: nobody has checked the signature. 1,485 bytes, big-endian:
/// "callbox/v1/sheet" ‖ version (1) ‖ program id (16) ‖ member id (16) ‖ day (4) ‖ not before (8) ‖ not after (8) ‖ SPK (32)
/// ‖ PQSPK (1,216) ‖ intake address (32) ‖ intake sealing key (32) ‖ roster version (8) ‖ roster hash (32) ‖ signature (64).
package struct PrekeySheet: Hashable, Sendable {
    /// The length of a sheet in bytes.
    package static let byteCount = 1_485

    /// What the sheet says.
    package let content: SheetContent
    /// By the member's SIGK, over all bytes before it.
    package let signature: Signature

    /// Reads a sheet. Its window must be the one of its day; nothing else about it is believed yet.
    /// - Throws: `truncated`, `trailing`, `field` for another label, `version`, `window`.
    package init(parsing bytes: [UInt8]) throws(ProgramError) {
        let signatureStart = Self.byteCount - Signature.byteCount
        guard bytes.count >= Self.byteCount else { throw .truncated }
        guard bytes.count == Self.byteCount else { throw .trailing }
        content = try SheetContent(parsing: [UInt8](bytes[..<signatureStart]))
        signature = Signature(unchecked: [UInt8](bytes[signatureStart...]))
    }

    /// Signs a sheet.
    package init(signing content: SheetContent, by key: borrowing SigningKey) {
        self.content = content
        signature = key.sign(content.encoded.span)
    }

    /// The sheet as it is sent, 1,485 bytes.
    package var encoded: [UInt8] { content.encoded + signature.bytes }

    /// The sheet, if a session may rest on it now: the roster's key for this member signed it, the member can be chosen, this
    /// is its time, and its keys are keys. A sheet is published up to 21 days ahead, so it may name an older program document
    /// than ours, never a newer one; of our own version it must name our very document.
    /// - Throws: `wrongProgram`, `unknownMember`, `badSignature`, `newerRoster`, `fork`, `notChoosable`, `window`,
    ///   `unusableKey`.
    package func verify(in program: VerifiedProgram, now: Instant) throws(ProgramError) -> VerifiedSheet {
        let member = try checkSignature(in: program)
        guard member.isChoosable(on: Day(of: now)) else { throw .notChoosable }
        guard content.window.contains(now) else { throw .window }
        try checkKeys()
        return VerifiedSheet(member: member, content: content)
    }

    /// Whether a relay should keep the sheet for later: as `verify`, but for any day from yesterday to 22 days ahead (21, and
    /// one for clocks), and from anybody who is neither removed nor suspended, so that someone on leave is there again in time.
    /// - Throws: as `verify`.
    package func checkPublishable(in program: VerifiedProgram, on today: Day) throws(ProgramError) {
        let member = try checkSignature(in: program)
        guard member.status == .active || member.status == .away else { throw .notChoosable }
        let latest = today.later(by: SheetPlan.daysAhead + 1)
        guard today <= content.day.later(by: 1), content.day <= latest else { throw .window }
        try checkKeys()
    }

    private func checkSignature(in program: VerifiedProgram) throws(ProgramError) -> Member {
        guard content.programID == program.id else { throw .wrongProgram }
        guard let member = program.member(content.memberID) else { throw .unknownMember }
        do throws(CryptoError) {
            try member.verificationKey.verify(signature, over: content.encoded.span)
        } catch {
            throw ProgramError(error)
        }
        guard content.rosterVersion <= program.version else { throw .newerRoster }
        guard content.rosterVersion < program.version || content.rosterHash == program.hash else { throw .fork }
        return member
    }

    /// A member who signs a key that no secret can come from (a mistake, or malice) is found out here, before anything rests
    /// on it. Any scalar of our own shows whether a point is of small order.
    private func checkKeys() throws(ProgramError) {
        do throws(CryptoError) {
            _ = try KEMPublicKey.checked(content.kemKey.bytes)
            let probe = try AgreementKey(Secret(copying: [UInt8](repeating: 1, count: 32).span))
            _ = try probe.agree(with: content.agreementKey)
            _ = try probe.agree(with: content.sealingKey)
        } catch {
            throw ProgramError(error)
        }
    }
}
