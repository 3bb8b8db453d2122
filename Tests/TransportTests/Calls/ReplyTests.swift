import CallboxClient
import CallboxWire
import NIOHTTP1
import Testing

@testable import CallboxTransport

@Suite("What an answer means")
struct ReplyTests {
    private func reply(_ status: Int, _ content: String = "", _ fields: HTTPHeaders = [:]) -> Reply {
        var reply = Reply(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields))
        reply.content = Array(content.utf8)
        return reply
    }

    private func refusal(
        _ problem: Problem, status: Int? = nil, type: String = ProblemDocument.mediaType, after: [String] = []
    ) -> RelayFailure? {
        var fields: HTTPHeaders = ["content-type": type]
        for value in after { fields.add(name: "Retry-After", value: value) }
        let document = String(decoding: ProblemDocument.encode(problem), as: UTF8.self)
        return failure(reply(status ?? problem.status, document, fields), .done)
    }

    private func failure(_ reply: Reply, _ answer: Call.Answer) -> RelayFailure? {
        do throws(RelayFailure) {
            _ = try reply.content(as: answer)
            return nil
        } catch {
            return error
        }
    }

    private let json = Call.Answer.content(.json, atMost: 10)

    @Test("Done is 204 with nothing in it")
    func done() {
        #expect(failure(reply(204), .done) == nil)
        #expect(failure(reply(200), .done) == .strange(status: 200))
        #expect(failure(reply(204, "x"), .done) == .strange(status: 204))
        #expect(failure(reply(204), json) == .strange(status: 204))
    }

    @Test(
        "Content has the media type of its call, whatever its parameters",
        arguments: [
            ("application/json", true), ("Application/JSON ; charset=utf-8", true), ("text/html", false),
            ("application/octet-stream", false), ("application/jsonp", false), ("", false),
        ])
    func mediaType(type: String, isRight: Bool) {
        let failure = failure(reply(200, "{}", ["content-type": type]), json)
        #expect(failure == (isRight ? nil : .strange(status: 200)))
    }

    @Test("No media type, or two, is none")
    func mediaTypes() {
        let twice: HTTPHeaders = ["content-type": "application/json", "Content-Type": "application/json"]
        #expect(failure(reply(200, "{}"), json) == .strange(status: 200))
        #expect(failure(reply(200, "{}", twice), json) == .strange(status: 200))
    }

    @Test("Every refusal of the protocol is understood by its word and status", arguments: Problem.allCases)
    func refusals(problem: Problem) {
        #expect(refusal(problem) == .refused(problem, after: nil))
        #expect(refusal(problem, type: "application/problem+json; charset=utf-8") == .refused(problem, after: nil))
    }

    @Test("A word with another status, a status without a document, and another media type are not the relay's")
    func strange() {
        #expect(refusal(.busy, status: 500) == .strange(status: 500))
        #expect(refusal(.busy, status: 200) == .strange(status: 200))
        #expect(refusal(.busy, type: "application/json") == .strange(status: 503))
        #expect(failure(reply(503), .done) == .strange(status: 503))
        #expect(failure(reply(503, "<html>", ["content-type": "text/html"]), .done) == .strange(status: 503))
        let unknown = #"{"type":"urn:callbox:problem:tired","status":503}"#
        let type: HTTPHeaders = ["content-type": ProblemDocument.mediaType]
        #expect(failure(reply(503, unknown, type), .done) == .strange(status: 503))
        #expect(failure(reply(502, "{", type), .done) == .strange(status: 502))
    }

    @Test("Nobody is sent anywhere else", arguments: [301, 302, 303, 304, 307, 308, 101])
    func redirects(status: Int) {
        let elsewhere: HTTPHeaders = ["location": "https://elsewhere.example/"]
        #expect(failure(reply(status, "", elsewhere), .done) == .strange(status: status))
        #expect(failure(reply(status, "", elsewhere), json) == .strange(status: status))
    }

    @Test(
        "When to come again is believed in seconds, up to a day, where the protocol has it",
        arguments: [
            (["0"], 0), (["10"], 10), (["86400"], 86_400), (["86401"], 86_400), (["999999999"], 86_400),
            (["9999999999"], nil), (["-1"], nil), (["1.5"], nil), (["Wed, 21 Oct 2026 07:28:00 GMT"], nil),
            (["10", "10"], nil), ([], nil),
        ] as [([String], Int?)])
    func retryAfter(values: [String], seconds: Int?) {
        #expect(refusal(.busy, after: values) == .refused(.busy, after: seconds))
        #expect(refusal(.malformed, after: values) == .refused(.malformed, after: nil))
    }
}
