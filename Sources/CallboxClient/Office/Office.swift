internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// A coordinator's client: it signs for a program, and brings to the relay what enough coordinators have signed.
///
/// A program is signed by several people who each keep a key on a machine of their own. What they sign travels between them as files (`Paper`), in any
/// order and by any way; a machine that never goes online can sign as well as one that does. The office remembers everything that it ever signed before
/// a signature leaves it, and signs no two documents of one number.
///
/// Calls that go to the relay say so. Every call throws `Trouble`.
public final class Office: Sendable {
    package let store: any RecordStore
    package let connector: any RelayConnector
    package let clock: any ClientClock

    package init(store: any RecordStore, connector: any RelayConnector, clock: any ClientClock) {
        self.store = store
        self.connector = connector
        self.clock = clock
    }

    /// The public half of this coordinator's key as one line to give to the others; nil when this office only keeps the program current.
    public func key() throws -> String? {
        try Trouble.spoken {
            try store.read { try OfficeState($0).record.key.map { KeyLine($0, for: .coordinator).text } }
        }
    }

    /// The public half of the program's online key, when it is kept here.
    public func onlineKey() throws -> String? {
        try Trouble.spoken {
            try store.read { try OfficeState($0).record.onlineKey.map { KeyLine($0, for: .online).text } }
        }
    }

    /// Makes this coordinator's key, if there is none.
    public func makeKey() throws -> String { try make(.coordinator) }

    /// Makes the key by which this machine says every day which program document is the newest, if there is none. It signs nothing else.
    public func makeOnlineKey() throws -> String { try make(.online) }

    private func make(_ purpose: KeyLine.Purpose) throws -> String {
        try Trouble.spoken {
            try store.change { records in
                var state = try OfficeState(records)
                if let key = state.record[purpose] { return KeyLine(key, for: purpose).text }
                var random = SystemRandom()
                let key = SigningKey.random(from: &random)
                state.record[purpose] = key.verificationKey
                records.put(store.key.seal(key, for: purpose), in: .officeKey(purpose))
                state.store(in: &records)
                return KeyLine(key.verificationKey, for: purpose).text
            }
        }
    }
}
