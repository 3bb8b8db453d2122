internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing
internal import CallboxWire

/// Taking in what was collected. A cell is opened, and what it holds is stored with the advanced session, in one change; the relay may let it go only after
/// that. Every cell is done with after one look: opened, refused for good, or kept here for later. None stays behind to block its mailbox.
extension Talk {
    /// What came of a cell.
    enum Outcome: Equatable {
        /// It is done with. The conversations in which something is new.
        case done(Set<Int>)
        /// It cannot be opened yet.
        case keep(KeptCell.Reason, version: UInt64?)
    }

    /// How many cells are kept for later at most; then the oldest go.
    static let keptLimit = 256
    /// For how many days: longer than any relay keeps a cell.
    static let keptDays: UInt32 = 92
    /// For how many days it is said that something came without its beginning.
    static let saidDays: UInt32 = 14

    /// Takes in what was collected from a mailbox of ours.
    /// - Returns: the conversations in which something is new.
    func take(_ cells: [Cell], from address: MailboxAddress, records: inout Records) throws -> Set<Int> {
        var changed: Set<Int> = []
        for cell in cells {
            let id = cell.id
            let name = RawRecord.taken(address)
            var taken = TakenCells(stored: records[name])
            guard !taken.contains(id) else { continue }
            taken.insert(id)
            if !Plant.forgetsCells { records[name] = taken.stored }
            switch try open(cell, from: address, records: &records) {
            case .done(let conversations): changed.formUnion(conversations)
            case .keep(let reason, let version):
                try keep(cell, from: address, reason, version: version, records: &records)
            }
        }
        return changed
    }

    private func keep(
        _ cell: Cell, from address: MailboxAddress, _ reason: KeptCell.Reason, version: UInt64?,
        records: inout Records
    ) throws {
        if reason == .document { try desk.want(version, in: &records) }
        let kept = KeptCell(
            mailbox: address, cell: Blob(cell.bytes), reason: reason, version: version, day: today)
        records.put(kept, in: .kept(cell.id))
        let names = records.names(beginning: Record<KeptCell>.allKept)
        guard names.count > Self.keptLimit else { return }
        let oldest = try names.map { ($0, try records.existing(Record<KeptCell>($0)).day) }.min { $0.1 < $1.1 }
        if let oldest { records[oldest.0] = nil }
    }

    /// Tries again what was kept: a document came, or a session began.
    func retryKept(_ reasons: Set<KeptCell.Reason>, records: inout Records) throws -> Set<Int> {
        var changed: Set<Int> = []
        for name in records.names(beginning: Record<KeptCell>.allKept) {
            let kept = try records.existing(Record<KeptCell>(name))
            if kept.day.later(by: Self.keptDays) < today {
                records[name] = nil
                continue
            }
            guard reasons.contains(kept.reason), let cell = try? Cell(kept.cell.bytes) else { continue }
            if case .done(let conversations) = try open(cell, from: kept.mailbox, records: &records) {
                changed.formUnion(conversations)
                records[name] = nil
            }
        }
        return changed
    }

    /// Whether something came lately that belongs to no session here, and still waits for the first word of one. A relay that swallows a first word leaves
    /// no gap, for there is no conversation to have one: this is all that the reader can see of it.
    func missesBeginning(in records: Records) throws -> Bool {
        try records.names(beginning: Record<KeptCell>.allKept).contains { name in
            let kept = try records.existing(Record<KeptCell>(name))
            return kept.reason == .session && kept.day.later(by: Self.saidDays) >= today
        }
    }

    // MARK: One cell

    private func open(_ cell: Cell, from address: MailboxAddress, records: inout Records) throws -> Outcome {
        guard let mailbox = try records.value(.mailbox(address)) else { return .done([]) }
        let frame: Frame
        do {
            frame = try Frame.open(cell, with: mailbox.openingKey(under: key))
        } catch SealingError.unknownFrame {
            return .keep(.frame, version: nil)
        } catch is SealingError {
            return try unreadable(in: mailbox.session, records: &records)
        }
        switch (mailbox.session, frame.kind) {
        case (let session?, .ratchet):
            if let changed = try open(frame, at: address, in: session, records: &records) { return .done(changed) }
            return try unreadable(in: session, records: &records)
        case (let session?, .initial): return try unreadable(in: session, records: &records)
        case (nil, .ratchet): return try open(frame, ofAnySessionAt: address, records: &records)
        case (nil, .initial): return try accept(frame, at: address, records: &records)
        }
    }

