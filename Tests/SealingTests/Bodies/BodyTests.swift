import CallboxCrypto
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Bodies")
struct BodyTests {
    private let id = Samples.body
    private let base =
        #""v":1,"id":"BQUFBQUFBQUFBQUFBQUFBQ==","at":496000,"room":"BgYGBgYGBgYGBgYGBgYGBg==","n":1,"#
        + #""previous":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","head":[]"#

    private func read(_ bytes: [UInt8]) throws(BodyError) -> Body {
        try Body(reading: PartCollector.Complete(id: id, bytes: bytes))
    }

    @Test("the samples leave no type out")
    func complete() throws {
        #expect(try Samples.contents().compactMap { $0.written?.type }.count == ContentType.allCases.count)
        #expect(try Set(Samples.contents().compactMap { $0.written?.type }) == Set(ContentType.allCases))
    }

    @Test("every type comes back as it was, with and without a reply mailbox")
    func roundTrip() throws {
        for content in try Samples.contents() {
            for reply in [nil, Samples.reply()] {
                let body = try Body(Samples.entry(content), reply: reply)
                #expect(try read(body.bytes) == body)
            }
        }
    }

    @Test("cut short at any length, or followed by anything, no type is read")
    func truncation() throws {
        for content in try Samples.contents() {
            let whole = try Body(Samples.entry(content), reply: Samples.reply()).bytes
            let lineEnd = try #require(whole.firstIndex(of: UInt8(ascii: "\n")))
            for length in 0..<whole.count where length != lineEnd {
                #expect(refusal { try read([UInt8](whole.prefix(length))) } != nil, "\(content) at \(length)")
            }
            #expect(refusal { try read(whole + [UInt8(ascii: "x")]) } == BodyError.malformed)
            #expect(refusal { try read([UInt8](whole.prefix(lineEnd)) + [0]) } == BodyError.malformed)
        }
    }

    @Test("damaged bytes are refused or read as a body that says the same again, and never stop the process")
    func damage() throws {
        for (seed, content) in try Samples.contents().enumerated() {
            let whole = try Body(Samples.entry(content), reply: Samples.reply()).bytes
            for copy in damaged(whole, count: 300, seed: UInt64(seed)) {
                guard let body = try? read(copy), body.entry.content.written != nil else { continue }
                let again = try Body(body.entry, reply: body.reply)
                #expect(try read(again.bytes) == again)
            }
        }
    }

    @Test("a type of tomorrow is kept whole, with its place in the room")
    func unknownType() throws {
        let text = "{\(base),\"type\":\"poll\",\"content\":{\"question\":[1,{\"a\":true}]}}"
        let body = try Samples.read(text)
        #expect(body.entry.content == .unknown(Content.Unknown(type: "poll", version: 1)))
        #expect(body.line == [UInt8](text.utf8))
        #expect(body.entry.place?.number == 1)
        #expect(body.bytes == [UInt8](text.utf8))
        #expect(refusal { try body.entry.encode() } == BodyError.field)
    }

