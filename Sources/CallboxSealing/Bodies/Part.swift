internal import CallboxCrypto
internal import CallboxWire

/// What one frame carries of a body: cell.md section 4.
package struct Part: Hashable, Sendable {
    /// Body id, index and count.
    package static let headerByteCount = BodyID.byteCount + 4
    /// How much of a body an INIT frame carries.
    package static let initialCapacity = 4_210
    /// How much of a body a RATCHET frame carries.
    package static let capacity = 5_631
    /// How many parts a body has at most.
    package static let limit = 64
    /// How long a body may be, however it travels: one chunk in an INIT frame and 63 in RATCHET frames.
    package static let bodyLimit = initialCapacity + (limit - 1) * capacity

    /// The body that it is of.
    package let body: BodyID
    /// Its place in the body, from 0.
    package let index: UInt16
    /// How many parts the body has, 1 to 64.
    package let count: UInt16
    /// Its bytes of the body, 1 to 5,631.
    package let chunk: [UInt8]

    /// A part of a body.
    /// - Throws: `part`.
    init(body: BodyID, index: UInt16, count: UInt16, chunk: [UInt8]) throws(BodyError) {
        guard (1...UInt16(Self.limit)).contains(count), index < count, (1...Self.capacity).contains(chunk.count) else {
            throw .part
        }
        self.body = body
        self.index = index
        self.count = count
        self.chunk = chunk
    }

    /// Reads the content of a frame.
    /// - Throws: `part`.
    package init(_ content: [UInt8]) throws(BodyError) {
        var reader = ByteReader(content)
        do {
            try self.init(
                body: reader.value(), index: reader.integer(), count: reader.integer(),
                chunk: reader.take(reader.remaining))
        } catch {
            throw .part
        }
    }

    /// The content of a frame.
    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.headerByteCount + chunk.count)
        writer.put(body)
        writer.put(index)
        writer.put(count)
        writer.put(chunk)
        return writer.bytes
    }
}

/// A body cut into parts.
package enum Parts {
    /// Cuts a body; each part goes in a frame of its own, in any order. `firstCapacity` is `Part.initialCapacity` when the first part
    /// opens a session.
    /// - Throws: `part` for an empty body or a capacity that no frame has, `tooLong` for more than 64 parts.
    package static func split(
        _ body: [UInt8], id: BodyID, firstCapacity: Int = Part.capacity
    ) throws(BodyError) -> [Part] {
        guard !body.isEmpty, (1...Part.capacity).contains(firstCapacity) else { throw .part }
        var chunks = [Array(body.prefix(firstCapacity))]
        var rest = body.dropFirst(firstCapacity)
        while !rest.isEmpty, chunks.count <= Part.limit {
            chunks.append(Array(rest.prefix(Part.capacity)))
            rest = rest.dropFirst(Part.capacity)
        }
        guard chunks.count <= Part.limit else { throw .tooLong }
        var parts: [Part] = []
        for (index, chunk) in chunks.enumerated() {
            parts.append(try Part(body: id, index: UInt16(index), count: UInt16(chunks.count), chunk: chunk))
        }
        return parts
    }
}
