package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What a relay says of itself (`GET /v1/relay`), as far as a client or a coordinator wants to know. Only a coordinator goes by its epochs: a client takes
/// issuing keys from the program document alone.
package struct RelayStatement: Equatable, Sendable {
    /// Who it says it is.
    package let identity: VerificationKey
    /// How many days it keeps a cell, 1 to 90.
    package let retentionDays: Int
    /// How many tokens a batch has at most, 1 to 64.
    package let batchTokens: Int
    /// How much work a stamp has to show.
    package let difficulty: WorkDifficulty
    /// Its issuing keys, this epoch's first.
    package let epochs: [TokenEpoch]

    /// A statement.
    package init(
        identity: VerificationKey, retentionDays: Int, batchTokens: Int, difficulty: WorkDifficulty,
        epochs: [TokenEpoch]
    ) {
        self.identity = identity
        self.retentionDays = retentionDays
        self.batchTokens = batchTokens
        self.difficulty = difficulty
        self.epochs = epochs
    }
}
