/// What a program asks of every client.
package struct ProgramPolicy: Hashable, Sendable, Codable {
    /// How many days a conversation is kept, 1 to 90; either side may choose fewer.
    package var retentionDays: Int
    /// The oldest client that may open a session.
    package var minimumClient: ClientVersion
    /// How many open conversations a member takes on, 1 to 1,000.
    package var caseloadLimit: Int
    /// How large one attachment may be, in bytes, at most 16 MiB; 0 for none.
    package var attachmentLimit: Int

    private enum CodingKeys: String, CodingKey {
        case retentionDays = "retention_days"
        case minimumClient = "minimum_client"
        case caseloadLimit = "caseload_limit"
        case attachmentLimit = "attachment_limit"
    }

    /// Fourteen days, any client, twenty conversations, no attachments.
    package init() {
        retentionDays = 14
        minimumClient = ClientVersion(major: 0, minor: 0, patch: 0)
        caseloadLimit = 20
        attachmentLimit = 0
    }

    /// Whether every number is one that it may be.
    var isBounded: Bool {
        (1...90).contains(retentionDays) && (1...1_000).contains(caseloadLimit)
            && (0...16_777_216).contains(attachmentLimit)
    }
}

/// The version of a client: three integers, `MAJOR.MINOR.PATCH`, compared from the left.
package struct ClientVersion: Hashable, Comparable, Sendable, Codable {
    /// The first integer.
    package let major: UInt16
    /// The second.
    package let minor: UInt16
    /// The third.
    package let patch: UInt16

    /// A version.
    package init(major: UInt16, minor: UInt16, patch: UInt16) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads the string.
    package init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
        guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else {
            throw ProgramError.field
        }
        self.init(major: major, minor: minor, patch: patch)
        guard self.text == text else { throw ProgramError.field }
    }

    /// Writes the string.
    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }

    /// The version as it is written.
    package var text: String { "\(major).\(minor).\(patch)" }

    /// Older than.
    package static func < (left: ClientVersion, right: ClientVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
