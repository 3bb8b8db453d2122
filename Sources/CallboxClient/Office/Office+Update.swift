internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Office {
    /// Believes a program by its invite, as everybody does: for a coordinator who joined later, or a machine that only keeps it current. Goes to the relay.
    public func follow(_ invite: String) async throws {
        try await Trouble.spoken {
            let invite = try Self.read(invite)
            if let known = try state().program {
                guard known.root.document.programID == invite.program else { throw ProgramError.wrongProgram }
                try change { $0.record.invite = invite.text }
                return try await update()
            }
            let relay = connector.relay(at: RelayPlaces(invite.relays, identity: nil)).relay
            let chain = try await relay.roots(of: invite.program)
            try change { state in
                guard state.program == nil else { return }
                state.program = try Self.shown { () throws(ProgramError) in
                    try ProgramState(joining: chain) { invite.root.matches($0) }
                }
                guard state.program?.root.document.programID == invite.program else { throw ProgramError.wrongProgram }
                state.record.invite = invite.text
            }
            try await update()
        }
    }

    /// Believes what the files say, as far as enough coordinators have signed it. Goes nowhere.
    public func take(_ papers: [Paper]) throws {
        try Trouble.spoken {
            try change { state in
                for paper in papers.sorted(by: { $0.kind == .root && $1.kind == .program }) {
                    switch paper.kind {
                    case .root: try state.take(root: paper.envelope)
                    case .program: try state.take(document: paper.envelope)
                    }
                }
            }
        }
    }

    /// Fetches what is newest: roots, the document, the last word on it, and the bulletins.
    public func update() async throws {
        do {
            try await update(hearing: true)
        } catch let trouble as Trouble where trouble.kind == .network {
            throw Trouble(
                trouble.kind, trouble.happened, meaning: "Nothing was fetched, and nothing was changed here.",
                remedy: "Look whether this machine is online, and try again.")
        }
    }

    /// The same; or without the last word, which after a new document still names the one before until it is said anew.
    func update(hearing: Bool) async throws {
        try await Trouble.spoken {
            let before = try state()
            guard let program = before.program else { throw ProgramError.unknownRoot }
            let id = program.root.document.programID
            let relay = try relay(in: before)
            let chain = try await relay.roots(of: id)
            try accept(ahead: .ahead("root", Int(program.root.document.version))) { state throws(ProgramError) in
                _ = try state.accept(roots: chain)
            }
            if let document = try await there({ try await relay.document(of: id, version: nil) }) {
                let known = Int(program.program?.version ?? 0)
                try accept(ahead: .ahead("program document", known)) { state throws(ProgramError) in
                    _ = try state.accept(program: document)
                }
            }
            if hearing, let statement = try await there({ try await relay.freshness(of: id) }) {
                let now = clock.now
                try accept { state throws(ProgramError) in _ = try state.accept(freshness: statement, at: now) }
            }
            try await fetchBulletins(from: relay, of: id)
        }
    }

    /// Reads the bulletins to their end.
    func fetchBulletins(from relay: any Relay, of program: ProgramID) async throws {
        while true {
            let read = try state().program?.bulletins.head?.index ?? 0
            let page = try await relay.bulletins(of: program, after: read == 0 ? 0 : read - 1)
            guard !page.bulletins.isEmpty || read > 0 else { return }
            let isNew = try accept { state throws(ProgramError) in
                try !state.accept(bulletins: page).bulletins.isEmpty
            }
            guard isNew else { return }
        }
    }

    /// Believes what the relay showed, or says that it does not hold. A document that enough have signed is believed here before anybody has published it:
    /// what the relay shows is older then, and `ahead` says so.
    @discardableResult
    func accept<Result>(
        ahead: Trouble? = nil, _ body: (inout ProgramState) throws(ProgramError) -> Result
    ) throws -> Result {
        try change { state in
            guard var program = state.program else { throw ProgramError.unknownRoot }
            let result = try Self.shown(ahead: ahead) { () throws(ProgramError) in try body(&program) }
            state.program = program
            return result
        }
    }

    /// What a relay has, or nil when it has none.
    func there<Value>(_ ask: () async throws -> Value) async throws -> Value? {
        do { return try await ask() } catch RelayFailure.refused(.noSuchDocument, _) { return nil }
    }

    /// Words for what a relay showed, and not for what lies in a file.
    private static func shown<Result>(
        ahead: Trouble? = nil, _ body: () throws(ProgramError) -> Result
    ) throws -> Result {
        do { return try body() } catch {
            if error == .rollback, let ahead { throw ahead }
            throw Trouble.program(error)
        }
    }

    private static func read(_ text: String) throws -> Invite {
        do { return try Invite(text) } catch {
            throw Trouble.unusable(
                "This is no invite, or something is missing in it.",
                "Copy it whole: it begins with callbox:join? and ends with the root's digest.")
        }
    }
}

extension Trouble {
    /// The relay shows something older than what is known here.
    fileprivate static func ahead(_ what: String, _ version: Int) -> Trouble {
        Trouble(
            .notNow,
            "This office knows \(what) \(version), which enough have signed, and the relay shows an older one.",
            meaning: "Nothing was changed.",
            remedy:
                "Publish it: callbox program publish. If it was published before, the relay hides it: ask who runs the relay."
        )
    }
}
