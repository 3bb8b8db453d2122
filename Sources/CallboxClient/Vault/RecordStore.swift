package import CallboxCrypto

/// Where a client keeps its records: the vault, or in tests one in memory that fails as a disk does.
package protocol RecordStore: Sendable {
    /// Seals keys inside the records, so that they are in the clear in guarded memory only.
    var key: StateKey { get }
    /// Looks at the newest records. Takes what other processes have changed.
    func read<Result>(_ body: (Records) throws -> Result) throws -> Result
    /// Changes the records. What `body` leaves is stored durably before this returns; when it throws, or storing fails, nothing has changed. One
    /// change at a time, over all processes: `body` is short, and waits for nobody.
    func change<Result>(_ body: (inout Records) throws -> Result) throws -> Result
}

/// The key that seals keys inside the records, 32 bytes, lent out of guarded memory.
package final class StateKey: Sendable {
    /// The key.
    package let secret: Secret

    /// Takes the key over.
    package init(_ secret: consuming Secret) { self.secret = secret }
}
