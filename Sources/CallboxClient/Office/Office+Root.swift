internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// Begins a program as its first coordinator: draws its id, makes and signs the first root, and drafts the first document. Asks the relay who it is and
    /// for its token epochs, unless the plan names its identity and the relay cannot be reached.
    public func begin(_ plan: ProgramPlan) async throws -> BegunProgram {
        try await Trouble.spoken {
            let url = try Field.address(plan.relay)
            let pin = try plan.pin.map { try Field.pin($0, for: url) } ?? nil
            let (identity, epochs, warnings) = try await relayFacts(url, pin: pin, expected: plan.relayIdentity)
            _ = try makeKey()
            if plan.makesOnlineKey { _ = try makeOnlineKey() }
            let relay = RelayEntry(url: url, identityKey: identity, tlsPin: pin)
            return try store.change { records in
                var state = try OfficeState(records)
                try Self.refuseSecondProgram(state, beginsAnew: plan.beginsAnew)
                // Whatever was begun before is given up, but for what was signed: that stays in the ledger.
                state.program = nil
                (state.record.signedDocument, state.record.unsentBulletin) = (nil, nil)
                let root = try root(plan, keys: state.record)
                let paper = try sign(root, in: &state, records)
                state.record.pinned = root.digest
                try state.takeIfComplete(paper)
                state.store(in: &records)
                return BegunProgram(
                    root: paper, draft: try draft(plan, root: root, relay: relay, epochs: epochs),
                    rootDigest: HumanDigest(of: root.digest).description, warnings: warnings)
            }
        }
    }

    /// Makes and signs the root that follows on the one believed: with other coordinators, another quorum, or another online key. It holds when a quorum of
    /// the old root's coordinators and one of the new root's have signed it.
    public func rotate(_ change: RootChange) throws -> Paper {
        try Trouble.spoken {
            if change.onlineKey == .made { _ = try makeOnlineKey() }
            return try store.change { records in
                var state = try OfficeState(records)
                guard let current = state.program?.root else { throw ProgramError.unknownRoot }
                let online: VerificationKey? =
                    switch change.onlineKey {
                    case .made: state.record.onlineKey
                    case .line(let line): try Self.key(line, .online)
                    case .some(.none): nil
                    case nil: current.document.onlineKey
                    }
                let root = try RootDocument(
                    programID: current.document.programID, version: current.document.version + 1,
                    previous: current.digest, issued: clock.now,
                    coordinatorKeys: try change.coordinators?.map { try Self.key($0, .coordinator) }
                        ?? current.document.coordinatorKeys,
                    quorum: change.quorum ?? current.document.quorum, onlineKey: online)
                if let again = state.signedAlready(root) { return again }
                let paper = try sign(root, in: &state, records)
                state.store(in: &records)
                return paper
            }
        }
    }

    private func sign(_ root: RootDocument, in state: inout OfficeState, _ records: Records) throws -> Paper {
        let key = try records.signingKey(.coordinator, under: store.key)
        let envelope = try state.sign(root.payload, as: .root, by: key)
        state.record.signedRoot = envelope
        return Paper(envelope, .root)
    }

    private func root(_ plan: ProgramPlan, keys: OfficeRecord) throws -> RootDocument {
        guard let own = keys.key else { throw Trouble.noKey(.coordinator) }
        let others = try plan.coordinators.map { try Self.key($0, .coordinator) }
        guard Set(others).count == others.count else {
            throw Trouble.unusable("One coordinator's key stands there twice.", "Give each coordinator's line once.")
        }
        let all = [own] + others.filter { $0 != own }
        guard all.count <= 16, (1...all.count).contains(plan.quorum) else {
            throw Trouble.unusable(
                "With \(all.count) \(all.count == 1 ? "coordinator" : "coordinators"), \(plan.quorum) cannot be the number that must sign.",
                "There are 1 to 16 coordinators, and 1 to all of them sign. Two of three is usual: one may be away, and none can act alone."
            )
        }
        var random = SystemRandom()
        return try RootDocument(
            programID: .random(from: &random), version: 1, previous: nil, issued: clock.now, coordinatorKeys: all,
            quorum: plan.quorum,
            onlineKey: plan.onlineKey.map { try Self.key($0, .online) } ?? (plan.makesOnlineKey ? keys.onlineKey : nil))
    }

    private func draft(
        _ plan: ProgramPlan, root: RootDocument, relay: RelayEntry, epochs: [TokenEpoch]
    ) throws -> Draft {
        var draft = Draft(
            ProgramContent(
                programID: root.programID, issued: clock.now,
                expires: clock.now.later(by: VerifiedProgram.longestLifeAlone),
                name: try Field.line(plan.name, "the program's name"),
                timeZone: try Field.line(plan.timeZone, "the time zone"), relays: [relay], notices: []))
        _ = try draft.take(epochs, today: Day(of: clock.now))
        return draft
    }

    /// Who the relay is and which epochs it has. What was expected counts more than what it says.
    private func relayFacts(
        _ url: RelayURL, pin: TLSPin?, expected: String?
    ) async throws -> (VerificationKey, [TokenEpoch], [String]) {
        let expected = try expected.map(Field.identity)
        let way = RelayPlaces([try Invite.Relay(url, trust: url.trust(pin))], identity: expected)
        do {
            let statement = try await connector.relay(at: way).relay.statement()
            guard expected ?? statement.identity == statement.identity else {
                throw Trouble(office: .refused(.wrongRelay, after: nil))
            }
            return (statement.identity, statement.epochs, [])
        } catch let failure as RelayFailure {
            guard let expected, failure != .wrongKey else { throw failure }
            return (
                expected, [],
                [
                    "The relay was not reached, so its token epochs are not in the draft. Later: callbox program relay epochs"
                ]
            )
        }
    }

    /// A key that somebody sent.
    static func key(_ line: String, _ purpose: KeyLine.Purpose) throws -> VerificationKey {
        do { return try KeyLine(line, for: purpose).key } catch {
            let what = purpose == .coordinator ? "coordinator's" : "online"
            throw Trouble.unusable(
                "This is no \(what) key, or it is mistyped.",
                "It is the line that `callbox program key\(purpose == .online ? " --online" : "")` printed: 56 letters and digits."
            )
        }
    }

    private static func refuseSecondProgram(_ state: OfficeState, beginsAnew: Bool) throws {
        if state.program != nil && !(beginsAnew && state.program?.program == nil)
            || state.record.pinned != nil && !beginsAnew
        {
            throw Trouble(
                .home, "This office signs for a program already.", meaning: "Nothing was changed.",
                remedy:
                    "Use another home for another program. To give up one that was only begun: callbox program init --anew"
            )
        }
    }
}

