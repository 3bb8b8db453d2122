internal import CLinux
internal import CallboxClient
internal import CallboxTerminal
internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// The real terminal: `/dev/tty`, and the three standard streams.
struct SystemTerminal: TerminalDevice {
    /// The terminal of this session, if there is one.
    private let person = try? FileDescriptor.open(FilePath("/dev/tty"), .readWrite, options: [.closeOnExec])

    func write(_ text: String, to destination: Destination) {
        let file: FileDescriptor? =
            switch destination {
            case .result: .standardOutput
            case .talk: .standardError
            case .person: person
            }
        _ = try? file?.writeAll(text.utf8)
    }

    var columns: Int { environment("COLUMNS").flatMap { Int($0) } ?? size.map { $0.columns } ?? 80 }
    var rows: Int { size.map { $0.rows } ?? 24 }
    var hasPerson: Bool { person != nil }
    var isInputPiped: Bool { isatty(0) == 0 }

    var canRedraw: Bool {
        person != nil && isatty(1) == 1 && environment("CALLBOX_PLAIN") == nil
            && environment("TERM").map { $0 != "dumb" } ?? false
    }

    func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    var when: When {
        When(now: Int(Date.now.timeIntervalSince1970)) { Int(linux_seconds_east(Int64($0))) }
    }

    private var size: (columns: Int, rows: Int)? {
        for descriptor in [1, 2, person?.rawValue ?? 0] {
            let size = linux_terminal_size(descriptor)
            if size >> 16 > 0 { return (Int(size >> 16), max(1, Int(size & 0xFFFF))) }
        }
        return nil
    }

    func readLine(asking question: String, isShown: Bool) throws -> String? {
        guard let person else { return nil }
        if !isShown { guard linux_terminal_take(person.rawValue, 0) == 0 else { throw Self.unreadable } }
        defer { if !isShown { linux_terminal_restore() } }
        write(question, to: .person)
        var bytes: [UInt8] = []
        while bytes.last != 0x0A {
            let piece = try Self.read(person.rawValue)
            if piece.isEmpty { break }
            bytes += piece
        }
        guard !bytes.isEmpty else {
            write("\n", to: .person)
            return nil
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    func readAll(descriptor: Int32, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let piece = try Self.read(descriptor)
            if piece.isEmpty { return bytes }
            bytes += piece
            guard bytes.count <= limit else { throw Self.tooLong(limit) }
        }
    }

    func readFile(_ path: String, limit: Int) throws -> [UInt8] {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]) else {
            throw Trouble(
                .usage, "The file \(path) cannot be read.", meaning: "Nothing was done.",
                remedy: "Check its name, and that it is yours to read.")
        }
        defer { try? file.close() }
        return try readAll(descriptor: file.rawValue, limit: limit)
    }

    func edit(_ text: String) throws -> String? { try EditorRoom.edit(text, device: self) }

    func live(isPlain: Bool, _ body: (LiveTerminal) async throws -> Void) async throws -> Bool {
        guard let descriptor = isPlain && isInputPiped ? 0 : person?.rawValue else { return false }
        guard isPlain || linux_terminal_take(descriptor, 1) == 0 else { return false }
        defer { if !isPlain { linux_terminal_restore() } }
        let bell = linux_terminal_bell()
        let (events, continuation) = AsyncStream.makeStream(of: LiveTerminal.Event.self)
        let queue = DispatchQueue(label: "callbox.terminal")
        let keys = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        // All that is there: of a pipe whose other end is closed nobody is told twice.
        @Sendable func drain() {
            while linux_is_readable(descriptor) != 0 {
                guard let bytes = try? Self.read(descriptor), !bytes.isEmpty else {
                    continuation.yield(.gone)
                    return continuation.finish()
                }
                continuation.yield(.typed(bytes))
            }
        }
        keys.setEventHandler {
            drain()
            // The end of a pipe stays readable for ever.
            if linux_is_readable(descriptor) != 0 { keys.cancel() }
        }
        let changes = DispatchSource.makeReadSource(fileDescriptor: bell, queue: queue)
        changes.setEventHandler {
            _ = linux_eventfd_take(bell)
            if !isPlain { _ = linux_terminal_take(descriptor, 1) }
            continuation.yield(.changed)
        }
        keys.activate()
        changes.activate()
        queue.async { drain() }
        defer {
            keys.cancel()
            changes.cancel()
            // Whatever still rings has rung before the terminal is given back.
            queue.sync {}
            continuation.finish()
        }
        try await body(
            LiveTerminal(events: events) {
                linux_terminal_restore()
                kill(0, SIGTSTP)
            })
        return true
    }

    /// What is there to be read, at most seven bytes; nothing at the end.
    private static func read(_ descriptor: Int32) throws -> [UInt8] {
        let packed = linux_read_some(descriptor)
        guard packed != .max else { throw unreadable }
        return (0..<(packed >> 56)).map { UInt8(truncatingIfNeeded: packed >> (8 * $0)) }
    }

    private static let unreadable = Trouble(
        .usage, "What should be read cannot be read.", meaning: "Nothing was done.",
        remedy: "Check the terminal, or the file or descriptor that you named.")

    private static func tooLong(_ limit: Int) -> Trouble {
        Trouble(
            .usage, "That is more than \(limit) bytes.", meaning: "Nothing was sent.",
            remedy: "Send it in pieces, or check that it is the right file.")
    }
}
