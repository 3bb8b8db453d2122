package import CallboxCrypto
package import CallboxProgram
package import CallboxWire

/// Who buys a batch of tokens: the holder of a code, who is nobody, or a member.
package enum TokenBuyer: Hashable, Sendable {
    /// Whoever holds the code of this hash.
    case code(EnrolmentCodeHash)
    /// A member of the program.
    case member(MemberID)

    /// What stands for the buyer in the record of batches: kind (1) ‖ the hash or the id.
    package var bytes: [UInt8] {
        switch self {
        case .code(let hash): [1] + hash.bytes
        case .member(let id): [2] + id.bytes
        }
    }
}

/// What the relay sells tokens by: one batch for each buyer and epoch. `Protocol/tokens.md` section 3.
package enum TokenRules {
    /// The epochs whose issuing key a request may mean: this one and the next, so that a client whose clock is a
    /// little ahead, or that fetches early, has its batch in time. Two when their key ids end alike.
    /// `epochs` are the relay's, in the order of their days; `batchLimit` is how many tokens a batch has.
    /// - Throws: `batch-refused` when it is neither's, `too-large` for more tokens than a batch has.
    package static func epochs(
        meant request: TokenRequest, among epochs: [TokenEpoch], on today: Day, batchLimit: Int
    ) throws(Problem) -> [TokenEpoch] {
        guard request.blinded.count <= batchLimit else { throw .tooLarge }
        let open = epochs.filter { today <= $0.last }.prefix(2)
        let meant = open.filter { TokenKeyID(of: $0.issuingKey).truncated == request.truncatedKeyID }
        guard !meant.isEmpty else { throw .batchRefused }
        return meant
    }

    /// The epoch whose batch the buyer gets. A request that was paid for is answered again for as long as the epoch
    /// is open: its answer may have been lost.
    /// `meant` are the epochs that the request may mean, `paid` the requests that the buyer's batches went to.
    /// - Throws: `batch-taken`.
    package static func epoch(
        among meant: [TokenEpoch], for request: PaidRequestHash, paid: [UInt32: PaidRequestHash]
    ) throws(Problem) -> (epoch: TokenEpoch, isNew: Bool) {
        for epoch in meant where paid[epoch.number] == request { return (epoch, false) }
        for epoch in meant where paid[epoch.number] == nil { return (epoch, true) }
        throw .batchTaken
    }

    /// The member whose key signed, if they may buy. A program that is not here has no members.
    /// - Throws: `not-permitted`.
    package static func buyer(with key: VerificationKey, in program: VerifiedProgram?) throws(Problem) -> TokenBuyer {
        let member = program?.document.content.members.first { $0.verificationKey == key }
        guard let member, member.status == .active else { throw .notPermitted }
        return .member(member.id)
    }
}

extension TokenEpoch {
    /// The issuing key as what evaluates with it knows it.
    package var issuingKey: VOPRFPublicKey { VOPRFPublicKey(unchecked: key.bytes) }
}

/// Hashes of enrolment codes, as a coordinator sends them: 1 to 1,000 of 32 bytes.
package struct CodeHashes: Sendable {
    /// How many one request may have.
    package static let limit = 1_000
    /// How many a program may have.
    package static let programLimit = 100_000
    /// The hashes.
    package let hashes: [EnrolmentCodeHash]

    /// Reads the hashes.
    /// - Throws: `malformed` for none or a part of one, `too-large` for too many.
    package init(parsing bytes: [UInt8]) throws(Problem) {
        let width = EnrolmentCodeHash.byteCount
        guard !bytes.isEmpty, bytes.count.isMultiple(of: width) else { throw .malformed }
        guard bytes.count <= Self.limit * width else { throw .tooLarge }
        hashes = stride(from: 0, to: bytes.count, by: width).map {
            EnrolmentCodeHash(unchecked: [UInt8](bytes[$0..<$0 + width]))
        }
    }
}
