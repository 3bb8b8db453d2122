internal import CallboxCrypto
internal import CallboxProgram
internal import CallboxWire

/// A batch that was asked for, or is about to be: record `batch/<epoch>`. It is stored before the relay is asked, so that after a crash or a lost answer the
/// same request is sent again: another would be a second batch, which nobody gets.
struct BatchOrder: Equatable, Sendable, Codable {
    /// The epoch, with the issuing key that the program document named when the order was made.
    let epoch: TokenEpoch
    /// The exact request.
    private let request: Blob
    /// What the tokens are evaluations of.
    private let inputs: [Blob]
    /// The blinds.
    private let blinds: Sealed

    /// Why an answer gave no tokens.
    enum Failure: Error, Equatable {
        /// The relay answered under another key than the program document's, or not at all to what was asked.
        case wrongKey
        /// The record is none of ours.
        case damaged
    }

    /// A fresh order for `count` tokens, 1 to 64.
    /// - Throws: `wrongKey` when the epoch's key is none.
    static func make(
        _ epoch: TokenEpoch, count: Int, at relay: VerificationKey, sealedUnder key: StateKey,
        random: inout some RandomSource
    ) throws(Failure) -> BatchOrder {
        do {
            let keyID = TokenKeyID(of: try VOPRFPublicKey.checked(epoch.key.bytes))
            let challenge = TokenChallenge(of: relay).digest
            let inputs = (0..<count).map { _ in
                TokenInput(nonce: .random(from: &random), challenge: challenge, keyID: keyID)
            }
            let blinding = try Blinding(inputs.map(\.bytes), random: &random)
            let request = try TokenRequest(to: keyID, blinded: blinding.elements)
            var writer = SecretWriter()
            blinding.write(to: &writer)
            let name = Record<BatchOrder>.batch(epoch.number).name
            return BatchOrder(
                epoch: epoch, request: Blob(request.bytes), inputs: inputs.map { Blob($0.bytes) },
                blinds: key.seal(writer, for: name, random: &random))
        } catch {
            throw .wrongKey
        }
    }

    /// What is sent, the same each time.
    /// - Throws: `damaged`.
    func tokenRequest() throws(Failure) -> TokenRequest {
        do { return try TokenRequest(request.bytes) } catch { throw .damaged }
    }

    /// The tokens of an answer, whose proof holds under the program document's key.
    /// - Throws: `wrongKey`: nothing is lost then, for the right answer can still come; `damaged`.
    func tokens(from answer: TokenResponse, under key: StateKey) throws(Failure) -> [Token] {
        var inputs: [TokenInput] = []
        for input in self.inputs {
            guard let input = try? TokenInput(input.bytes) else { throw .damaged }
            inputs.append(input)
        }
        guard let publicKey = try? VOPRFPublicKey.checked(epoch.key.bytes) else { throw .damaged }
        let blinding = try blinding(under: key)
        guard let outputs = try? blinding.finalize(answer.evaluation, under: publicKey), outputs.count == inputs.count
        else { throw .wrongKey }
        return zip(inputs, outputs).map { Token(input: $0, authenticator: $1) }
    }

    private func blinding(under key: StateKey) throws(Failure) -> Blinding {
        do {
            var reader = try key.open(blinds, for: Record<BatchOrder>.batch(epoch.number).name)
            let blinding = try Blinding(reading: &reader)
            try reader.finish()
            return blinding
        } catch {
            throw .damaged
        }
    }
}

extension Record where Value == BatchOrder {
    /// The beginning of the names of all orders.
    static var batches: String { "batch/" }
    /// The order of an epoch's batch.
    static func batch(_ epoch: UInt32) -> Self { Self(batches + "\(epoch)") }
}

extension Record where Value == Purse {
    /// The tokens.
    static var purse: Self { Self("purse") }
}
