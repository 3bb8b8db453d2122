internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

extension Handoff {
    private static let version: UInt8 = 1

    /// What to store; the vault seals it.
    package var stored: [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.version)
        writer.put(UInt8(HandoffState.allCases.firstIndex(of: state) ?? 0))
        writer.put(consent ?? .none)
        writer.put(through.number)
        writer.put(UInt8(wasIntroduced ? 1 : 0))
        writer.put(UInt8(outcome.flatMap(Outcome.allCases.firstIndex).map { $0 + 1 } ?? 0))
        writer.put(closing?.consent ?? .none)
        writer.put(closing?.through.number ?? 0)
        writer.put(UInt16(revokedClosings.count))
        for hash in revokedClosings { writer.put(hash) }
        return writer.bytes
    }

    /// Reads what was stored.
    /// - Throws: `damaged`.
    package init(stored: [UInt8]) throws(HandoffError) {
        do {
            try self.init(from: ByteReader(stored))
        } catch {
            throw .damaged
        }
    }

    private init(from input: ByteReader) throws {
        var reader = input
        guard try reader.integer(UInt8.self) == Self.version else { throw HandoffError.damaged }
        let state = try Self.choice(HandoffState.allCases, Int(try reader.integer(UInt8.self)))
        let consent: ConsentHash = try reader.value()
        self.init(proposedThrough: Day(try reader.integer()))
        let introduced = try Self.choice([false, true], Int(try reader.integer(UInt8.self)))
        let ended = Int(try reader.integer(UInt8.self))
        let closing = Closing(consent: try reader.value(), through: Day(try reader.integer()))
        for _ in 0..<(try reader.integer(UInt16.self)) { revokedClosings.append(try reader.value()) }
        try reader.finish()
        guard closing.consent != .none || closing.through == Day(0) else { throw HandoffError.damaged }
        self.state = state
        self.consent = consent == .none ? nil : consent
        wasIntroduced = introduced
        outcome = ended == 0 ? nil : try Self.choice(Outcome.allCases, ended - 1)
        self.closing = closing.consent == .none ? nil : closing
    }

    private static func choice<Value>(_ all: [Value], _ index: Int) throws(HandoffError) -> Value {
        guard all.indices.contains(index) else { throw .damaged }
        return all[index]
    }
}
