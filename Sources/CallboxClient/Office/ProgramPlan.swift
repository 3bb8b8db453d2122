/// How a program begins: what its first coordinator decides.
public struct ProgramPlan: Equatable, Sendable {
    /// What the program calls itself, and the IANA time zone of its on-call hours.
    public var name, timeZone: String
    /// How many coordinators must sign.
    public var quorum: Int
    /// The lines that the other coordinators made with `callbox program key`. This office's own key is added.
    public var coordinators: [String]
    /// The line of an online key that is kept on another machine.
    public var onlineKey: String?
    /// Whether to make the online key here.
    public var makesOnlineKey: Bool
    /// The relay's address.
    public var relay: String
    /// Its pin, as `callboxd init` printed it; `web` for the public authorities; `none` for an address with `http://`.
    public var pin: String?
    /// Its identity key, to be compared with what it says, or to begin without reaching it.
    public var relayIdentity: String?
    /// Whether to give up a program that was begun here and that nobody else has signed.
    public var beginsAnew: Bool

    /// A plan for one coordinator who signs alone.
    public init(name: String, timeZone: String, relay: String) {
        self.name = name
        self.timeZone = timeZone
        self.relay = relay
        quorum = 1
        coordinators = []
        makesOnlineKey = false
        beginsAnew = false
    }
}

/// What came of beginning a program.
public struct BegunProgram: Equatable, Sendable {
    /// The first root, signed here.
    public let root: Paper
    /// The draft of the first document: still without a notice.
    public let draft: Draft
    /// The root's digest in fours: what goes on the poster.
    public let rootDigest: String
    /// What the coordinator should know.
    public let warnings: [String]
}

/// Other coordinators, or another online key. What is nil stays as it is.
public struct RootChange: Equatable, Sendable {
    /// The lines of all coordinators from then on. This office's own key is in only if it is named.
    public var coordinators: [String]?
    /// How many of them must sign.
    public var quorum: Int?
    /// Another online key.
    public var onlineKey: OnlineKey?

    /// What becomes of the online key.
    public enum OnlineKey: Equatable, Sendable {
        /// A fresh one, kept here.
        case made
        /// One of another machine, by its line.
        case line(String)
        /// None from then on.
        case none
    }

    /// No change yet.
    public init() {}
}
