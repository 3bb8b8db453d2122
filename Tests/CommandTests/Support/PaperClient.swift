@testable import callbox
import CallboxClient
import Synchronization

/// A person's client without a vault or a relay: it answers what it is told to, and writes down what it is asked.
final class PaperClient: Client {
    struct State {
        var me = Role.officer
        var program = ProgramView(
            name: "Harbor", rootDigest: "ABCD EFGH", version: 3, expires: 1_800_100_000, warning: nil, resources: [])
        var notice = NoticeView(
            language: "en", text: "What you say stays here, unless a life is at stake.", isAcknowledged: true,
            otherLanguages: [])
        var peers = [sample("Dana Reyes"), sample("Sam Ortiz")]
        var screenedOut: Set<String> = []
        var conversations: [Conversation] = []
        var entries: [Int: [Entry]] = [:]
        var report = SyncReport()
        var trouble: Trouble?
        var happenings: [Happening] = []
        /// What changes here while somebody chats: done before the happening at that place is told.
        var changes: [Int: @Sendable (inout State) -> Void] = [:]
        var choices: ConsentChoices?
        var drafts: [ConsentDraft] = []
        var consent: String?
        var asked: [String] = []
    }
    let state: Mutex<State>

    init(_ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        self.state = Mutex(state)
    }

    /// What it was asked to do, in order.
    var asked: [String] { state.withLock { $0.asked } }

    /// The consents that it drafted.
    var drafts: [ConsentDraft] { state.withLock { $0.drafts } }

    private func ask<Result>(_ what: String, _ body: (inout State) throws -> Result) throws -> Result {
        try state.withLock { state in
            state.asked.append(what)
            if let trouble = state.trouble { throw trouble }
            return try body(&state)
        }
    }

    var me: Role { state.withLock { $0.me } }
    func program() throws -> ProgramView { state.withLock { $0.program } }
    func resources() throws -> [ResourceView] { ResourceView.builtIn }
    func bulletins() throws -> [BulletinView] { [] }
    func notice(language: String?) throws -> NoticeView { state.withLock { $0.notice } }
    func acknowledge(_ notice: NoticeView) throws {
        try ask("acknowledge") {
            $0.notice = NoticeView(
                language: notice.language, text: notice.text, isAcknowledged: true, otherLanguages: [])
        }
    }
    func remember(minutes: Int) throws { try ask("remember \(minutes)") { _ in } }
    func changePassphrase(to passphrase: String) throws { try ask("passphrase \(passphrase)") { _ in } }

    func peers(_ filter: PeerFilter, role: Role) throws -> PeerList {
        state.withLock { state in
            PeerList(
                people: state.peers.filter { !state.screenedOut.contains($0.id) }, eligibleCount: state.peers.count)
        }
    }
    func person(named name: String) throws -> Person {
        let found = state.withLock { $0.peers.first { $0.name.contains(name) || $0.id == name } }
        guard let found else {
            throw Trouble(.usage, "There is no \(name).", meaning: "Nothing was sent.", remedy: "Look: callbox peers")
        }
        return found
    }
    func screen(_ person: String, _ answers: ConflictAnswers) throws -> Bool {
        try ask("screen \(person) \(answers.isConflict)") {
            if answers.isConflict { $0.screenedOut.insert(person) }
            return !answers.isConflict
        }
    }
    func reachOut(to person: String, text: String, concern: String?) async throws -> Int {
        try ask("reach out to \(person): \(text)\(concern.map { ", danger \($0)" } ?? "")") { state in
            state.conversations.append(sampleConversation(1))
            return 1
        }
    }
    func reachAnyone(_ filter: PeerFilter, text: String, concern: String?) async throws -> Int {
        try ask("reach anyone: \(text)") { state in
            state.conversations.append(sampleConversation(1))
            return 1
        }
    }

