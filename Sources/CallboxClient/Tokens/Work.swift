internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// Work in a token's stead: computing that anybody can do, so that nobody is refused for lack of a token.
enum Work {
    /// The most that is begun, in bits: some minutes. A relay that asks for more would keep a person waiting for days, and never be refused.
    static let limit: UInt8 = 28
    /// How many nonces are tried at a time: some milliseconds. Between two slices others get their turn, and whoever asked can stop it.
    static let slice = 16_384

    /// A stamp for a request. The same request on the same day finds the same stamp.
    /// - Throws: `CancellationError`.
    @concurrent
    static func stamp(
        for task: WorkTask, at relay: VerificationKey, on day: Day, difficulty: WorkDifficulty
    ) async throws -> WorkStamp {
        var search = WorkSearch(task, at: relay, day: day.number, difficulty: difficulty)
        while true {
            try Task.checkCancellation()
            if let stamp = search.next(tries: slice) { return stamp }
            await Task.yield()
        }
    }
}
