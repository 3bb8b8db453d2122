@testable import CallboxSealing
import Testing

@Suite("Padding")
struct PaddingTests {
    @Test(
        "Content of every length up to the capacity comes back; one and two bytes more are too long",
        arguments: [16, 4232, 5653])
    func roundTrip(length: Int) throws {
        let capacity = Padding.capacity(of: length)
        for count in 0...capacity {
            let content = [UInt8](repeating: 0xA5, count: count)
            let padded = try Padding.pad(content, to: length)
            #expect(padded.count == length)
            #expect(try Padding.unpad(padded) == content)
        }
        for count in [capacity + 1, capacity + 2] {
            #expect(throws: SealingError.tooLong) {
                try Padding.pad([UInt8](repeating: 0xA5, count: count), to: length)
            }
        }
    }

    @Test("A length that does not fit is refused")
    func wrongLength() {
        for padded: [UInt8] in [[], [0], [0, 1], [0, 3, 1, 2], [0xff, 0xff, 0, 0]] {
            #expect(throws: SealingError.refused) { try Padding.unpad(padded) }
        }
    }

    @Test("A padding byte that is not zero is refused, wherever it stands")
    func dirtyPadding() throws {
        let padded = try Padding.pad([1, 2, 3], to: 32)
        for index in 5..<32 {
            var dirty = padded
            dirty[index] = 1
            #expect(throws: SealingError.refused) { try Padding.unpad(dirty) }
        }
    }
}
