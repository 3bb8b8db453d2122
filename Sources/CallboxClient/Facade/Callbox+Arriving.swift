internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// How a person begins: an invite, a passphrase, and a home in which there is no vault yet. Each call goes to the relay first, and makes a vault only when the
/// program's documents hold.
extension Callbox {
    /// Joins a program as an officer. Nobody is told; the code, if there is one, is kept to fetch tokens with later.
    /// - Throws: `Trouble`: `usage` for an invite, code or passphrase that is not written right, `home` when there is a vault, `notTrusted` when the relay shows
    ///   another program than the invite's.
    public static func joinAsOfficer(
        invite: String, code: String?, home: Home, passphrase: String, language: String? = nil,
        by connector: any RelayConnector
    ) async throws -> Callbox {
        let code = try code.map(Self.code)
        let language = try language.map(Self.language)
        return try await arrive(invite, home: home, passphrase: passphrase, by: connector) { invite, state, key, now in
            var records = Self.records(ofOfficer: invite, in: state, language: language, at: now)
            if let code { Self.keep(code, under: key, in: &records) }
            return records
        }
    }

    /// Makes the vault and the keys of a peer, clinician or coordinator. Nobody can reach them before a coordinator has put them into the roster:
    /// `membershipRequest`.
    /// - Throws: `Trouble`, as above; `usage` for a name that is none.
    public static func becomeMember(
        invite: String, home: Home, passphrase: String, name: String, role: Role, by connector: any RelayConnector
    ) async throws -> Callbox {
        try await arrive(invite, home: home, passphrase: passphrase, by: connector) { invite, state, key, now in
            try Self.records(ofMember: name, as: role, by: invite, in: state, under: key, at: now)
        }
    }

    /// Whether a vault could be made so, as far as can be said without asking the relay: to be looked at before a person writes a new passphrase on paper.
    /// - Throws: `Trouble`: `usage` for an invite or code that is not written right, `home` when there is a vault.
    public static func checkBeginning(invite: String, code: String?, home: Home) throws {
        _ = try Self.invite(invite)
        _ = try code.map(Self.code)
        if let folder = try? VaultFolder(home), try folder.current() != nil { throw Trouble.vaultThere(home.path) }
    }

    private static func arrive(
        _ text: String, home: Home, passphrase: String, by connector: any RelayConnector,
        first: (Invite, ProgramState, StateKey, Instant) throws -> Records
    ) async throws -> Callbox {
        // Nobody is asked for what could not be kept.
        try checkBeginning(invite: text, code: nil, home: home)
        let invite = try Self.invite(text)
        _ = try read(passphrase)
        let relay = connector.relay(at: RelayPlaces(invite.relays, identity: nil)).relay
        let state = try await program(of: invite, from: relay, at: SystemClientClock().now)
        let vault = try Vault.create(at: home, passphrase: read(passphrase)) { key in
            try first(invite, state, key, SystemClientClock().now)
        }
        return try Callbox(vault, by: connector)
    }

    private static func code(_ text: String) throws -> EnrolmentCode {
        do {
            return try EnrolmentCode(text)
        } catch {
            throw Trouble(
                .usage, error.explanation ?? "This is no enrolment code.", meaning: "Nothing was asked of anybody.",
                remedy: "Look at the slip again: capitals, spaces and dashes do not matter. Or join without a code.")
        }
    }

    private static func language(_ text: String) throws -> LanguageTag {
        guard let tag = try? LanguageTag(text) else {
            throw Trouble(
                .usage, "This is no language.", meaning: "Nothing was asked of anybody.",
                remedy: "Write it as en or es-MX.")
        }
        return tag
    }
}