    @Test("a version of tomorrow is kept whole, even of a type of today")
    func newerVersion() throws {
        let text = #"{"v":2,"type":"text","words":"x"}"#
        let body = try Samples.read(text)
        #expect(body.entry.content == .unknown(Content.Unknown(type: "text", version: 2)))
        #expect(body.line == [UInt8](text.utf8))
        #expect(body.entry.place == nil)
        let placed = try Samples.read("{\(base.replacing("\"v\":1", with: "\"v\":9")),\"type\":\"text\"}")
        #expect(placed.entry.place?.number == 1)
    }

    @Test("a word that is not in a list yet stays that word")
    func unlisted() throws {
        let body = try Samples.read("{\(base),\"type\":\"state\",\"content\":{\"state\":\"on-leave\"}}")
        #expect(body.entry.content == .state(Presence(.unlisted("on-leave"))))
        let again = try Body(body.entry)
        #expect(try read(again.bytes).entry == body.entry)
    }

    @Test("members that we do not know are passed over")
    func extraMembers() throws {
        let body = try Samples.read(
            "{\(base),\"mood\":1,\"type\":\"goodbye\",\"content\":{\"later\":[]}}\n{\"more\":1}")
        #expect(body.entry.content == .goodbye(Goodbye()))
        #expect(body.reply == nil)
    }

    @Test("another id inside than on the parts is refused, in any version")
    func wrongID() {
        let other = base.replacing("BQUF", with: "AAAA")
        #expect(refusal { try Samples.read("{\(other),\"type\":\"goodbye\",\"content\":{}}") } == BodyError.wrongID)
        let newer = other.replacing("\"v\":1", with: "\"v\":2")
        #expect(refusal { try Samples.read("{\(newer),\"type\":\"goodbye\"}") } == BodyError.wrongID)
    }

    @Test("what readers could differ on is refused")
    func strict() {
        let contents = [
            #"{"text":"a","text":"b"}"#, #"{"text":1}"#, #"{"text":null}"#, "{}", "[]", #"{"text":""}"#,
            #"{"text":"a"}}"#,
            #"{"text":"\ud800"}"#, #"{"text":"a","x":1e9}"#, #"{"text":"a","x":99999999999999999999}"#,
            #"{"text":"a","x":-1}"#, #"{"text":"a","x":"# + String(repeating: "[", count: 100_000),
            #"{"text":"a","x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
        ]
        for content in contents {
            let text = "{\(base),\"type\":\"text\",\"content\":\(content)}"
            #expect(refusal { try Samples.read(text) } != nil, "\(content.prefix(60))")
        }
    }

    @Test("fields keep to their bounds")
    func bounds() throws {
        let refused = [
            ("expire", #"{"days":0}"#), ("expire", #"{"days":91}"#), ("rating", #"{"helped":6,"would_return":"yes"}"#),
            ("check-in", #"{"due":9,"until":8,"occasion":"other","text":"x"}"#),
            ("state", "{\"state\":\"\(String(repeating: "x", count: 65))\"}"),
            ("state", #"{"state":"here","until":4294967296}"#),
        ]
        for (type, content) in refused {
            #expect(
                refusal { try Samples.read("{\(base),\"type\":\"\(type)\",\"content\":\(content)}") } != nil,
                "\(content)")
        }
        #expect(throws: BodyError.tooLong) { try Words<4>("12345") }
        #expect(throws: BodyError.field) { try Words<4>("") }
        #expect(throws: BodyError.field) {
            try CheckIn(due: Hour(2), until: Hour(1), occasion: .known(.other), text: Words("x"))
        }
        #expect(throws: BodyError.tooLong) { try Few<Int, 1>([1, 2]) }
    }

    @Test("an entry's place keeps to its bounds")
    func placeBounds() throws {
        for (old, new) in [("\"n\":1", "\"n\":0"), ("\"head\":[]", "\"head\":[1]"), ("\"n\":1", "\"n\":4294967296")] {
            let text = "{\(base.replacing(old, with: new)),\"type\":\"goodbye\",\"content\":{}}"
            #expect(refusal { try Samples.read(text) } != nil, "\(new)")
        }
        let seen =
            #"{"from":"CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=","n":1,"hash":"CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg="}"#
        let once = base.replacing("\"head\":[]", with: "\"head\":[\(seen)]")
        #expect(try Samples.read("{\(once),\"type\":\"goodbye\",\"content\":{}}").entry.place?.head.count == 1)
        let twice = base.replacing("\"head\":[]", with: "\"head\":[\(seen),\(seen)]")
        #expect(refusal { try Samples.read("{\(twice),\"type\":\"goodbye\",\"content\":{}}") } == BodyError.field)
    }

    @Test("text is kept as it was written: two spellings of one letter are two texts")
    func noNormalisation() throws {
        let composed = try Words<16>("é")
        let decomposed = try Words<16>("e\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test("the longest text fits into the parts of a body")
    func longest() throws {
        let text = try Words<262_144>(String(repeating: "x", count: 262_144))
        let body = try Body(Samples.entry(.text(TextMessage(text: text))))
        let parts = try Parts.split(body.bytes, id: id, firstCapacity: Part.initialCapacity)
        var collector = PartCollector()
        let complete = try #require(try parts.compactMap { try collector.receive($0).complete }.first)
        #expect(try Body(reading: complete) == body)
        #expect(throws: BodyError.tooLong) { try Words<262_144>(text.text + "x") }
    }

    @Test("cover stands in no room, and everything else in one")
    func cover() throws {
        let cover = try Body(.cover(id: id, at: Hour(1)))
        #expect(
            String(decoding: cover.bytes, as: UTF8.self)
                == #"{"at":1,"id":"BQUFBQUFBQUFBQUFBQUFBQ==","type":"cover","v":1}"#)
        #expect(cover.roomEntry(from: VerificationKey(unchecked: [])) == nil)
        let placed = Entry(id: id, at: Hour(1), place: Samples.place(), content: .cover)
        #expect(refusal { try Body(placed) } == BodyError.field)
        #expect(
            refusal {
                try Samples.read(#"{"v":1,"id":"BQUFBQUFBQUFBQUFBQUFBQ==","at":1,"type":"goodbye","content":{}}"#)
            } != nil)
    }

    @Test("the hash of an entry is the sender's and the line's, and leaves out what is for one reader alone")
    func entryHash() throws {
        let sender = VerificationKey(unchecked: [UInt8](repeating: 1, count: 32))
        let other = VerificationKey(unchecked: [UInt8](repeating: 2, count: 32))
        let entry = Samples.entry(.goodbye(Goodbye()))
        let plain = try Body(entry)
        let withReply = try read(Body(entry, reply: Samples.reply()).bytes)
        #expect(plain.roomEntry(from: sender) == withReply.roomEntry(from: sender))
        #expect(plain.roomEntry(from: sender)?.hash != plain.roomEntry(from: other)?.hash)
        let expected = BLAKE2b256.hash("callbox/v1/room-entry", sender.bytes + plain.line)
        #expect(plain.roomEntry(from: sender)?.hash.bytes == expected)
    }
}

extension String {
    /// A copy with every occurrence replaced.
    func replacing(_ old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
