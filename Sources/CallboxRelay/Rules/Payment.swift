internal import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// What a request was paid with, after it was found to be worth something.
package enum Payment: Hashable, Sendable {
    /// A token: it must not have been spent on another request.
    case token(SpentToken)
    /// Work for this very request.
    case work
}

/// What the relay keeps of a token that was spent.
package struct SpentToken: Hashable, Sendable {
    /// The epoch of its key: the record goes when that is over.
    package let epoch: UInt32
    /// Its nonce.
    package let nonce: TokenNonce
    /// The request that it paid for.
    package let request: PaidRequestHash

    /// A spent token.
    package init(epoch: UInt32, nonce: TokenNonce, request: PaidRequestHash) {
        self.epoch = epoch
        self.nonce = nonce
        self.request = request
    }

    /// What becomes of a token that was spent before on a request: the same request again is granted again.
    /// - Throws: `token-spent`.
    static func check(spentOn earlier: PaidRequestHash?, now request: PaidRequestHash) throws(Problem) {
        guard earlier == nil || earlier == request else { throw .tokenSpent }
    }
}

/// Judges payments: pure, but for the keys that tokens are checked with.
package struct Cashier: Sendable {
    private let keys: RelayKeys
    private let difficulty: WorkDifficulty

    /// A cashier of this relay.
    package init(keys: RelayKeys, difficulty: WorkDifficulty) {
        self.keys = keys
        self.difficulty = difficulty
    }

    /// Judges what came with a request; nil when nothing did. Whether a token was spent before is for the store to say.
    /// - Throws: `token-invalid`, `work-insufficient`; `payment-missing` for an enrolment code, which buys tokens only.
    package func judge(
        _ authorization: Authorization?, of request: SignableRequest, for task: WorkTask, on day: Day
    ) throws(Problem) -> Payment? {
        switch authorization {
        case nil: return nil
        case .code: throw .paymentMissing
        case .token(let token):
            let epoch = try keys.verify(token, on: day)
            return .token(
                SpentToken(epoch: epoch, nonce: token.input.nonce, request: PaidRequestHash(of: request)))
        case .work(let stamp):
            let days = (day.number == 0 ? 0 : day.number - 1)...day.later(by: 1).number
            do {
                try stamp.verify(task, at: keys.identity, days: days, difficulty: difficulty)
            } catch {
                throw .workInsufficient
            }
            return .work
        }
    }
}
