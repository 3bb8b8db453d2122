import CallboxCrypto
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Parts")
struct PartTests {
    private let id = BodyID(unchecked: [UInt8](repeating: 7, count: 16))

    @Test(
        "a body of any length up to the limit is its parts in order",
        arguments: [1, 4_209, 4_210, 4_211, 5_630, 5_631, 5_632, 9_841, 9_842, 11_262, 11_263, Part.bodyLimit])
    func everyLength(length: Int) throws {
        let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for first in [Part.initialCapacity, Part.capacity] {
            let parts = try Parts.split(body, id: id, firstCapacity: first)
            #expect(parts.flatMap(\.chunk) == body)
            #expect(parts.allSatisfy { $0.count == parts.count && $0.body == id })
            #expect(parts.map(\.index) == Array(0..<UInt16(parts.count)))
            #expect(parts[0].bytes.count <= Part.headerByteCount + first)
            for part in parts { #expect(try Part(part.bytes) == part) }
        }
    }

    @Test("a body of more than 64 parts, or of nothing, is not cut")
    func limits() {
        let long = [UInt8](repeating: 1, count: Part.bodyLimit + 1)
        #expect(refusal { try Parts.split(long, id: id, firstCapacity: Part.initialCapacity) } == BodyError.tooLong)
        #expect(refusal { try Parts.split([], id: id) } == BodyError.part)
        #expect(refusal { try Parts.split([1], id: id, firstCapacity: 0) } == BodyError.part)
        #expect(refusal { try Parts.split([1], id: id, firstCapacity: Part.capacity + 1) } == BodyError.part)
    }

    @Test("a part that cannot be is refused")
    func impossible() throws {
        let header = id.bytes
        for (index, count, length) in [
            (0, 0, 1), (1, 1, 1), (64, 65, 1), (0, 65, 1), (0, 1, 0), (0, 1, 5_632), (3, 2, 1),
        ] {
            let bytes = header + [0, UInt8(index), 0, UInt8(count)] + [UInt8](repeating: 1, count: length)
            #expect(refusal { try Part(bytes) } == BodyError.part, "\(index) of \(count), \(length) bytes")
        }
        let shortest = try Part(header + [0, 0, 0, 1, 9])
        for length in 0..<shortest.bytes.count {
            #expect(refusal { try Part([UInt8](shortest.bytes.prefix(length))) } == BodyError.part)
        }
    }
}

@Suite("Part collector")
struct PartCollectorTests {
    @Test(
        "bodies come whole and once, however their parts are ordered, repeated and stored in between", arguments: 0..<40
    )
    func anyOrder(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var dice = Dice(seed: seed)
        var bodies: [BodyID: [UInt8]] = [:]
        var parts: [Part] = []
        for _ in 0..<6 {
            let id = BodyID.random(from: &random)
            let body = random.bytes(1 + dice.roll(30_000))
            bodies[id] = body
            parts += try Parts.split(
                body, id: id, firstCapacity: dice.roll(2) == 0 ? Part.initialCapacity : Part.capacity)
        }
        parts += parts.filter { _ in dice.roll(3) == 0 }
        parts.shuffle(using: &dice)

        var collector = PartCollector()
        var complete: [BodyID: [UInt8]] = [:]
        for part in parts {
            if dice.roll(4) == 0 { collector = try PartCollector(stored: collector.stored) }
            let outcome = try collector.receive(part)
            #expect(outcome.givenUp == nil)
            guard let body = outcome.complete else { continue }
            #expect(complete[body.id] == nil)
            complete[body.id] = body.bytes
        }
        #expect(complete == bodies)
        #expect(collector.waiting.isEmpty)
    }

