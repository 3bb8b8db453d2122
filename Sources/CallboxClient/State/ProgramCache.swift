package import CallboxProgram
internal import Synchronization

/// The program as it was last read. A large program document takes long to read, so it is read again only when the record's bytes are others.
package final class ProgramCache: Sendable {
    private struct Entry {
        let bytes: [UInt8]
        let state: ProgramState
    }

    private let entry = Mutex<Entry?>(nil)

    /// Nothing read yet.
    package init() {}

    /// What is believed of the program; nil before anybody joined one.
    /// - Throws: `damaged`.
    package func program(in records: Records) throws(StateError) -> ProgramState? {
        let record = Record.program
        guard let bytes = records[record.name] else { return nil }
        if let state = entry.withLock({ $0?.bytes == bytes ? $0?.state : nil }) { return state }
        guard let state = try records.value(record) else { return nil }
        entry.withLock { $0 = Entry(bytes: bytes, state: state) }
        return state
    }

    /// A program document by its version: the newest, or an older one that was kept.
    /// - Throws: `damaged`.
    package func document(_ version: UInt64, in records: Records) throws(StateError) -> VerifiedProgram? {
        guard let state = try program(in: records) else { return nil }
        if let newest = state.program, newest.version == version { return newest }
        let record = Record.document(version)
        guard let kept = try records.value(record) else { return nil }
        do {
            return try VerifiedProgram(stored: kept.envelope, hash: kept.hash, root: state.root)
        } catch {
            throw .damaged(record.name)
        }
    }
}