    /// A frame in an intake does not say whose it is: every session that was begun there is tried, those first that have not moved on. Its first frame may
    /// still come.
    private func open(
        _ frame: Frame, ofAnySessionAt intake: MailboxAddress, records: inout Records
    ) throws -> Outcome {
        let sessions = try records.names(beginning: Record<SessionRecord>.sessions)
            .map { try records.existing(Record<SessionRecord>($0)) }
            .filter { $0.firstMailbox == intake && !$0.hasEnded }
            .sorted { ($0.hasMoved ? 1 : 0, -$0.number) < ($1.hasMoved ? 1 : 0, -$1.number) }
        for session in sessions {
            if let changed = try open(frame, at: intake, in: session.number, records: &records) {
                return .done(changed)
            }
        }
        return .keep(.session, version: nil)
    }

    /// Opens a frame of a session, and stores session and content.
    /// - Returns: the conversations in which something is new; nil when it does not open.
    private func open(
        _ frame: Frame, at address: MailboxAddress, in number: Int, records: inout Records
    ) throws -> Set<Int>? {
        var ratchet = try ratchet(number, in: records)
        guard let opened = try? ratchet.open(frame, at: address, today: today) else { return nil }
        put(ratchet, of: number, in: &records)
        var session = try records.existing(.session(number))
        if !session.hasMoved, address == session.ownMailbox {
            session.hasMoved = true
            records.put(session, in: .session(number))
        }
        return try take(opened.content, of: number, records: &records)
    }

    // MARK: A new session

    /// Accepts an INIT: handshake.md section 4.
    private func accept(
        _ frame: Frame, at intake: MailboxAddress, records: inout Records
    ) throws -> Outcome {
        guard let initial = try? InitialFrame(frame) else { return .done([]) }
        guard let program = try programs.document(initial.rosterVersion, in: records) else {
            return .keep(.document, version: initial.rosterVersion)
        }
        guard let sheet = try records.value(.sheet(initial.day)) else { return .keep(.day, version: nil) }
        guard let id = try records.existing(.person).memberID, let member = program.member(id) else {
            return .done([])
        }
        var replays = try records.value(.replays)?.cache ?? ReplayCache()
        // A repeat, or nothing that was meant for us. Whoever pays can drop anything here, so nobody is troubled with it.
        guard let accepted = try open(initial, at: intake, sheet, member, program, replays, records) else {
            return .done([])
        }
        replays.insert(accepted.transcript, of: initial.day)
        records.put(ReplayRecord(replays), in: .replays)
        let number = try store(accepted, from: intake, own: member.verificationKey, records: &records)
        var changed = try take(accepted.opened.content, of: number, records: &records)
        changed.formUnion(try retryKept([.session], records: &records))
        return .done(changed)
    }

    private func open(
        _ frame: InitialFrame, at intake: MailboxAddress, _ sheet: SheetRecord, _ member: Member,
        _ program: VerifiedProgram, _ replays: ReplayCache, _ records: Records
    ) throws -> AcceptedSession? {
        let keys = try key.memberKeys(in: records)
        let secrets = try key.sheetSecrets(sheet, of: frame.day)
        let responder = ResponderKeys(
            member: member, identity: keys.agreement.clone(), day: frame.day,
            agreement: secrets.agreementKey.clone(), kem: secrets.kemKey.clone())
        do {
            return try AcceptedSession.accept(
                frame, at: intake, with: responder, in: program, accepted: replays, today: today)
        } catch {
            return nil
        }
    }

    /// Stores a session that was accepted, with a session mailbox of ours that is made and told with the first answer; and when this client answers by
    /// itself.
    private func store(
        _ accepted: borrowing AcceptedSession, from intake: MailboxAddress, own: VerificationKey,
        records: inout Records
    ) throws -> Int {
        var random = SystemRandom()
        let number = try records.takeNext(\.session)
        let mailbox = MailboxRecord.fresh(.session, session: number, under: key, random: &random)
        records.put(mailbox, in: .mailbox(mailbox.address))
        let other: SessionRecord.Other =
            switch accepted.initiator {
            case .officer: .officer(try records.takeNext(\.officer))
            case .member(let id): .member(id)
            }
        var session = SessionRecord(
            number: number, isInitiator: false, tag: ConsentSessionTag(accepted.session.id), other: other,
            otherKey: accepted.signingKey, identityKey: accepted.identityKey, ownKey: own, consent: accepted.consent,
            begun: today, firstMailbox: intake, ownMailbox: mailbox.address,
            destination: SessionRecord.Destination(
                address: accepted.reply.address, sealingKey: accepted.reply.sealingKey, isIntake: false,
                channel: .random(from: &random)),
            slipIsDue: true)
        session.making = try enqueue(.make(mailbox.address), payment: .due, session: number, in: &records)
        session.healDue = now.later(by: 120 + draw(below: 481, from: &random))
        records.put(session, in: .session(number))
        records[RawRecord.ratchet(number)] = accepted.session.sealed(under: key.secret, random: &random)
        return number
    }

    private func draw(below limit: UInt64, from random: inout some RandomSource) -> UInt64 {
        random.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % limit
    }
}
