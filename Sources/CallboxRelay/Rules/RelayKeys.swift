package import CallboxCrypto
package import CallboxProgram
package import CallboxWire
internal import Synchronization

/// The keys that a relay is known by, all from one seed: its identity, and a token issuing key for each epoch.
package final class RelayKeys: Sendable {
    /// The length of the seed, in bytes.
    package static let seedByteCount = 32
    /// How long an epoch is, in days. Epoch 0 began on 1 January 1970.
    package static let epochDays: UInt32 = 28

    /// The public half of the identity key.
    package let identity: VerificationKey
    /// The digest of the one challenge that every token of this relay answers.
    private let challenge: ChallengeDigest
    private let issuingSeed: Secret
    private let known = Mutex<[UInt32: IssuingKey]>([:])

    private final class IssuingKey: Sendable {
        let key: VOPRFPrivateKey
        init(_ key: consuming VOPRFPrivateKey) { self.key = key }
    }

    /// The keys of a seed.
    /// - Throws: `wrongLength` when it is not 32 bytes.
    package init(seed: borrowing Secret) throws(CryptoError) {
        guard seed.byteCount == Self.seedByteCount else { throw .wrongLength }
        var expansion = HKDF512.Expansion(seed.clone(), info: [UInt8]("callbox/v1/relay-keys".utf8))
        identity = try SigningKey(seed: expansion.next(32)).verificationKey
        issuingSeed = expansion.next(32)
        challenge = TokenChallenge(of: identity).digest
    }

    /// The epoch that a day falls in.
    package static func epoch(of day: Day) -> UInt32 { day.number / epochDays }

    /// What the relay publishes: this epoch and the next two, for coordinators to sign.
    package func epochs(on day: Day) -> [TokenEpoch] {
        let current = Self.epoch(of: day)
        return (current...current + 2).compactMap { number in
            try? TokenEpoch(
                number: number, first: Day(number * Self.epochDays),
                last: Day(number * Self.epochDays + Self.epochDays - 1),
                key: TokenIssuingKey(unchecked: publicKey(of: number).bytes))
        }
    }

    /// The public half of an epoch's issuing key.
    package func publicKey(of epoch: UInt32) -> VOPRFPublicKey { issuingKey(of: epoch).key.publicKey }

    /// What asks for a token in a refusal.
    package func authenticateValue(on day: Day) -> String {
        TokenChallenge(of: identity).authenticateValue(issuingKey: publicKey(of: Self.epoch(of: day)))
    }

    /// Checks a token, of the epoch of the day or the one before: tokens are fetched by the calendar and spent later.
    /// Returns its epoch.
    /// - Throws: `token-invalid`.
    package func verify(_ token: Token, on day: Day) throws(Problem) -> UInt32 {
        let current = Self.epoch(of: day)
        guard token.input.challenge == challenge else { throw .tokenInvalid }
        for epoch in [current, current == 0 ? 0 : current - 1] {
            let issuing = issuingKey(of: epoch)
            guard TokenKeyID(of: issuing.key.publicKey) == token.input.keyID else { continue }
            do {
                try issuing.key.verify(token.authenticator, for: token.input.bytes)
                return epoch
            } catch {
                throw .tokenInvalid
            }
        }
        throw .tokenInvalid
    }

    /// Evaluates a batch with the key of the epoch of the day. Returns the epoch too.
    /// - Throws: `batch-refused` for another key, or for what is no element.
    package func evaluate(
        _ request: TokenRequest, on day: Day, random: inout some RandomSource
    ) throws(Problem) -> (epoch: UInt32, evaluation: BatchEvaluation) {
        let epoch = Self.epoch(of: day)
        let issuing = issuingKey(of: epoch)
        guard TokenKeyID(of: issuing.key.publicKey).truncated == request.truncatedKeyID else { throw .batchRefused }
        do {
            return (epoch, try issuing.key.evaluate(request.blinded, random: &random))
        } catch {
            throw .batchRefused
        }
    }

    private func issuingKey(of epoch: UInt32) -> IssuingKey {
        known.withLock { known in
            if let key = known[epoch] { return key }
            var info = ByteWriter()
            info.put("callbox/v1/relay-issuing")
            info.put(epoch)
            do {
                let key = IssuingKey(try VOPRFPrivateKey(seed: issuingSeed, info: info.bytes))
                // A few epochs are in use at a time; a clock that runs wild must not fill the memory.
                if known.count >= 8 { known = [:] }
                known[epoch] = key
                return key
            } catch {
                fatalError("a seed of 32 bytes gives a key")
            }
        }
    }
}
