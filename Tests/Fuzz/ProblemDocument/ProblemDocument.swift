import CallboxWire
import Fuzzing

/// A refusal, and how long to wait after it.
@main
struct ProblemDocumentTarget: FuzzTarget {
    static func decode(_ bytes: [UInt8]) {
        var rest = bytes
        guard rest.choice() & 1 == 0 else {
            RoundTrip.stable(rest, { try RetryAfter(fieldValue: $0.text) }, { [UInt8]($0.fieldValue.utf8) })
            return
        }
        let status = Int(rest.number(UInt16.self))
        guard let received = try? ProblemDocument.decode(rest, status: status) else { return }
        precondition(received.problem?.status ?? status == status, "a problem under another's status")
        let detail = received.detail?.rawTextNeverToBePrinted ?? ""
        precondition(detail.utf8.count <= ForeignText.byteLimit, "a text that is too long")
        guard let problem = received.problem else { return }
        let sent = try? ProblemDocument.decode(ProblemDocument.encode(problem), status: status)
        precondition(sent?.problem == problem, "our own document says something else")
    }
}
