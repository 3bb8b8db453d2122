import ArgumentParser
@testable import callbox
import CallboxClient
import CallboxTerminal
import Synchronization

/// A terminal whose person answers from a list. Everything that is written is kept.
final class ScriptedTerminal: TerminalDevice {
    private struct State {
        var answers: [String]
        var written: [Destination: String] = [:]
        var all = ""
        var input: [UInt8]
        var typed: [LiveTerminal.Event]
    }
    private let state: Mutex<State>
    let columns = 80
    let rows = 24
    let hasPerson: Bool
    let canRedraw: Bool
    let isInputPiped: Bool
    private let variables: [String: String]
    /// 2027-01-15, 19:20 UTC.
    let when = When(now: 1_800_040_800)

    init(
        answers: [String] = [], hasPerson: Bool = true, canRedraw: Bool = false, input: String? = nil,
        typed: [String] = [], variables: [String: String] = ["HOME": "/home/o"]
    ) {
        (self.hasPerson, self.canRedraw, self.variables) = (hasPerson, canRedraw, variables)
        isInputPiped = input != nil
        let events = typed.map { LiveTerminal.Event.typed(Array($0.utf8)) }
        state = Mutex(State(answers: answers, input: Array((input ?? "").utf8), typed: events))
    }

    /// What was written there.
    func written(_ destination: Destination) -> String { state.withLock { $0.written[destination] ?? "" } }
    /// What was written, in its order, answers included as they are seen.
    var screen: String { state.withLock { $0.all } }
    /// Answers that nobody asked for.
    var leftOver: [String] { state.withLock { $0.answers } }

    func write(_ text: String, to destination: Destination) {
        state.withLock {
            $0.written[destination, default: ""] += text
            $0.all += text
        }
    }

    func readLine(asking question: String, isShown: Bool) throws -> String? {
        write(question, to: .person)
        return state.withLock { state -> String? in
            guard !state.answers.isEmpty else { return nil }
            let answer = state.answers.removeFirst()
            state.all += (isShown ? answer : "") + "\n"
            return answer
        }
    }

    func readAll(descriptor: Int32, limit: Int) throws -> [UInt8] {
        state.withLock { state -> [UInt8] in
            defer { state.input = [] }
            return state.input
        }
    }

    func readFile(_ path: String, limit: Int) throws -> [UInt8] { Array("words of the file \(path)".utf8) }
    func environment(_ name: String) -> String? { variables[name] }
    func edit(_ text: String) throws -> String? { "from the editor\n" }

    func live(isPlain: Bool, _ body: (LiveTerminal) async throws -> Void) async throws -> Bool {
        guard hasPerson || isInputPiped else { return false }
        let (events, continuation) = AsyncStream.makeStream(of: LiveTerminal.Event.self)
        state.withLock { state in
            for event in state.typed { continuation.yield(event) }
            state.typed = []
        }
        continuation.finish()
        try await body(LiveTerminal(events: events) {})
        return true
    }
}

/// Runs the command on a scripted terminal, with a client and a door that are given. Returns the exit code.
func run(_ line: [String], on terminal: ScriptedTerminal, door: PaperDoor) async -> Int32 {
    await Terminal.$device.withValue(terminal) {
        await Desk.$door.withValue({ _ in door }) { await CallboxCommand.perform(line)?.rawValue ?? 0 }
    }
}
