import CallboxTesting
import Testing

@Suite("The seeded random source")
struct SeededRandomTests {
    @Test("A seed gives one stream, however it is cut, and another seed another one")
    func stream() {
        var whole = SeededRandom(seed: 7)
        let stream = whole.bytes(500)
        for size in [1, 31, 32, 33, 100] {
            var cut = SeededRandom(seed: 7)
            var joined: [UInt8] = []
            while joined.count + size <= stream.count { joined += cut.bytes(size) }
            #expect(joined == Array(stream.prefix(joined.count)))
        }
        var other = SeededRandom(seed: 8)
        #expect(other.bytes(500) != stream)
        #expect(stream.prefix(32) != stream.dropFirst(32).prefix(32))
    }
}
