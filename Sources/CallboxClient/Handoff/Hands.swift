internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxSealing

/// What the desk asks of whoever keeps the conversations. Everything is inside one change.
protocol Hands {
    /// Opens a conversation of a handoff. Bodies that were held for its room are taken in after this change of the desk.
    func open(
        _ room: RoomID, own: VerificationKey, others: [ConversationRecord.Member], handoff: String,
        in records: inout Records
    ) throws -> Int
    /// Says something to everybody else in a conversation, and shows it as given; nil for what is not shown. What somebody without a session is to be
    /// told waits for the session.
    func say(
        _ content: Content, shownAs shown: EntryRecord.Content?, in conversation: Int, records: inout Records
    ) throws -> Said
    /// Shows something that was not said by this person.
    func show(
        _ content: EntryRecord.Content, from key: VerificationKey?, at hour: Hour?, in conversation: Int,
        records: inout Records
    ) throws
    /// Has a session begun with a member, as soon as their sheet is here.
    func begin(_ order: SessionOrder, in records: inout Records) throws
    /// Connects a session with somebody in a conversation, and hands them what waited for it.
    func connect(_ session: Int, to conversation: Int, in records: inout Records) throws
    /// The name of a session.
    func sessionID(of session: Int, in records: Records) throws -> SessionID
    /// Takes back what has not left yet of an entry.
    func withdraw(_ entry: Int, of conversation: Int, in records: inout Records) throws
    /// Lets nothing more be said in a conversation, and takes back what has not left.
    func close(_ conversation: Int, in records: inout Records) throws
}

/// Something that was said.
struct Said: Equatable, Sendable {
    /// Where it stands; nil when it is not shown.
    let entry: Int?
    /// What it is called in the room.
    let body: BodyID
}

/// A session to be begun: record `begin/<member>-<conversation>`.
struct SessionOrder: Equatable, Sendable, Codable {
    /// With whom.
    let member: MemberID
    /// Our participant key in it.
    let own: VerificationKey
    /// The handoff whose introduction key is IK; nil for a member, who begins with IKX.
    let introduction: String?
    /// The consent that it rests on, in the handshake; `none` for a member.
    let consent: ConsentHash
    /// The handoff that must still hold when the session begins.
    let handoff: String
    /// The conversations that it carries.
    let conversations: [Int]
}
