internal import FoundationEssentials

/// A problem document (RFC 9457): what a relay sends, and what a client makes of one that it gets.
package enum ProblemDocument {
    /// The media type.
    package static let mediaType = "application/problem+json"
    /// The longest document that a client reads, 8,192 bytes.
    package static let byteLimit = 8192

    /// The document that a relay sends. It says nothing of the request, so nothing of it can leak here.
    package static func encode(_ problem: Problem) -> [UInt8] {
        // Types and titles are ours and hold nothing that JSON escapes.
        [UInt8](#"{"type":"\#(problem.type)","title":"\#(problem.title)","status":\#(problem.status)}"#.utf8)
    }

    /// Reads the document that came with a status. Nothing in it can hurt: an unknown or contradictory one is a
    /// problem without a word.
    /// - Throws: `length` above 8,192 bytes, `encoding` when it is no JSON object, or `field` for a status that is no
    ///   refusal.
    package static func decode(_ bytes: [UInt8], status: Int) throws(WireError) -> ReceivedProblem {
        guard bytes.count <= byteLimit else { throw .length }
        guard (300...599).contains(status) else { throw .field }
        // A zero byte is in no JSON text, and would have the decoder guess at UTF-16.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil,
            let body = try? JSONDecoder().decode(Body.self, from: Data(bytes))
        else { throw .encoding }
        return ReceivedProblem(
            problem: body.type.flatMap(problem(ofType:)), status: status, detail: body.detail.map(ForeignText.init))
    }

    private static func problem(ofType type: String) -> Problem? {
        guard type.utf8.starts(with: Problem.typePrefix.utf8) else { return nil }
        return Problem(rawValue: String(decoding: type.utf8.dropFirst(Problem.typePrefix.utf8.count), as: UTF8.self))
    }

    /// The members that are looked at. One of another JSON type counts as absent.
    private struct Body: Decodable {
        let type: String?
        let detail: String?

        private enum CodingKeys: CodingKey { case type, detail }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            type = try? members.decode(String.self, forKey: .type)
            detail = try? members.decode(String.self, forKey: .detail)
        }
    }
}

/// A refusal as a client understands it.
package struct ReceivedProblem: Equatable, Sendable {
    /// Which one; nil when it is none of ours, or its status is not the answer's: then something between us and the
    /// relay spoke.
    package let problem: Problem?
    /// The status of the answer.
    package let status: Int
    /// What somebody wrote beside it.
    package let detail: ForeignText?

    /// A refusal with this status. `problem` is dropped when the status is not its own.
    init(problem: Problem?, status: Int, detail: ForeignText?) {
        self.problem = problem.flatMap { $0.status == status ? $0 : nil }
        self.status = status
        self.detail = detail
    }

    /// A refusal without a document.
    /// - Throws: `field` for a status that is no refusal.
    package init(status: Int) throws(WireError) {
        guard (300...599).contains(status) else { throw .field }
        self.init(problem: nil, status: status, detail: nil)
    }

    /// What it means for what was sent. A refusal that is not surely the relay's says nothing about it.
    package var effect: Problem.Effect { problem?.effect ?? .unknown }
}

/// Text that somebody else wrote, at most 512 bytes. It may hold anything, terminal escapes too, so it does not print
/// itself.
package struct ForeignText: Equatable, Sendable, CustomStringConvertible {
    /// 512.
    package static let byteLimit = 512
    /// The text as it came. Whoever shows it makes it inert first.
    package let rawTextNeverToBePrinted: String

    /// Keeps the beginning of a text.
    package init(_ text: String) {
        var kept = ""
        for scalar in text.unicodeScalars {
            guard kept.utf8.count + UTF8.width(scalar) <= Self.byteLimit else { break }
            kept.unicodeScalars.append(scalar)
        }
        rawTextNeverToBePrinted = kept
    }

    /// That there is a text, and nothing of it.
    package var description: String { "(text from elsewhere)" }
}

/// The value of `Retry-After` (RFC 9110 section 10.2.3) in its form of seconds, 0 to 86,400.
package struct RetryAfter: Hashable, Sendable {
    /// One day.
    package static let limit = 86_400
    /// The seconds.
    package let seconds: Int

    /// So many seconds, within its limits.
    package init(seconds: Int) { self.seconds = min(max(seconds, 0), Self.limit) }

    /// Reads the field's value.
    /// - Throws: `encoding` for anything but 1 to 9 digits; the date form is not used.
    package init(fieldValue: String) throws(WireError) {
        guard (1...9).contains(fieldValue.utf8.count), fieldValue.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int(fieldValue)
        else { throw .encoding }
        self.init(seconds: seconds)
    }

    /// The field's value.
    package var fieldValue: String { String(seconds) }
}