    func conversations() throws -> [Conversation] { state.withLock { $0.conversations } }
    func conversation(_ id: Int) throws -> Conversation {
        guard let found = state.withLock({ $0.conversations.first { $0.id == id } }) else {
            throw Trouble(
                .usage, "There is no conversation \(id).", meaning: "Nothing was sent.", remedy: "Look: callbox inbox")
        }
        return found
    }
    func entries(of id: Int, last: Int?) throws -> [Entry] {
        state.withLock { Array(($0.entries[id] ?? []).suffix(last ?? .max)) }
    }
    func markRead(_ id: Int) throws { try ask("mark \(id) read") { _ in } }
    func say(_ text: String, in id: Int) throws -> Entry {
        try ask("say in \(id): \(text)") { state in
            let last = state.entries[id]?.last?.id ?? 0
            let entry = Entry(
                id: last + 1, from: nil, isOwn: true, hour: 500_011, content: .text(text), delivery: .waiting)
            state.entries[id, default: []].append(entry)
            return entry
        }
    }
    func sync() async throws -> SyncReport { try ask("sync") { $0.report } }
    func stayInTouch(_ happened: @escaping @Sendable (Happening) async -> Void) async throws {
        let happenings = state.withLock { $0.happenings }
        for (index, happening) in happenings.enumerated() {
            state.withLock { state in
                let change = state.changes[index]
                change?(&state)
            }
            await happened(happening)
        }
    }
    func retain(days: Int, in id: Int) throws { try ask("retain \(days) in \(id)") { _ in } }
    func end(_ id: Int, farewell: String?) async throws { try ask("end \(id): \(farewell ?? "")") { _ in } }
    func rate(helped: Int, wouldReturn: String, in id: Int) throws { try ask("rate \(helped) \(wouldReturn)") { _ in } }

    func membershipRequest() throws -> String { #"{"name":"Dana\u202e"}"# }
    func publishSheets() async throws -> Int { try ask("publish") { _ in 22 } }
    func presence(_ state: String, until hour: Int?) throws { try ask("presence \(state)") { _ in } }
    func checkIn(in id: Int, dueHour: Int, untilHour: Int, occasion: String, text: String) throws {
        try ask("check in \(dueHour) \(untilHour) \(occasion): \(text)") { _ in }
    }
    func answerCheckIn(entry: Int, in id: Int, feeling: String, text: String?) throws {
        try ask("answer \(entry): \(feeling)") { _ in }
    }

    func propose(_ draft: ProposalDraft, in id: Int) throws {
        try ask("propose \(draft.recipient): \(draft.purpose); \(draft.items.map(\.kind))") { _ in }
    }
    func consentChoices(in id: Int) throws -> ConsentChoices {
        guard let choices = state.withLock({ $0.choices }) else {
            throw Trouble(.notNow, "Nothing is proposed.", meaning: "Nothing was signed.", remedy: "Wait.")
        }
        return choices
    }
    func draftConsent(_ choices: ConsentChoices, in id: Int) throws -> ConsentDraft {
        let items = choices.items.map { "  | \($0.text)" }.joined(separator: "\n")
        let draft = ConsentDraft(
            conversation: id, choices: choices, text: "YOUR CONSENT\n  | \(choices.pseudonym)\n\(items)\n", payload: [])
        state.withLock { $0.drafts.append(draft) }
        return draft
    }
    func sign(_ draft: ConsentDraft) throws {
        try ask("sign \(draft.choices.items.map(\.kind)) as \(draft.choices.pseudonym)") { _ in }
    }
    func declineProposal(in id: Int, text: String?) throws { try ask("decline \(text ?? "")") { _ in } }
    func revoke(in id: Int) throws { try ask("revoke") { _ in } }
    func consentText(in id: Int) throws -> String? { state.withLock { $0.consent } }
    func introduce(in id: Int) throws { try ask("introduce") { _ in } }
    func acceptHandoff(in id: Int, text: String?) throws { try ask("accept \(text ?? "")") { _ in } }
    func refuseHandoff(in id: Int, reason: String, text: String?) throws { try ask("refuse \(reason)") { _ in } }
    func recordFirstContact(in id: Int) throws { try ask("first contact") { _ in } }
    func recordOutcome(_ outcome: String, in id: Int, tellingPeer items: [String]?) throws {
        try ask("outcome \(outcome)") { _ in }
    }
    func proposeClosing(_ draft: ProposalDraft, in id: Int) throws {
        try ask("propose closing \(draft.items.map(\.kind))") { _ in }
    }
    func tellPeer(_ items: [String], in id: Int) throws { try ask("tell \(items)") { _ in } }
    func membershipWarnings() throws -> [String] { ["Your training ends soon."] }
    func proposeTransfer(to person: String, reason: String, text: String?, in id: Int) throws {
        try ask("transfer to \(person), \(reason)") { _ in }
    }
    func answerTransfer(entry: Int, in id: Int, agrees: Bool, text: String?) throws {
        try ask("transfer \(entry): \(agrees)") { _ in }
    }
    func invokeLimit(_ limit: String, text: String, in id: Int) throws { try ask("limit \(limit): \(text)") { _ in } }
}

/// A way in that knows one passphrase.
final class PaperDoor: Door {
    let client: PaperClient
    let passphrase: String?
    let fresh = "correct horse battery staple onion lamp"
    private let log = Mutex<[String]>([])