    @Test("a part that says something else is refused, and the earlier one stays")
    func conflict() throws {
        let id = BodyID(unchecked: [UInt8](repeating: 1, count: 16))
        var collector = PartCollector()
        _ = try collector.receive(Part(body: id, index: 0, count: 3, chunk: [1]))
        let before = collector
        #expect(refusal { try collector.receive(Part(body: id, index: 0, count: 3, chunk: [2])) } == BodyError.conflict)
        #expect(refusal { try collector.receive(Part(body: id, index: 1, count: 2, chunk: [2])) } == BodyError.conflict)
        #expect(refusal { try collector.receive(Part(body: id, index: 0, count: 1, chunk: [1])) } == BodyError.conflict)
        #expect(collector == before)
        _ = try collector.receive(Part(body: id, index: 2, count: 3, chunk: [3]))
        let outcome = try collector.receive(Part(body: id, index: 1, count: 3, chunk: [2]))
        #expect(outcome.complete == PartCollector.Complete(id: id, bytes: [1, 2, 3]))
    }

    @Test("one unfinished body too many gives up the oldest, says so, and does not take it up again")
    func givesUp() throws {
        var random = SeededRandom(seed: 3)
        let ids = (0...PartCollector.unfinishedLimit).map { _ in BodyID.random(from: &random) }
        var collector = PartCollector()
        for id in ids.dropLast() {
            #expect(try collector.receive(Part(body: id, index: 0, count: 2, chunk: [1])).givenUp == nil)
        }
        let outcome = try collector.receive(Part(body: ids[ids.count - 1], index: 0, count: 2, chunk: [1]))
        #expect(outcome.givenUp == ids[0])
        #expect(try collector.receive(Part(body: ids[0], index: 1, count: 2, chunk: [2])) == .nothing)
        #expect(collector.waiting.map(\.id) == Array(ids.dropFirst()))
        #expect(try collector.receive(Part(body: ids[1], index: 1, count: 2, chunk: [2])).complete?.bytes == [1, 2])
    }

    @Test("a finished body does not begin anew with a late part")
    func closed() throws {
        let id = BodyID(unchecked: [UInt8](repeating: 1, count: 16))
        var collector = PartCollector()
        let part = try Part(body: id, index: 0, count: 1, chunk: [1])
        #expect(try collector.receive(part).complete != nil)
        let before = collector
        #expect(try collector.receive(part) == .nothing)
        #expect(try collector.receive(Part(body: id, index: 0, count: 2, chunk: [9])) == .nothing)
        #expect(collector == before)
    }

    @Test(
        "what was stored comes back; cut short, longer or altered it is refused or reads as something that was stored so"
    )
    func storage() throws {
        var random = SeededRandom(seed: 4)
        var collector = PartCollector()
        for index in 0..<4 {
            let id = BodyID.random(from: &random)
            _ = try collector.receive(Part(body: id, index: 1, count: 3, chunk: random.bytes(5 + index)))
            _ = try collector.receive(Part(body: id, index: 2, count: 3, chunk: random.bytes(3)))
            _ = try collector.receive(Part(body: .random(from: &random), index: 0, count: 1, chunk: [1]))
        }
        let stored = collector.stored
        #expect(try PartCollector(stored: stored) == collector)
        #expect(refusal { try PartCollector(stored: stored + [0]) } == BodyError.damaged)
        for length in 0..<stored.count {
            #expect(refusal { try PartCollector(stored: [UInt8](stored.prefix(length))) } == BodyError.damaged)
        }
        for copy in damaged(stored, count: 4_000, seed: 5) {
            guard let read = try? PartCollector(stored: copy) else { continue }
            #expect(try PartCollector(stored: read.stored) == read)
        }
    }

    @Test("stored parts have one order: any other was not written by us")
    func storedOrder() throws {
        let id = BodyID(unchecked: [UInt8](repeating: 1, count: 16))
        let parts = [0, 1].map { (index: UInt8) in id.bytes + [0, index, 0, 3, 0, 1, index] }
        let head: [UInt8] = [1, 0, 0, 0, 1, 0, 2]
        let ordered = head + parts[0] + parts[1]
        #expect(try PartCollector(stored: ordered).stored == ordered)
        #expect(refusal { try PartCollector(stored: head + parts[1] + parts[0]) } == BodyError.damaged)
    }
}
