internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// What came of saying which document is the newest.
public struct RefreshReport: Equatable, Sendable {
    /// The newest document's number.
    public let version: Int
    /// When it was said, in seconds since 1970.
    public let time: Int
    /// The newest bulletin's number; nil while there is none.
    public let bulletin: Int?
    /// What runs out soon, in plain words.
    public let warnings: [String]
}

extension Office {
    /// How many days ahead an end is announced.
    static let warningDays: UInt32 = 21

    /// Says by the program's online key that the newest document is the newest, and which bulletin is. To be done every day, by a timer. Goes to the relay.
    public func refresh() async throws -> RefreshReport {
        try await Trouble.spoken {
            try await update(hearing: false)
            let before = try state()
            guard let known = before.program else { throw ProgramError.unknownRoot }
            guard let document = known.program else { throw ProgramError.noDocument }
            guard let online = known.root.document.onlineKey else { throw ProgramError.noOnlineKey }
            guard online == before.record.onlineKey else { throw Trouble.noKey(.online) }
            let relay = try relay(in: before)
            let statement = FreshnessStatement(
                programID: document.id, version: document.version, hash: document.hash, time: clock.now,
                bulletin: known.bulletins.head)
            let envelope = try store.change { records in
                var state = try OfficeState(records)
                let key = try records.signingKey(.online, under: store.key)
                let envelope = try Self.timed { () throws(ProgramError) in
                    try state.sign(statement.payload, as: .freshness, by: key)
                }
                state.store(in: &records)
                return envelope
            }
            try await relay.bring(envelope, as: .freshness, to: document.id, by: signer(.online))
            let now = clock.now
            try accept { state throws(ProgramError) in _ = try state.accept(freshness: envelope, at: now) }
            var warnings = try self.warnings()
            if let epochs = try? await relay.statement().epochs { warnings += Self.warnings(on: epochs, in: document) }
            return RefreshReport(
                version: Int(document.version), time: Int(statement.time.seconds),
                bulletin: known.bulletins.head.map { Int($0.index) }, warnings: warnings)
        }
    }

    /// What runs out in the next 21 days, or is out, in plain words.
    public func warnings() throws -> [String] {
        guard let state = try Trouble.spoken({ try self.state() }).program, let program = state.program else {
            return []
        }
        let content = program.document.content
        let today = Day(of: clock.now)
        var lines: [String] = []
        if !state.root.isQuorum(program.signers) {
            lines.append(
                "Too few coordinators of the newest root have signed the newest document: nobody can begin a conversation. Sign and publish it again."
            )
        }
        if content.expires <= clock.now {
            lines.append(
                "The document expired on \(content.expires.written): nobody can begin a conversation. Sign and publish a new one now."
            )
        } else if Day(of: content.expires) <= today.later(by: Self.warningDays) {
            lines.append("The document expires on \(content.expires.written). Sign and publish a new one before.")
        }
        let lastEpoch = content.tokenEpochs.map(\.last).max()
        if lastEpoch.map({ $0 < today }) ?? true {
            lines.append(
                "The document names no token epoch of today: officers get no tokens. Copy the relay's: callbox program relay epochs"
            )
        } else if let lastEpoch, lastEpoch < today.later(by: Self.warningDays) {
            lines.append(
                "The last token epoch in the document ends on \(lastEpoch.written). Copy the relay's: callbox program relay epochs"
            )
        }
        return lines + Self.warnings(on: content.members, today: today)
    }

    private static func warnings(on members: [Member], today: Day) -> [String] {
        members.filter { $0.status == .active || $0.status == .away }.flatMap { member in
            [("credential", member.credentialExpires), ("training", member.trainingExpires)].compactMap { what, last in
                guard last <= today.later(by: warningDays) else { return nil }
                let name = member.profile.name.text
                return last < today
                    ? "\(name) cannot be chosen: the \(what) held until \(last.written)."
                    : "\(name) can be chosen until \(last.written) only: then the \(what) runs out."
            }
        }
    }

    private static func warnings(on epochs: [TokenEpoch], in document: VerifiedProgram) -> [String] {
        let known = document.document.content.tokenEpochs
        let changed = epochs.filter { epoch in known.contains { $0.number == epoch.number && $0 != epoch } }
        return changed.map { Trouble.changedEpoch(Int($0.number)).happened + " Ask who runs the relay." }
    }

    /// The number of a statement is its time: what stands in the way of signing one is a clock.
    private static func timed<Result>(_ body: () throws(ProgramError) -> Result) throws -> Result {
        do { return try body() } catch .rollback {
            throw Trouble(
                .clock, "This machine's clock is behind the last statement that was signed here.",
                meaning: "Nothing was signed.",
                remedy: "Set the clock, and run it again.")
        } catch .alreadySigned {
            throw Trouble(
                .notNow, "Another statement was signed in this very second.", meaning: "Nothing was signed.",
                remedy: "Run it again.")
        }
    }
}
