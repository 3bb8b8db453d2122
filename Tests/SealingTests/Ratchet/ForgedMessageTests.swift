import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

/// What a peer with all the right keys, but a client of its own making, could send.
@Suite("Messages forged by the other end itself")
struct ForgedMessageTests {
    @Test("A message whose commitment is not that of its key is refused, although its AEAD opens")
    func wrongCommitment() throws {
        var pair = try SessionPair(seed: 30)
        let honest = try forge(&pair) { $0 }
        let forged = try forge(&pair) { commitment in
            var other = commitment
            other[0] ^= 1
            return other
        }
        let before = pair.state(of: .responder)
        #expect(throws: SealingError.refused) { try pair.receive(forged, at: .responder) }
        #expect(pair.state(of: .responder) == before)
        #expect(try pair.receive(honest, at: .responder).content == [7])
    }

    /// Seals by hand what `Session.seal` would, with another commitment that the AEAD then authenticates. The chain stays where it is.
    private func forge(_ pair: inout SessionPair, commitment change: ([UInt8]) -> [UInt8]) throws -> Frame {
        let data = pair.initiator.id.associatedData(from: .initiator, to: pair.responderMailbox)
        let header = try ownHeader(of: pair.initiator)
        var frame = Frame.begin(.ratchet)
        let sending = try sendingKeys(of: pair.initiator)
        header.seal(under: sending.headerKey, associatedData: data, random: &pair.random, into: &frame)
        let sealedHeader = [UInt8](frame[2...])
        let nonce = pair.random.bytes(AEAD.nonceByteCount)
        let keys = RatchetKeys.message(
            RatchetKeys.messageKey(sending.chainKey), random: nonce.span, associatedData: data,
            header: sealedHeader.span)
        let commitment = change(keys.commitment.revealedToATest())
        let context = data + sealedHeader + commitment
        let padded = try Padding.pad([7], to: Frame.restByteCount - RatchetMessage.overhead)
        frame += nonce + commitment
        AEAD.seal(padded.span, key: keys.key, nonce: nonce.span, authenticating: context.span, into: &frame)
        return try Frame(frame)
    }

    private func ownHeader(of session: borrowing Session) throws -> RatchetHeader {
        switch session.own {
        case .some(let own):
            return RatchetHeader(
                isEncapsulated: false, agreementKey: own.agreement.publicKey, kemKey: own.kem.publicKey,
                ciphertext: .none, previousCount: 0, number: 0)
        case .none: throw SealingError.damaged
        }
    }

    private struct SendingKeys: ~Copyable { let headerKey, chainKey: Secret }

    private func sendingKeys(of session: borrowing Session) throws -> SendingKeys {
        switch session.sending {
        case .some(let chain): return SendingKeys(headerKey: chain.headerKey.clone(), chainKey: chain.chainKey.clone())
        case .none: throw SealingError.damaged
        }
    }

    @Test("A ratchet key that nobody could answer to is refused when it comes, not when a reply was written")
    func unusableKey() throws {
        var pair = try SessionPair(seed: 31)
        _ = try pair.exchange("hello", from: .initiator)
        _ = try pair.exchange("hello", from: .responder)
        let answer = try pair.send("made in time", from: .initiator)
        // ML-KEM refuses coefficients of 3329 and above: FIPS 203 section 7.2.
        let unusable = KEMPublicKey(unchecked: [UInt8](repeating: 0xff, count: KEMPublicKey.byteCount))
        // Everything else is right: the agreement key is the chain's own.
        pair.initiator.own = OwnKeys(
            agreement: try ownAgreement(of: pair.initiator),
            kem: try KEMKey(seed: Secret(random: 32, from: &pair.random), storedPublicKey: unusable))
        let poisoned = try pair.send("no answer possible", from: .initiator)
        let before = pair.state(of: .responder)
        #expect(throws: SealingError.refused) { try pair.receive(poisoned, at: .responder) }
        #expect(pair.state(of: .responder) == before)
        #expect(try pair.receive(answer, at: .responder).content == Array("made in time".utf8))
    }

    private func ownAgreement(of session: borrowing Session) throws -> AgreementKey {
        switch session.own {
        case .some(let own): return own.agreement.clone()
        case .none: throw SealingError.damaged
        }
    }

    @Test("A turn that claims fewer messages in the chain before than have arrived is refused")
    func shrunkChain() throws {
        var pair = try SessionPair(seed: 32)
        _ = try pair.exchange("one", from: .initiator)
        _ = try pair.exchange("two", from: .initiator)
        _ = try pair.exchange("answer", from: .responder)
        pair.initiator.previousCount = 1
        let lying = try pair.send("there was only one", from: .initiator)
        #expect(throws: SealingError.refused) { try pair.receive(lying, at: .responder) }
        pair.initiator.previousCount = 2
        #expect(try pair.exchange("there were two", from: .initiator) == "there were two")
    }
}