    /// With a passphrase the vault is locked.
    init(_ client: PaperClient = PaperClient(), passphrase: String? = nil) {
        (self.client, self.passphrase) = (client, passphrase)
    }

    /// What was done at the door.
    var asked: [String] { log.withLock { $0 } }

    func open(_ home: Home, passphrase: String) throws -> any Client {
        log.withLock { $0.append("open \(home.path)") }
        guard passphrase == self.passphrase else {
            throw Trouble(
                .locked, "This passphrase does not open the vault.", meaning: "Nothing was opened.",
                remedy: "Look at the paper.")
        }
        return client
    }
    func openRemembered(_ home: Home) throws -> (any Client)? { passphrase == nil ? client : nil }
    func joinAsOfficer(invite: String, code: String?, home: Home, passphrase: String) async throws -> any Client {
        log.withLock { $0.append("join \(invite) \(code ?? "no code") \(passphrase)") }
        return client
    }
    func becomeMember(invite: String, home: Home, passphrase: String, name: String, role: Role) async throws
        -> any Client
    {
        log.withLock { $0.append("become \(role) \(name)") }
        return client
    }
    func checkBeginning(invite: String, code: String?, home: Home) throws {
        guard invite.hasPrefix("callbox:") else {
            throw Trouble(
                .usage, "This is no Callbox invite.", meaning: "Nothing was asked of anybody.",
                remedy: "Copy it again.")
        }
    }
    func announce(_ home: Home) throws -> any Sendable { 0 }
    func lock(_ home: Home) throws { log.withLock { $0.append("lock") } }
    func burn(_ home: Home) throws { log.withLock { $0.append("burn") } }
    func freshPassphrase(words: Int) throws -> String { fresh }
    func check(passphrase: String) throws {
        guard !passphrase.contains("xyzzy") else {
            throw Trouble(
                .usage, "Word 2 is not in the list.", meaning: "Nothing was opened or changed.",
                remedy: "Look at word 2.")
        }
    }
}

func sample(_ name: String, role: Role = .peer) -> Person {
    Person(
        id: name.filter(\.isLetter).uppercased(), role: role, name: name, agency: nil, rankBand: "sergeant",
        unit: "Harbor",
        shift: "nights", isRetired: false, languages: ["en", "es"], specialties: ["grief"], livedExperience: [],
        biography: "Twenty years.\nTwo dogs.", usualReplyMinutes: 45, availability: "open", isOnCall: true,
        credential: "peer training", credentialExpires: 21_000, trainingExpires: 20_900, designatedSince: 20_000,
        cannotBeChosen: nil)
}

let dana = Participant(role: .peer, name: "Dana Reyes", memberID: "DANAREYES")

func sampleConversation(
    _ id: Int, unread: Int = 0, waiting: Int = 0, handoff: HandoffView? = nil, hasEnded: Bool = false
) -> Conversation {
    Conversation(
        id: id, others: [dana], unread: unread, lastLine: "I am here.", lastHour: 500_011, waitingToLeave: waiting,
        isConcern: false, hasEnded: hasEnded, retentionDays: 14, handoff: handoff)
}
