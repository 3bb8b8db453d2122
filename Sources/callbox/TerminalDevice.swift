internal import CallboxTerminal

/// Where text goes.
enum Destination: Sendable {
    /// Standard output.
    case result
    /// Standard error.
    case talk
    /// The terminal itself, wherever the other two go.
    case person
}

/// The world outside, as the command sees it: a terminal, perhaps, and three streams.
protocol TerminalDevice: Sendable {
    /// Writes, as it is. A reader that has gone is no reason to fail.
    func write(_ text: String, to destination: Destination)
    /// How wide lines may be.
    var columns: Int { get }
    /// How many lines the terminal has.
    var rows: Int { get }
    /// Whether there is somebody to ask.
    var hasPerson: Bool { get }
    /// Whether lines on the terminal may be drawn again: it is one, and not a dumb one.
    var canRedraw: Bool { get }
    /// Whether standard input comes from a file or another program.
    var isInputPiped: Bool { get }
    /// Asks for a line that the person types: without its end; nil when they end input (Ctrl-D). `isShown` false: it does not appear, and the question is not
    /// asked before that is so, for whoever answers fast would show it.
    func readLine(asking question: String, isShown: Bool) throws -> String?
    /// All of standard input, or of a descriptor. - Throws: when there is more than the limit, or it cannot be read.
    func readAll(descriptor: Int32, limit: Int) throws -> [UInt8]
    /// All of a file.
    func readFile(_ path: String, limit: Int) throws -> [UInt8]
    /// What an environment variable says; nil when it is unset or empty.
    func environment(_ name: String) -> String?
    /// Lets the person write in their editor. nil: they wrote nothing.
    func edit(_ text: String) throws -> String?
    /// Days and hours.
    var when: When { get }
    /// Gives what is typed as it comes, until `body` returns: every key at once and none echoed, after which the terminal is as it was found, also when the
    /// process dies; or, plain, whole lines, of standard input if that is piped. False when there is neither.
    func live(isPlain: Bool, _ body: (LiveTerminal) async throws -> Void) async throws -> Bool
}

/// A terminal that gives each key at once.
struct LiveTerminal: Sendable {
    /// What happens at the terminal.
    enum Event: Equatable, Sendable {
        /// Bytes were typed or pasted.
        case typed([UInt8])
        /// The size changed, or the process was stopped and goes on: draw anew.
        case changed
        /// The terminal is gone.
        case gone
    }
    /// What happens.
    let events: AsyncStream<Event>
    /// Stops the process, as Ctrl-Z does elsewhere, until the shell continues it.
    let stop: @Sendable () -> Void
}
