import CallboxClient
import Testing

@testable import CallboxTransport

@Suite("Lanes")
struct LanesTests {
    private final class Wire {}

    private func lanes(_ limit: Int = 64) -> Lanes<Wire, String> { Lanes(limit: limit) }
    private func channel(_ number: UInt8) -> Channel { Fixture.channel(number) }

    @Test("A lane is one's at a time, in the order in which they came")
    func order() {
        var lanes = lanes()
        #expect(lanes.take(channel(1)) == true)
        for name in ["a", "b", "c"] {
            #expect(lanes.take(channel(1)) == false)
            let ticket = lanes.ticket()
            lanes.wait(name, ticket: ticket, for: channel(1))
            if name == "b" { #expect(lanes.withdraw(ticket, from: channel(1)) == "b") }
        }
        #expect(lanes.take(channel(2)) == true, "another lane is free")
        #expect(lanes.leave(channel(1)).next == "a")
        #expect(lanes.take(channel(1)) == false, "it is a's now")
        #expect(lanes.leave(channel(1)).next == "c")
        #expect(lanes.leave(channel(1)).next == nil)
        #expect(lanes.take(channel(1)) == true)
    }

    @Test("Who has had their turn, or never stood there, cannot step out of the line")
    func withdrawn() {
        var lanes = lanes()
        let ticket = lanes.ticket()
        #expect(lanes.withdraw(ticket, from: channel(1)) == nil)
        _ = lanes.take(channel(1))
        lanes.wait("a", ticket: ticket, for: channel(1))
        _ = lanes.leave(channel(1))
        #expect(lanes.withdraw(ticket, from: channel(1)) == nil)
    }

    @Test("A connection stays on its lane until it ends")
    func connection() {
        var lanes = lanes()
        let (first, second) = (Wire(), Wire())
        _ = lanes.take(channel(1))
        #expect(lanes.connection(of: channel(1)) == nil)
        #expect(lanes.put(first, on: channel(1)).isEmpty)
        #expect(lanes.leave(channel(1)).surplus.isEmpty)
        #expect(lanes.connection(of: channel(1)) === first)
        #expect(lanes.connection(of: channel(2)) == nil)
        _ = lanes.take(channel(1))
        #expect(lanes.put(second, on: channel(1)).map(ObjectIdentifier.init) == [ObjectIdentifier(first)])
        lanes.forget(first, of: channel(1))
        #expect(lanes.connection(of: channel(1)) === second, "the end of an old one changes nothing")
        lanes.forget(second, of: channel(1))
        #expect(lanes.connection(of: channel(1)) == nil && lanes.connections.isEmpty)
    }

    @Test("Beyond the limit the connection used least recently is closed, and none that is in use")
    func limit() {
        var lanes = lanes(2)
        let wires = (0..<4).map { _ in Wire() }
        for number in UInt8(0)..<2 {
            _ = lanes.take(channel(number))
            #expect(lanes.put(wires[Int(number)], on: channel(number)).isEmpty)
            #expect(lanes.leave(channel(number)).surplus.isEmpty)
        }
        // The first is used again, so the second is the oldest.
        _ = lanes.take(channel(0))
        _ = lanes.leave(channel(0))
        _ = lanes.take(channel(2))
        #expect(lanes.put(wires[2], on: channel(2)).map(ObjectIdentifier.init) == [ObjectIdentifier(wires[1])])
        // All that are left are in use: nobody is cut off.
        _ = lanes.take(channel(0))
        _ = lanes.take(channel(3))
        #expect(lanes.put(wires[3], on: channel(3)).isEmpty)
        #expect(lanes.connections.count == 3)
        // What is too much goes as soon as it is idle.
        #expect(lanes.leave(channel(2)).surplus.map(ObjectIdentifier.init) == [ObjectIdentifier(wires[2])])
        #expect(lanes.connections.count == 2)
    }
}
