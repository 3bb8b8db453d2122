// What freed_early.py must find: bytes that are taken and thrown away.
struct Failure: Error {}

struct Reader {
    private let bytes: ArraySlice<UInt8>
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    mutating func take(_ count: Int) throws(Failure) -> [UInt8] {
        guard count >= 0, count <= bytes.endIndex - position else { throw Failure() }
        defer { position += count }
        return [UInt8](bytes[position..<position + count])
    }
}

@inline(never)
func pass(_ bytes: [UInt8], _ slots: Int) throws(Failure) {
    var reader = Reader(bytes)
    for _ in 0..<slots { _ = try reader.take(8_200) }
}

try pass([UInt8](repeating: 0, count: 3 * 8_200), 3)
