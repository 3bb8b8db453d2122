import CallboxCrypto
import CallboxProgram
import CallboxSealing
import CallboxTesting
import CallboxWire

/// Prints what sealing, opening, turns and handshakes cost beside the raw calls behind them, and fails when a goal is missed.
@main
struct BenchCrypto {
    static func main() throws {
        let floor = try Floor()
        Comparison.header()
        var held = true
        held = try sealing(floor) && held
        held = try opening(floor) && held
        held = try turns(floor) && held
        held = try handshakes(floor) && held
        guard held else {
            print("a goal was missed")
            throw GoalMissed()
        }
    }

    struct GoalMissed: Error {}

    private static let text = [UInt8](repeating: 0x61, count: 1024)

    /// What a message in a running chain cannot do without: three HMACs, a hash, a header and a body.
    private static func message(_ floor: Floor) {
        floor.hmac(1)
        floor.hmac(1)
        floor.hmac(103)
        floor.sha512(78 + 2417)
        floor.random(24)
        floor.seal(2377, context: 78)
        floor.random(24)
        floor.seal(5653, context: 78 + 2417 + 32)
    }

    private static func sealing(_ floor: Floor) throws -> Bool {
        let ends = try Ends()
        let frame = Comparison("seal a 1 KiB text into a frame, streaming", batch: 400) {
            for _ in 0..<$0 { ends.sealFromInitiator(text) }
        } floor: {
            for _ in 0..<$0 { message(floor) }
        }
        let cell = Comparison("seal a 1 KiB text into a cell, streaming", batch: 200) {
            for _ in 0..<$0 { ends.seal(ends.sealFromInitiator(text)) }
        } floor: {
            for _ in 0..<$0 {
                message(floor)
                floor.boxSeal(8144)
            }
        }
        let one = frame.report(goal: 1.5)
        return cell.report(goal: 1.5) && one
    }

    private static func opening(_ floor: Floor) throws -> Bool {
        let count = 200
        let ends = try Ends()
        // Opened in order, so each round needs messages of its own: sealed before, for all rounds.
        let frames = (0..<count * 50).map { _ in ends.sealFromInitiator(text) }
        var next = 0
        let comparison = Comparison("open a 1 KiB text from a frame, streaming", batch: count) {
            for _ in 0..<$0 {
                ends.openAtResponder(frames[next])
                next += 1
            }
        } floor: {
            for _ in 0..<$0 { message(floor) }
        }
        return comparison.report(goal: nil)
    }

    private static func turns(_ floor: Floor) throws -> Bool {
        let ends = try Ends()
        let comparison = Comparison("ping-pong: a turn each way, frames", batch: 20) {
            for _ in 0..<$0 { ends.pingPong(text) }
        } floor: {
            for _ in 0..<2 * $0 {
                // The sender: new keys, an encapsulation, an agreement. The receiver: the other halves, and the message again.
                floor.agreementKeyPair()
                floor.kemKeyPair()
                floor.encapsulate()
                floor.agreement()
                message(floor)
                floor.decapsulate()
                floor.agreement()
                message(floor)
            }
        }
        return comparison.report(goal: nil)
    }

    private static func handshakes(_ floor: Floor) throws -> Bool {
        let setting = try Setting()
        let begin = Comparison("handshake, initiator: INIT frame", batch: 20) {
            for _ in 0..<$0 { _ = setting.begin(text) }
        } floor: {
            for _ in 0..<$0 {
                floor.encapsulate()
                for _ in 0..<4 { floor.agreement() }
                for _ in 0..<2 { floor.agreementKeyPair() }
                floor.kemKeyPair()
                message(floor)
            }
        }
        let frame = setting.begin(text)
        let accept = Comparison("handshake, responder: INIT accepted", batch: 20) {
            for _ in 0..<$0 { setting.accept(frame) }
        } floor: {
            for _ in 0..<$0 {
                floor.decapsulate()
                for _ in 0..<4 { floor.agreement() }
                message(floor)
            }
        }
        let one = begin.report(goal: nil)
        return accept.report(goal: nil) && one
    }
}
