internal import CallboxCrypto

/// Puts the bodies of one session together from their parts, in whatever order they come. Store it in one step with the session.
package struct PartCollector: Equatable, Sendable {
    /// How many unfinished bodies are held.
    package static let unfinishedLimit = 32
    /// How many ids of finished and given-up bodies are remembered, so that a late part does not begin them anew.
    package static let closedLimit = 256

    /// A body of which parts are missing.
    struct Unfinished: Equatable, Sendable {
        let id: BodyID
        let count: UInt16
        var chunks: [UInt16: [UInt8]]
    }

    /// Oldest first.
    var unfinished: [Unfinished] = []
    /// Oldest first.
    var closed: [BodyID] = []

    /// Nothing received yet.
    package init() {}

    /// What a part led to.
    package struct Outcome: Equatable, Sendable {
        /// The body, when this was the last part that it lacked.
        package let complete: Complete?
        /// A body that was given up to make room. Tell the person that a message arrived incomplete.
        package let givenUp: BodyID?

        static let nothing = Outcome(complete: nil, givenUp: nil)
    }

    /// A body with all its parts.
    package struct Complete: Equatable, Sendable {
        /// Its id, as its parts say.
        package let id: BodyID
        /// Its bytes.
        package let bytes: [UInt8]

        /// A body that was put together before, and stored.
        package init(id: BodyID, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    /// The bodies of which parts are missing, oldest first, each with how many have come and how many there are.
    package var waiting: [(id: BodyID, received: Int, count: Int)] {
        unfinished.map { ($0.id, $0.chunks.count, Int($0.count)) }
    }

    /// Takes a part. A part that was here before, and any part of a body that was finished or given up, changes nothing.
    /// - Throws: `conflict`; nothing was changed then.
    package mutating func receive(_ part: Part) throws(BodyError) -> Outcome {
        guard !closed.contains(part.body) else { return .nothing }
        guard let place = unfinished.firstIndex(where: { $0.id == part.body }) else { return begin(with: part) }
        guard unfinished[place].count == part.count else { throw .conflict }
        if let chunk = unfinished[place].chunks[part.index] {
            guard chunk == part.chunk else { throw .conflict }
            return .nothing
        }
        unfinished[place].chunks[part.index] = part.chunk
        guard unfinished[place].chunks.count == Int(part.count) else { return .nothing }
        let body = unfinished.remove(at: place)
        close(body.id)
        let bytes = (0..<body.count).flatMap { body.chunks[$0] ?? [] }
        return Outcome(complete: Complete(id: body.id, bytes: bytes), givenUp: nil)
    }

    private mutating func begin(with part: Part) -> Outcome {
        if part.count == 1 {
            close(part.body)
            return Outcome(complete: Complete(id: part.body, bytes: part.chunk), givenUp: nil)
        }
        unfinished.append(Unfinished(id: part.body, count: part.count, chunks: [part.index: part.chunk]))
        guard unfinished.count > Self.unfinishedLimit else { return .nothing }
        let givenUp = unfinished.removeFirst().id
        close(givenUp)
        return Outcome(complete: nil, givenUp: givenUp)
    }

    private mutating func close(_ id: BodyID) {
        closed.append(id)
        closed.removeFirst(max(0, closed.count - Self.closedLimit))
    }
}
