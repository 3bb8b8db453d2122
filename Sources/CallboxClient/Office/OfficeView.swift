internal import CallboxProgram
internal import CallboxWire

/// What an office knows of its program.
public struct OfficeView: Equatable, Sendable {
    /// The line of this coordinator's key, and of the online key if it is kept here.
    public let key, onlineKey: String?
    /// The program's id: 26 symbols in fours; nil before this office knows one.
    public let program: String?
    /// What the program calls itself; nil before there is a document.
    public let name: String?
    /// The root's number, and its digest in fours; of the one signed here when none is believed yet.
    public let rootVersion: Int?
    /// The digest of that root in fours.
    public let rootDigest: String?
    /// Whether enough coordinators have signed that root.
    public let isRootComplete: Bool
    /// The lines of all coordinators, and how many must sign.
    public let coordinators: [String]
    /// How many of them must sign.
    public let quorum: Int?
    /// Whether the program has an online key, here or elsewhere.
    public let hasOnlineKey: Bool
    /// The newest document's number.
    public let version: Int?
    /// When it was issued and when it expires, in seconds since 1970.
    public let issued, expires: Int?
    /// When the online key said last which document is the newest, in seconds since 1970.
    public let lastWord: Int?
    /// The newest bulletin's number.
    public let bulletin: Int?
    /// How many members there are by role and status: `active peer`.
    public let members: [String: Int]
    /// The relay's addresses.
    public let relays: [String]
    /// What runs out soon, or is out.
    public let warnings: [String]
    /// Everything that the newest document says, line by line in plain words.
    public let contents: [String]
}

extension Office {
    /// What this office knows. Goes nowhere: `update` fetches what is newest.
    public func show() throws -> OfficeView {
        let warnings = try self.warnings()
        return try Trouble.spoken {
            let state = try state()
            let believed = state.program?.root
            let root = believed?.document ?? state.rootAhead
            let digest =
                believed?.digest ?? state.record.signedRoot.map { RootDocument.digest(of: $0.unverifiedPayload) }
            let document = state.program?.program
            let content = document?.document.content
            let members = content?.members.map { "\($0.status.rawValue) \($0.role.rawValue)" } ?? []
            return OfficeView(
                key: try key(), onlineKey: try onlineKey(),
                program: root.map { CrockfordBase32.encode($0.programID.bytes).inFours }, name: content?.name.text,
                rootVersion: root.map { Int($0.version) }, rootDigest: digest.map { HumanDigest(of: $0).description },
                isRootComplete: believed != nil,
                coordinators: root?.coordinatorKeys.map { KeyLine($0, for: .coordinator).text } ?? [],
                quorum: root?.quorum, hasOnlineKey: root?.onlineKey != nil, version: document.map { Int($0.version) },
                issued: content.map { Int($0.issued.seconds) }, expires: content.map { Int($0.expires.seconds) },
                lastWord: state.program?.statement.map { Int($0.time.seconds) },
                bulletin: state.program?.bulletins.head.map { Int($0.index) },
                members: Dictionary(members.map { ($0, 1) }, uniquingKeysWith: +),
                relays: content?.relays.map(\.url.text) ?? [], warnings: warnings,
                contents: content.map { DocumentChanges(from: nil, to: $0).lines } ?? [])
        }
    }
}
