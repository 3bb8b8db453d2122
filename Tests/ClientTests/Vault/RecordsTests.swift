@testable import CallboxClient
import Testing

@Suite("Records")
struct RecordsTests {
    @Test("Names come in order, those with a beginning apart")
    func names() {
        var records = Records()
        for name in ["b/2", "a", "c", "b/1", "b"] { records[name] = [1] }
        #expect(records.names == ["a", "b", "b/1", "b/2", "c"])
        #expect(records.names(beginning: "b/") == ["b/1", "b/2"])
        #expect(records.names(beginning: "") == records.names)
        #expect(records.names(beginning: "d") == [])
        records["a"] = nil
        records["none"] = nil
        #expect(records.names == ["b", "b/1", "b/2", "c"])
    }

    @Test("Whatever order they came in, the same names and values are the same records and the same bytes")
    func equality() {
        let pairs = (0..<100).map { (name: "n/\($0 % 10)/\($0)", value: [UInt8](repeating: 7, count: $0)) }
        var forwards = Records()
        var backwards = Records()
        for pair in pairs { forwards[pair.name] = pair.value }
        for pair in pairs.reversed() {
            backwards[pair.name] = [1, 2, 3]
            backwards[pair.name] = pair.value
        }
        #expect(forwards == backwards)
        #expect(forwards.encoded(paddedTo: 10_000) == backwards.encoded(paddedTo: 10_000))
        for pair in pairs { #expect(forwards[pair.name] == pair.value) }
        backwards["n/5/5"] = []
        #expect(forwards != backwards)
    }

    @Test("An empty value is a value")
    func emptyValue() throws {
        var records = Records()
        records["a"] = []
        let read = try Records(padded: records.encoded(paddedTo: records.encodedByteCount))
        #expect(read["a"] == [])
        #expect(read["b"] == nil)
    }

    @Test("The encoding is the one that is written down")
    func encoding() throws {
        var records = Records()
        records["b"] = [0xff]
        records["a/1"] = [1, 2]
        let bytes: [UInt8] = [
            0, 0, 0, 2, 3, 0x61, 0x2f, 0x31, 0, 0, 0, 2, 1, 2, 1, 0x62, 0, 0, 0, 1, 0xff,
        ]
        #expect(records.encodedByteCount == bytes.count)
        #expect(records.encoded(paddedTo: bytes.count + 3) == bytes + [0, 0, 0])
        #expect(try Records(padded: bytes) == records)
        #expect(try Records(padded: bytes + [0, 0, 0]) == records)
    }

    @Test("What is cut off at any length is refused")
    func truncation() {
        var records = Records()
        records["one"] = [1, 2, 3]
        records["two"] = []
        let bytes = records.encoded(paddedTo: records.encodedByteCount)
        for length in bytes.indices {
            #expect(throws: VaultError.refused) { try Records(padded: Array(bytes.prefix(length))) }
        }
    }

    @Test(
        "Disorder, repetition, names that are none, lying counts and lengths, and anything in the padding are refused",
        arguments: [
            [0, 0, 0, 2, 1, 0x62, 0, 0, 0, 0, 1, 0x61, 0, 0, 0, 0],
            [0, 0, 0, 2, 1, 0x61, 0, 0, 0, 0, 1, 0x61, 0, 0, 0, 0],
            [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0x20, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0x7f, 0, 0, 0, 0],
            [0, 0, 0, 1, 2, 0xc3, 0xa9, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0xff, 0, 0, 0, 0],
            [0xff, 0xff, 0xff, 0xff, 1, 0x61, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0x61, 0xff, 0xff, 0xff, 0xff],
            [0, 0, 0, 1, 1, 0x61, 0, 0, 0, 2, 1], [0, 0, 0, 1, 1, 0x61, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1], [0, 0, 0],
            [],
        ] as [[UInt8]])
    func malformed(_ bytes: [UInt8]) {
        #expect(throws: VaultError.refused) { try Records(padded: bytes) }
    }
}
