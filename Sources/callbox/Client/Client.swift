internal import CallboxClient

/// What the commands ask of a person's client. `Callbox` is one; tests have another.
protocol Client: Sendable {
    var me: Role { get throws }
    func program() throws -> ProgramView
    func resources() throws -> [ResourceView]
    func bulletins() throws -> [BulletinView]
    func notice(language: String?) throws -> NoticeView
    func acknowledge(_ notice: NoticeView) throws
    func remember(minutes: Int) throws
    func changePassphrase(to passphrase: String) throws

    func peers(_ filter: PeerFilter, role: Role) throws -> PeerList
    func person(named name: String) throws -> Person
    func screen(_ person: String, _ answers: ConflictAnswers) throws -> Bool
    func reachOut(to person: String, text: String, concern: String?) async throws -> Int
    func reachAnyone(_ filter: PeerFilter, text: String, concern: String?) async throws -> Int

    func conversations() throws -> [Conversation]
    func conversation(_ id: Int) throws -> Conversation
    func entries(of id: Int, last: Int?) throws -> [Entry]
    func markRead(_ id: Int) throws
    func say(_ text: String, in id: Int) throws -> Entry
    func sync() async throws -> SyncReport
    func stayInTouch(_ happened: @escaping @Sendable (Happening) async -> Void) async throws
    func retain(days: Int, in id: Int) throws
    func end(_ id: Int, farewell: String?) async throws
    func rate(helped: Int, wouldReturn: String, in id: Int) throws

    func membershipRequest() throws -> String
    func publishSheets() async throws -> Int
    func membershipWarnings() throws -> [String]
    func presence(_ state: String, until hour: Int?) throws
    func checkIn(in id: Int, dueHour: Int, untilHour: Int, occasion: String, text: String) throws
    func answerCheckIn(entry: Int, in id: Int, feeling: String, text: String?) throws

    func propose(_ draft: ProposalDraft, in id: Int) throws
    func consentChoices(in id: Int) throws -> ConsentChoices
    func draftConsent(_ choices: ConsentChoices, in id: Int) throws -> ConsentDraft
    func sign(_ draft: ConsentDraft) throws
    func declineProposal(in id: Int, text: String?) throws
    func revoke(in id: Int) throws
    func consentText(in id: Int) throws -> String?
    func introduce(in id: Int) throws
    func acceptHandoff(in id: Int, text: String?) throws
    func refuseHandoff(in id: Int, reason: String, text: String?) throws
    func recordFirstContact(in id: Int) throws
    func recordOutcome(_ outcome: String, in id: Int, tellingPeer items: [String]?) throws
    func proposeClosing(_ draft: ProposalDraft, in id: Int) throws
    func tellPeer(_ items: [String], in id: Int) throws

    func proposeTransfer(to person: String, reason: String, text: String?, in id: Int) throws
    func answerTransfer(entry: Int, in id: Int, agrees: Bool, text: String?) throws
    func invokeLimit(_ limit: String, text: String, in id: Int) throws
}

/// What is done without an open vault, and how one is opened.
protocol Door: Sendable {
    func open(_ home: Home, passphrase: String) throws -> any Client
    func openRemembered(_ home: Home) throws -> (any Client)?
    func joinAsOfficer(invite: String, code: String?, home: Home, passphrase: String) async throws -> any Client
    func becomeMember(invite: String, home: Home, passphrase: String, name: String, role: Role) async throws
        -> any Client
    /// Throws when no vault could be made so, before anybody writes a passphrase on paper for it.
    func checkBeginning(invite: String, code: String?, home: Home) throws
    /// Says, for as long as what it returns is kept, that this process uses the vault: `lock` ends it then.
    func announce(_ home: Home) throws -> any Sendable
    func lock(_ home: Home) throws
    func burn(_ home: Home) throws
    func freshPassphrase(words: Int) throws -> String
    func check(passphrase: String) throws
}
