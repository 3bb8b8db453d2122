internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

extension HandoffPerson: Codable {}
extension HandoffState: Codable {}
extension Outcome: Codable {}

/// A handoff as this client keeps it: record `handoff/<name>`. Officer and peer name it after the proposal, a clinician after the room of three.
struct HandoffRecord: Equatable, Sendable, Codable {
    /// What was suggested.
    struct Proposal: Equatable, Sendable, Codable {
        /// The body that it came in.
        let body: BodyID
        /// What it says.
        let content: HandoffProposal
    }

    /// A consent in the making, in the officer's client: the text that the officer reads is of exactly this.
    struct Draft: Equatable, Sendable, Codable {
        /// The consent's own name.
        let id: ConsentID
        /// The hash of the payload that was shown last.
        let payload: Blob
        /// Public half of the key for the session with the clinician; nil for a closing word.
        let introductionKey: AgreementPublicKey?
        /// The name, sealed; as it stands in the payload.
        let sealedName: SealedName?
    }

    /// One consent on its way: first with the officer's signature, then with both.
    struct Papers: Equatable, Sendable, Codable {
        /// What was suggested; nil in the clinician's client for the introduction.
        var proposal: Proposal?
        /// What the officer reads.
        var draft: Draft?
        /// With the officer's signature alone.
        var half: ConsentEnvelope?
        /// With both.
        var whole: ConsentEnvelope?
        /// The revocations of it, as they came or went.
        var revocations: [ConsentEnvelope] = []
        /// The names of it that were revoked.
        var revoked: [ConsentHash] = []
        /// Whether something was told on it.
        var isTold = false
    }

    /// Something of ours that rests on a consent, to be withdrawn with it.
    struct Resting: Hashable, Sendable, Codable {
        /// Where it stands.
        let conversation, entry: Int
        /// Whether it rests on the consent to a closing word.
        let isClosing: Bool
    }

    /// Something that came too early: it is tried again after every change.
    struct Early: Hashable, Sendable, Codable {
        /// Whose it is, by participant key.
        let from: VerificationKey
        /// The session and the conversation that it came by.
        let session, conversation: Int
        /// The line of the entry.
        let body: BodyID
        let line: Blob
    }

    /// Its name.
    let name: String
    /// What this client's person is in it.
    let person: HandoffPerson
    /// The officer's participant key, in all rooms of this handoff.
    let officer: VerificationKey
    /// What the officer is called.
    var pseudonym: String
    /// The peer and the clinician.
    let peer, clinician: MemberID
    /// `Handoff.stored`.
    private var machine: Blob
    /// The consent to the introduction, and to a closing word.
    var introduction = Papers()
    var closing = Papers()
    /// The conversations: of officer and peer, of officer and clinician, of all three.
    var pair, care, room: Int?
    /// What of ours rests on a consent.
    var resting: [Resting] = []
    /// What came too early.
    var early: [Early] = []
    /// Why nothing more is sent on it, though it runs: a member left the roster.
    var stopped: String?

    /// How many early bodies are held.
    static let earlyLimit = 16

    /// A handoff that begins.
    init(
        name: String, person: HandoffPerson, officer: VerificationKey, pseudonym: String, peer: MemberID,
        clinician: MemberID, machine: Handoff
    ) {
        self.name = name
        self.person = person
        self.officer = officer
        self.pseudonym = pseudonym
        self.peer = peer
        self.clinician = clinician
        self.machine = Blob(machine.stored)
    }

    /// Where it stands.
    var handoff: Handoff {
        get throws(StateError) {
            do { return try Handoff(stored: machine.bytes) } catch { throw .damaged(Record.handoff(name).name) }
        }
    }

    /// Lets something happen. A refused event leaves everything as it was.
    /// - Throws: `HandoffError`.
    mutating func apply(_ event: HandoffEvent, on today: Day) throws -> [HandoffEffect] {
        var handoff = try handoff
        let effects = try handoff.apply(event, by: event.person, on: today)
        machine = Blob(handoff.stored)
        return effects
    }

    /// The conversation in which this person signs, proposes and answers: for the introduction and for the closing word.
    func isAbout(_ conversation: Int) -> Bool { [pair, care, room].contains(conversation) }

    /// For how many days after its end a handoff is kept, with its consents: proof of what was agreed.
    static let keptDays: UInt32 = 90

    /// Whether it has been over for so long that it is forgotten.
    func isForgotten(on today: Day) -> Bool {
        (try? handoff).map { !$0.state.isOpen && $0.through.later(by: Self.keptDays) < today } ?? false
    }

    /// The consents of it that count no more.
    var revoked: Set<ConsentHash> { Set(introduction.revoked + closing.revoked) }

    /// Versions of the program document without which a consent that is kept here cannot be checked.
    static func neededVersions(in records: Records) throws -> Set<UInt64> {
        var versions: Set<UInt64> = []
        for record in try all(in: records) {
            for papers in [record.introduction, record.closing] {
                for envelope in [papers.half, papers.whole].compactMap({ $0 }) {
                    guard let consent = try? SignedConsent(envelope) else { continue }
                    versions.insert(consent.unverifiedRecord.terms.binding.version)
                }
            }
        }
        return versions
    }

    /// All that are kept here.
    static func all(in records: Records) throws -> [HandoffRecord] {
        try records.names(beginning: Record<HandoffRecord>.handoffs).compactMap { name in
            try records.value(Record<HandoffRecord>(name))
        }
    }
}

extension Record where Value == HandoffRecord {
    /// The beginning of the names of all handoffs.
    static var handoffs: String { "handoff/" }
    /// A handoff, by its name.
    static func handoff(_ name: String) -> Self { Self(handoffs + name) }
}

extension Record where Value == Sealed {
    /// The private half of a consent's introduction key, until the officer's session with the clinician has begun.
    static func introductionKey(_ handoff: String) -> Self { Self("introduction-key/" + handoff) }
}
