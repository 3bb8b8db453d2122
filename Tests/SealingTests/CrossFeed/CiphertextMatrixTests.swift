import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

/// Every kind of ciphertext into every opener, under one and the same secret wherever the kinds of keys allow it, cut or filled to the length
/// that the opener wants.
@Suite("Cross-feed: ciphertexts")
struct CiphertextMatrixTests {
    struct Kind {
        let name: String
        let bytes: [UInt8]
        /// Whether this opener takes the bytes.
        let opens: ([UInt8]) -> Bool
    }

    @Test("Every kind of ciphertext opens where it belongs and nowhere else")
    func matrix() throws {
        let kinds = try symmetric() + asymmetric()
        #expect(kinds.count == 8)
        for made in kinds {
            for opener in kinds {
                // A message begins with a header, which of course opens as one: elsewhere goes what follows it.
                let isElsewhere = made.name == "message" && opener.name != "message"
                let fed = isElsewhere ? Array(made.bytes[RatchetHeader.sealedByteCount...]) : made.bytes
                let fitted = fit(fed, to: opener.bytes.count)
                #expect(opener.opens(fitted) == (made.name == opener.name), "\(made.name) into \(opener.name)")
                // Not cut to length either.
                if made.name != opener.name { #expect(!opener.opens(fed), "\(made.name) into \(opener.name)") }
            }
        }
    }

    private func fit(_ bytes: [UInt8], to count: Int) -> [UInt8] {
        Array(bytes.prefix(count)) + [UInt8](repeating: 0, count: max(0, count - bytes.count))
    }

    /// Header, message body, stored session and the client's other stored state: all under one 32-byte key.
    private func symmetric() throws -> [Kind] {
        var random = SeededRandom(seed: 70)
        let bytes = random.bytes(32)
        func key() -> Secret { Secret(copying: bytes.span) }
        let pair = try SessionPair(seed: 71)
        let data = pair.initiator.id.associatedData(from: .initiator, to: pair.responderMailbox)
        var header: [UInt8] = []
        RatchetHeader(
            isEncapsulated: false, agreementKey: pair.initiator.id.asKey,
            kemKey: KEMKey.random(from: &random).publicKey,
            ciphertext: .none, previousCount: 0, number: 0
        ).seal(under: key(), associatedData: data, random: &random, into: &header)
        var message: [UInt8] = []
        let padded = try Padding.pad([1], to: Frame.restByteCount - RatchetMessage.overhead)
        RatchetMessage.seal(
            padded,
            header: RatchetHeader(
                isEncapsulated: false, agreementKey: pair.initiator.id.asKey,
                kemKey: KEMKey.random(from: &random).publicKey, ciphertext: .none, previousCount: 0, number: 0),
            headerKey: key(), messageKey: key(), associatedData: data, random: &random, into: &message)
        let stored = pair.initiator.sealed(under: key(), random: &random)
        var writer = SecretWriter()
        writer.put([UInt8](repeating: 0, count: stored.count - 40))
        let state = writer.sealed(under: key(), authenticating: Array("another state".utf8), random: &random)
        return [
            Kind(name: "header", bytes: header) { bytes in
                bytes.count == RatchetHeader.sealedByteCount
                    && RatchetHeader(bytes.span, under: key(), associatedData: data) != nil
            },
            Kind(name: "message", bytes: message) { bytes in
                bytes.count == Frame.restByteCount
                    && (try? RatchetMessage(bytes).open(with: key(), associatedData: data)) != nil
            },
            Kind(name: "stored session", bytes: stored) { bytes in opens { _ = try Session.open(bytes, under: key()) }
            },
            Kind(name: "other state", bytes: state) { bytes in
                opens { _ = try SecretReader.open(bytes, under: key(), authenticating: Array("another state".utf8)) }
            },
        ]
    }

    /// A cell, a sealed name, and both kinds of frame: all to keys of one member.
    private func asymmetric() throws -> [Kind] {
        var setting = try SampleHandshake(seed: 72)
        let box = try setting.intakeKey()
        let seed = box.privateKey.revealedToATest()
        func key() throws -> AgreementKey { try AgreementKey(Secret(copying: seed.span)) }
        let begun = try setting.begin(by: setting.officer())
        let accepted = try setting.accept(begun.frame)
        var random = setting.random
        let vault = Secret(random: 32, from: &random)
        let initiator = begun.session.sealed(under: vault, random: &random)
        let responder = accepted.session.sealed(under: vault, random: &random)
        let secret = vault.revealedToATest()
        func session(_ stored: [UInt8]) throws -> Session {
            try Session.open(stored, under: Secret(copying: secret.span))
        }
        var sender = try session(initiator)
        let intake = setting.sheet.intakeAddress
        let ratchet = try sender.seal([1], to: intake, random: &random)
        let introduction = try key().publicKey
        let name = try SealedName.seal(Words("Pat Doe"), to: key().publicKey, introductionKey: introduction)
        return [
            Kind(name: "cell", bytes: try begun.frame.sealed(to: key().publicKey).bytes) { bytes in
                opens { _ = try Frame.open(Cell(bytes), with: key()) }
            },
            Kind(name: "sealed name", bytes: name.bytes) { bytes in
                opens { _ = try SealedName(bytes).open(with: key(), introductionKey: introduction) }
            },
            Kind(name: "INIT frame", bytes: begun.frame.bytes) { [setting] bytes in
                opens { _ = try setting.accept(Frame(bytes)) }
            },
            Kind(name: "RATCHET frame", bytes: ratchet.bytes) { bytes in
                opens {
                    var receiver = try session(responder)
                    _ = try receiver.open(Frame(bytes), at: intake, today: SampleProgram.today)
                }
            },
        ]
    }

    private func opens(_ body: () throws -> Void) -> Bool { (try? body()) != nil }
}

extension SessionID {
    /// Any 32 bytes do as a key in a header that nobody answers to.
    fileprivate var asKey: AgreementPublicKey { AgreementPublicKey(unchecked: bytes) }
}
