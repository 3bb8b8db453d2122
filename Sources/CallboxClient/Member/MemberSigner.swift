internal import CallboxCrypto

extension StateKey {
    /// Signs a member's requests, by SIGK.
    /// - Throws: `missing` in a vault that is no member's, `damaged`.
    func memberSigner(in records: Records) throws(StateError) -> RequestSigner {
        let keys = try memberKeys(in: records)
        do { return RequestSigner(try SigningKey(seed: keys.signing.seed)) } catch { throw .damaged(Record.keys.name) }
    }
}
