/// The program that this vault belongs to.
public struct ProgramView: Equatable, Sendable {
    /// What it calls itself; nil before its document has come.
    public let name: String?
    /// The root's digest in fours, to be compared with the poster.
    public let rootDigest: String
    /// The document's version.
    public let version: Int?
    /// The first second in which no new conversation rests on it, since 1970.
    public let expires: Int?
    /// Something that the person should know about how current it is; nil when all is well.
    public let warning: String?
    /// Help outside the program.
    public let resources: [ResourceView]

    package init(
        name: String?, rootDigest: String, version: Int?, expires: Int?, warning: String?, resources: [ResourceView]
    ) {
        self.name = name
        self.rootDigest = rootDigest
        self.version = version
        self.expires = expires
        self.warning = warning
        self.resources = resources
    }
}

/// Help outside the program.
public struct ResourceView: Equatable, Sendable {
    /// What it is called, and how to reach it.
    public let name, contact: String
    /// Who it is for.
    public let note: String?
    /// The day on which somebody of the program made sure that it answers, as days since 1970; nil for what is built in, of which nobody has.
    public let verifiedOn: Int?

    package init(name: String, contact: String, note: String?, verifiedOn: Int?) {
        self.name = name
        self.contact = contact
        self.note = note
        self.verifiedOn = verifiedOn
    }
}

/// The limits of confidentiality, in the program's own words.
public struct NoticeView: Equatable, Sendable {
    /// BCP 47.
    public let language: String
    /// The whole text.
    public let text: String
    /// Whether this person has acknowledged exactly this text.
    public let isAcknowledged: Bool
    /// The other languages it is there in.
    public let otherLanguages: [String]

    package init(language: String, text: String, isAcknowledged: Bool, otherLanguages: [String]) {
        self.language = language
        self.text = text
        self.isAcknowledged = isAcknowledged
        self.otherLanguages = otherLanguages
    }
}

/// A word from the program to everybody.
public struct BulletinView: Equatable, Sendable {
    /// Its place, from 1.
    public let index: Int
    /// `incident` or `news`.
    public let kind: String
    /// When it was signed, in seconds since 1970.
    public let issued: Int
    /// When the incident was, in seconds since 1970; nil in news.
    public let occurred: Int?
    /// Headline and text.
    public let title, text: String

    package init(index: Int, kind: String, issued: Int, occurred: Int?, title: String, text: String) {
        self.index = index
        self.kind = kind
        self.issued = issued
        self.occurred = occurred
        self.title = title
        self.text = text
    }
}

/// What came of going to the relay.
public struct SyncReport: Equatable, Sendable {
    /// The conversations in which something is new, by their numbers.
    public var changed: [Int] = []
    /// How many things of ours still wait to leave.
    public var stillWaiting = 0
    /// Whether something of ours was given up: it will never arrive, and is marked so where it was said.
    public var hasGivenUp = false
    /// What went wrong on the way, though the rest was done. Nothing of it is lost.
    public var troubles: [Trouble] = []

    package init() {}
}
