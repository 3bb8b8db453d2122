internal import CallboxCrypto
package import CallboxProgram
internal import CallboxWire
internal import FoundationEssentials

/// The next program document while it is being written: nobody has signed it. It travels as a file that people may read and edit too.
///
/// A draft is made from the newest document that an office believes, and says so by its version and by the hash of that one; an office signs it only on top
/// of that. Every change throws `Trouble`, and then changes nothing.
public struct Draft: Equatable, Sendable {
    /// What the document would say. Its dates are set when it is signed.
    package var content: ProgramContent

    package init(_ content: ProgramContent) { self.content = content }

    /// The draft of the document after this one.
    package init(after document: VerifiedProgram) {
        content = document.document.content
        content.version += 1
        content.previous = document.hash
    }

    /// Reads the file.
    public init(parsing text: [UInt8]) throws {
        do { content = try DocumentCoding.decode(from: text, limit: PayloadType.program.limit * 2) } catch {
            throw Trouble.unusable(
                "This draft cannot be read: it is not JSON, or something in it is missing, too long or of another kind.",
                "Put right what was changed by hand, or begin anew with: callbox program draft new")
        }
    }

    /// The file: JSON with line breaks.
    public var text: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let data = try? encoder.encode(content) else {
            fatalError("strings, integers and lists of them always encode")
        }
        return [UInt8](data) + [UInt8(ascii: "\n")]
    }

    /// Which number the document will bear.
    public var version: Int { Int(content.version) }

    /// Everything that it says, in plain words.
    public func contents() -> [String] { DocumentChanges(from: nil, to: content).lines }

    /// What it changes against another draft, in plain words.
    public func changes(since other: Draft) -> [String] {
        DocumentChanges(from: other.content, to: content).lines
    }

    /// Leaves a number out: another document was signed under it and given up.
    public mutating func skipVersion() throws {
        guard content.version > 1 else {
            throw Trouble.unusable(
                "The first document of a program has number 1.",
                "Begin the program anew with: callbox program init --anew")
        }
        content.version += 1
    }

    /// Changes what the program is called, and the IANA time zone of its on-call hours.
    public mutating func rename(_ name: String?, timeZone: String?) throws {
        var next = content
        if let name { next.name = try Field.line(name, "the program's name") }
        if let timeZone { next.timeZone = try Field.line(timeZone, "the time zone") }
        content = next
    }

    /// Sets what clients keep to: for how many days conversations are kept (1 to 90), how many a member takes on (1 to 1,000), and the oldest client.
    public mutating func setPolicy(retentionDays: Int?, caseloadLimit: Int?, minimumClient: String?) throws {
        var policy = content.policy
        policy.retentionDays = try Field.number(
            retentionDays ?? policy.retentionDays, 1...90, "the days that conversations are kept")
        policy.caseloadLimit = try Field.number(caseloadLimit ?? policy.caseloadLimit, 1...1_000, "the caseload limit")
        if let minimumClient {
            let parts = minimumClient.split(separator: ".", omittingEmptySubsequences: false).map { UInt16($0) }
            guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2] else {
                throw Trouble.unusable("A client's version is three numbers.", "Write it like this: 1.0.0")
            }
            policy.minimumClient = ClientVersion(major: major, minor: minor, patch: patch)
        }
        content.policy = policy
    }
}
