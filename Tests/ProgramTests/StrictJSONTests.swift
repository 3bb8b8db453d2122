import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

/// The rules are tried on a root document with one more member, which a reader must pass over or refuse.
@Suite("The JSON that documents are written in")
struct StrictJSONTests {
    private let sample: SampleProgram

    init() throws { sample = try SampleProgram(seed: 3) }

    private func root(with member: String) -> [UInt8] {
        replacing("{", by: "{\(member),", in: sample.root.document.payload)
    }

    @Test(
        "Members that nobody knows are passed over",
        arguments: [
            #""new":{}"#, #""new":[]"#, #""new":true"#, #""new":false"#, #""new":0"#, #""new":9007199254740991"#,
            #""new":"\u00e9\ud83d\ude00\n\"\\\/""#, "\"new\" : [ 1 , { \"a\" : \"é\" } ]\n", #""issued_":1"#,
        ])
    func unknownMembers(member: String) throws {
        let read = try RootDocument(parsing: root(with: member))
        #expect(read == sample.root.document)
    }

    @Test(
        "What readers disagree about is refused",
        arguments: [
            #""quorum":1"#, #""new":{"a":1,"a":1}"#, #""n\u0065w":1"#, #""é":1"#, #""new":null"#, #""new":-1"#,
            #""new":1.0"#, #""new":1e3"#, #""new":01"#, #""new":9007199254740992"#,
            #""new":99999999999999999999999999"#,
            #""new":"\ud83d""#, #""new":"\ude00\ud83d""#, #""new":"\ud83dx""#, #""new":"\ud83d\u0041""#, #""new":"\x""#,
            #""new":"\u00g0""#, "\"new\":\"\n\"", #""new":'a'"#, #""new":[1,]"#, #""new":[,1]"#, #""new":{"a"}"#,
            #""new":{"a":1,}"#, #""new":tru"#, #""new":NaN"#, #""new":"#, #"new:1"#, #""new" 1"#, #""new":1 /* why */"#,
            #""new":1,"#, #""new":+1"#, #""new":"#,
        ])
    func refused(member: String) {
        #expect(refusal { try RootDocument(parsing: root(with: member)) } == .malformed)
    }

    @Test("Depth is bounded, and a bomb of brackets is refused without harm")
    func depth() throws {
        let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        _ = try RootDocument(parsing: root(with: #""new":\#(deep(15))"#))
        #expect(refusal { try RootDocument(parsing: root(with: #""new":\#(deep(16))"#)) } == .malformed)
        for opener in [UInt8(ascii: "["), UInt8(ascii: "{")] {
            let bomb = [UInt8](repeating: opener, count: 65_000)
            #expect(refusal { try RootDocument(parsing: bomb) } == .malformed)
            #expect(refusal { try RootDocument(parsing: [UInt8](#"{"a":"#.utf8) + bomb) } == .malformed)
        }
        let nested = [UInt8](String(repeating: #"{"a":"#, count: 10_000).utf8)
        #expect(refusal { try RootDocument(parsing: nested) } == .malformed)
    }

    @Test("Only one object is a document", arguments: ["", " ", "[]", "1", "\"a\"", "true", "{}{}", "{} x", "}"])
    func outermost(text: String) {
        #expect(refusal { try RootDocument(parsing: [UInt8](text.utf8)) } == .malformed)
    }

    @Test("Bytes that are not UTF-8, a byte order mark and UTF-16 are refused")
    func encodings() throws {
        let good = sample.root.document.payload
        for bad: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
            let text = replacing("{", by: #"{"new":"?","#, in: good)
            let place = try #require(text.firstIndex(of: UInt8(ascii: "?")))
            let bytes = [UInt8](text[..<place]) + bad + [UInt8](text[(place + 1)...])
            #expect(refusal { try RootDocument(parsing: bytes) } == .malformed)
        }
        #expect(refusal { try RootDocument(parsing: [0xEF, 0xBB, 0xBF] + good) } == .malformed)
        #expect(refusal { try RootDocument(parsing: good.flatMap { [$0, 0] }) } == .malformed)
        #expect(refusal { try RootDocument(parsing: [0xFF, 0xFE] + good.flatMap { [$0, 0] }) } == .malformed)
        #expect(refusal { try RootDocument(parsing: good + [0]) } == .malformed)
    }
}
