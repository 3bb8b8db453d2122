import CallboxTesting
import CallboxWire
import Testing

@Suite("Problem documents")
struct ProblemTests {
    @Test("Every problem is read back from its document, under its own status", arguments: Problem.allCases)
    func roundTrip(problem: Problem) throws {
        let document = ProblemDocument.encode(problem)
        let received = try ProblemDocument.decode(document, status: problem.status)
        #expect(received.problem == problem)
        #expect(received.status == problem.status)
        #expect(received.effect == problem.effect)
        #expect(received.detail == nil)
        #expect(!problem.title.contains { "\"\\\n".contains($0) } && problem.title.utf8.allSatisfy { $0 < 0x80 })
        #expect(problem.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
    }

    @Test("The document has the members that RFC 9457 gives")
    func form() {
        #expect(
            String(decoding: ProblemDocument.encode(.mailboxFull), as: UTF8.self)
                == #"{"type":"urn:callbox:problem:mailbox-full","title":"The mailbox is full.","status":507}"#)
    }

    @Test("A problem under a status that is not its own says nothing about what was stored")
    func contradiction() throws {
        let received = try ProblemDocument.decode(ProblemDocument.encode(.mailboxFull), status: 502)
        #expect(received.problem == nil)
        #expect(received.effect == .unknown)
        #expect(try ReceivedProblem(status: 502).effect == .unknown)
        #expect(throws: WireError.field) { try ReceivedProblem(status: 200) }
    }

    @Test("Unknown members and problems are let pass, and foreign text is kept short and out of sight")
    func tolerant() throws {
        let text = #"{"type":"about:blank","title":[1],"status":"x","detail":"\u001b[2J","more":{"a":[null,1e400]}}"#
        let received = try ProblemDocument.decode([UInt8](text.utf8), status: 404)
        #expect(received.problem == nil)
        #expect(received.detail?.rawTextNeverToBePrinted == "\u{1B}[2J")
        #expect(received.detail.map { "\($0)" } == "(text from elsewhere)")
        let odd = try ProblemDocument.decode([UInt8](#"{"type":1,"detail":{}}"#.utf8), status: 404)
        #expect(odd.problem == nil && odd.detail == nil)
        let long = #"{"detail":"\#(String(repeating: "é", count: 3000))"}"#
        let kept = try ProblemDocument.decode([UInt8](long.utf8), status: 500).detail
        #expect(kept?.rawTextNeverToBePrinted.utf8.count == 512)
    }

    @Test("Depth bombs, huge numbers, doubled keys, bad UTF-8 and other JSON do not trap")
    func hostile() throws {
        let bombs = [
            String(repeating: "[", count: 8192), String(repeating: "{\"a\":", count: 1600),
            "{\"type\":" + String(repeating: "[", count: 4000) + String(repeating: "]", count: 4000) + "}",
            "{\"status\":" + String(repeating: "9", count: 8000) + "}", "{\"status\":1e99999999}",
            "{\"detail\":-1e-999999}",
            "", "null", "1", "\"x\"", "[]", "{", "{}}", "{\"a\"}", "\u{FEFF}{}", "{'a':1}", "{\"detail\":\"\\uD800\"}",
        ]
        for bomb in bombs { _ = try? ProblemDocument.decode([UInt8](bomb.utf8), status: 400) }
        for refused in ["", "null", "1", "\"x\"", "[]", "{", "{}}"] {
            #expect(throws: WireError.encoding, "\(refused)") {
                try ProblemDocument.decode([UInt8](refused.utf8), status: 400)
            }
        }
        let doubled = #"{"type":"urn:callbox:problem:busy","type":"urn:callbox:problem:slow"}"#
        _ = try? ProblemDocument.decode([UInt8](doubled.utf8), status: 503)
        #expect(throws: WireError.encoding) { try ProblemDocument.decode([0x7B, 0xFF, 0x7D], status: 400) }
        #expect(throws: WireError.encoding) { try ProblemDocument.decode([0, 0x7B, 0, 0x7D], status: 400) }
        #expect(throws: WireError.length) {
            try ProblemDocument.decode([UInt8](repeating: 0x20, count: 8193), status: 400)
        }
        var random = Seeded(20)
        let document = ProblemDocument.encode(.uncertain)
        for _ in 0..<2000 {
            var altered = document
            for _ in 0...random.below(4) { altered[random.below(altered.count)] = UInt8(random.below(256)) }
            _ = try? ProblemDocument.decode(altered, status: 500)
        }
    }

    @Test("Every wire error has an answer that fits it")
    func answers() {
        for error in WireError.allCases { #expect((400..<500).contains(error.problem.status)) }
        #expect(WireError.stale.problem == .signatureStale)
        #expect(WireError.truncated.problem == .malformed)
        #expect(Set(WireError.allCases.map(\.rawValue)).count == WireError.allCases.count)
    }

    @Test("Retry-After is seconds within a day")
    func retryAfter() throws {
        #expect(try RetryAfter(fieldValue: "30").seconds == 30)
        #expect(try RetryAfter(fieldValue: "999999999").seconds == 86_400)
        #expect(RetryAfter(seconds: -5).fieldValue == "0")
        for wrong in ["", "-1", "+1", "1.5", " 1", "9999999999", "Wed, 21 Oct 2026 07:28:00 GMT", "٣"] {
            #expect(throws: WireError.encoding, "\(wrong)") { try RetryAfter(fieldValue: wrong) }
        }
    }
}
