internal import CallboxCrypto
internal import CallboxWire

extension PartCollector {
    private static let version: UInt8 = 1

    /// What to store; the vault seals it.
    package var stored: [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.version)
        writer.put(UInt16(closed.count))
        for id in closed { writer.put(id) }
        writer.put(UInt16(unfinished.count))
        for body in unfinished {
            writer.put(UInt16(body.chunks.count))
            for (index, chunk) in body.chunks.sorted(by: { $0.key < $1.key }) {
                writer.put(body.id)
                writer.put(index)
                writer.put(body.count)
                writer.put(UInt16(chunk.count))
                writer.put(chunk)
            }
        }
        return writer.bytes
    }

    /// Reads what was stored.
    /// - Throws: `damaged`.
    package init(stored: [UInt8]) throws(BodyError) {
        do {
            self.init()
            try read(ByteReader(stored))
        } catch {
            throw .damaged
        }
    }

    private mutating func read(_ input: ByteReader) throws {
        var reader = input
        guard try reader.integer(UInt8.self) == Self.version else { throw BodyError.damaged }
        for _ in 0..<(try reader.integer(UInt16.self)) { closed.append(try reader.value()) }
        for _ in 0..<(try reader.integer(UInt16.self)) { try readUnfinished(&reader) }
        try reader.finish()
        // The one spelling: whatever would be written otherwise was not written by us.
        guard closed.count <= Self.closedLimit, Set(closed).count == closed.count,
            unfinished.count <= Self.unfinishedLimit,
            Set(unfinished.map(\.id) + closed).count == unfinished.count + closed.count
        else { throw BodyError.damaged }
    }

    private mutating func readUnfinished(_ reader: inout ByteReader) throws {
        var body: Unfinished?
        var last: UInt16?
        let parts = try reader.integer(UInt16.self)
        for _ in 0..<parts {
            let part = try Part(
                body: reader.value(), index: reader.integer(), count: reader.integer(),
                chunk: reader.field(limit: Part.capacity))
            var current = body ?? Unfinished(id: part.body, count: part.count, chunks: [:])
            guard current.id == part.body, current.count == part.count, last.map({ $0 < part.index }) ?? true else {
                throw BodyError.damaged
            }
            last = part.index
            current.chunks[part.index] = part.chunk
            body = current
        }
        guard let body, body.chunks.count < Int(body.count) else { throw BodyError.damaged }
        unfinished.append(body)
    }
}
