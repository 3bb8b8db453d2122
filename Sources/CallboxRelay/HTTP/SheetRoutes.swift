internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire
internal import Hummingbird

/// Prekey sheets: members bring their own, everybody gets all of a day.
func addSheetRoutes(_ core: RelayCore, _ desk: ProgramDesk, _ shelf: BookShelf, to routes: inout RouteTable) {
    let handlers = SheetRoutes(core: core, desk: desk, shelf: shelf)
    routes.add("/v1/programs/{program}/sheets/{day}", [.get: handlers.book])
    routes.add("/v1/programs/{program}/members/{member}/sheets", [.put: handlers.put])
}

private struct SheetRoutes: Sendable {
    let core: RelayCore
    let desk: ProgramDesk
    let shelf: BookShelf

    @Sendable func book(_ request: Request, _ context: RelayContext) async throws -> Response {
        let inbound = try await Inbound(request, context, mediaType: nil, accepts: MediaType.octets)
        let id: ProgramID = try inbound.pathValue("program")
        let day = Day(try inbound.pathNumber("day"))
        guard ProgramRules.servesBook(of: day, on: core.time.calendarDay) else { throw Refusal(.noSuchDocument) }
        let book = try await shelf.book(of: desk.program(id), on: day)
        return DocumentReply.answer(book, MediaType.octets, to: inbound)
    }

    @Sendable func put(_ request: Request, _ context: RelayContext) async throws -> Response {
        var inbound = try Inbound(
            headOf: request, context, mediaType: MediaType.octets, limit: PublishedSheets.limit * PrekeySheet.byteCount)
        let id: ProgramID = try inbound.pathValue("program")
        let memberID: MemberID = try inbound.pathValue("member")
        var known = try await desk.programIfKnown(id)
        // Who does not even claim to be the member has nothing read.
        let claimed = try core.claimedKey(of: inbound)
        guard known?.program?.member(memberID)?.verificationKey == claimed else { throw Refusal(.notPermitted) }
        try await inbound.readContent()
        let key = try core.admit(inbound) { known?.program?.member(memberID)?.verificationKey == $0 }
        // The roster may change in between: then the sheets are judged again.
        for _ in 0..<4 {
            guard let head = known?.head, let program = known?.program, let member = program.member(memberID),
                member.verificationKey == key,
                ProgramRules.mayPublish(member)
            else { throw Refusal(.notPermitted) }
            let sheets = try PublishedSheets(
                parsing: inbound.content, of: member, in: program, on: core.time.calendarDay)
            if try await core.store.store(sheets: sheets, over: head) { return Reply.done }
            known = try await desk.programIfKnown(id)
        }
        throw Refusal(.busy)
    }
}