extension OfficeState {
    /// The paper that this office signed, when it says the same but for when it was made: a crash may have come between signing and writing the file.
    func signedAlready(_ root: RootDocument) -> Paper? {
        guard let envelope = record.signedRoot, let signed = try? RootDocument(parsing: envelope.unverifiedPayload),
            signed.version == root.version, signed.previous == root.previous, signed.quorum == root.quorum,
            signed.coordinatorKeys == root.coordinatorKeys, signed.onlineKey == root.onlineKey
        else { return nil }
        return Paper(envelope, .root)
    }

    /// Believes a paper that enough have signed; leaves everything as it was while too few have.
    mutating func takeIfComplete(_ paper: Paper) throws(ProgramError) {
        do {
            switch paper.kind {
            case .root: try take(root: paper.envelope)
            case .program: try take(document: paper.envelope)
            }
        } catch .quorum, .unknownRoot {
            return
        }
    }
}

extension RelayURL {
    /// How a relay at this address is known, with the pin of the document or without.
    func trust(_ pin: TLSPin?) -> RelayTrust {
        guard isTLS else { return .none }
        return pin.map { .pin($0) } ?? .webPKI
    }
}

extension RelayEntry {
    /// The relay as an invite names it.
    var invited: Invite.Relay? { try? Invite.Relay(url, trust: url.trust(tlsPin)) }
}
