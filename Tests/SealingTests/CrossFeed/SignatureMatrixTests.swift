import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Foundation
import Testing

/// Every kind of signature, all by one key and as far as possible over one payload, into every verifier. What keeps them apart is what
/// they begin with, never whose key it was.
@Suite("Cross-feed: signatures")
struct SignatureMatrixTests {
    /// One kind of signature: how it is made, and a verifier that takes any 64 bytes in its place.
    struct Kind {
        let name: String
        let signature: Signature
        /// What was refused, or nil when the signature was taken for one of this kind.
        let refusal: (Signature) -> String?
    }

    private static let documents: [(String, PayloadType)] = [
        ("root", .root), ("program", .program), ("freshness", .freshness), ("bulletin", .bulletin),
        ("consent", .consent), ("revocation", .revocation),
    ]

    private func kinds() throws -> [Kind] {
        var random = SeededRandom(seed: 60)
        let sample = try SampleProgram(from: &random)
        let peer = sample.peers[0]
        let sheet = sample.sheet(of: peer, mailbox: SampleMailbox(from: &random), from: &random).sheet
        let nonce = RequestNonce.random(from: &random)
        let key = peer.signing
        // The sheet's own signed bytes are the payload of every document.
        let payload = Array(sheet.encoded.dropLast(Signature.byteCount))
        var kinds = Self.documents.map { name, type in
            document(name, type, payload, key, signature: signature(payload, type, key))
        }
        kinds.append(
            Kind(name: "sheet", signature: sheet.signature) { other in
                refusal {
                    _ = try PrekeySheet(parsing: payload + other.bytes).verify(
                        in: sample.program, now: SampleProgram.now)
                }
            })
        kinds.append(try request(payload, key, nonce))
        return kinds
    }

    private func signature(_ payload: [UInt8], _ type: PayloadType, _ key: SampleKey) -> Signature {
        key.key().sign(DSSE.preAuthenticationEncoding(type, payload).span)
    }

    private func document(
        _ name: String, _ type: PayloadType, _ payload: [UInt8], _ key: SampleKey, signature: Signature
    ) -> Kind {
        Kind(name: name, signature: signature) { other in
            let envelope = """
                {"payloadType":"\(type.name)","payload":"\(Base64.encode(payload))",\
                "signatures":[{"sig":"\(Base64.encode(other.bytes))"}]}
                """
            return refusal {
                _ = try SignedEnvelope(parsing: Array(envelope.utf8), as: type)
                    .verify(as: type, by: [key.publicKey], quorum: 1)
            }
        }
    }

    private func request(_ payload: [UInt8], _ key: SampleKey, _ nonce: RequestNonce) throws -> Kind {
        let request = try SignableRequest(method: "POST", path: "/v1/x", relay: key.publicKey, content: payload)
        let fields = try RequestSignature.sign(request, with: key.key(), created: 1, nonce: nonce)
        let text = fields.signature.dropFirst("callbox=:".count).dropLast()
        return Kind(name: "request", signature: try Signature(Base64.decode(String(text)))) { other in
            let values = Dictionary(uniqueKeysWithValues: fields.fields.map { ($0.name, $0.value) })
            return refusal {
                let altered = try SignedFields { name in
                    name == "signature" ? ["callbox=:\(Base64.encode(other.bytes)):"] : values[name].map { [$0] } ?? []
                }
                _ = try RequestSignature.verify(request, altered, by: key.publicKey, now: 1, tolerance: 0)
            }
        }
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    @Test("Every kind of signature is taken by its own verifier and by no other")
    func matrix() throws {
        let kinds = try kinds()
        #expect(kinds.count == 8)
        for made in kinds {
            for verifier in kinds {
                let refusal = verifier.refusal(made.signature)
                // Each verifier has one answer, whatever it was fed: a document lacks its quorum, the others hold no signature.
                let expected: String? =
                    made.name == verifier.name
                    ? nil
                    : verifier.name == "sheet" ? "badSignature" : verifier.name == "request" ? "signature" : "quorum"
                #expect(refusal == expected, "\(made.name) into \(verifier.name)")
            }
        }
    }

    @Test("An envelope that says it is of another kind is refused before its signature is looked at")
    func payloadTypes() throws {
        var random = SeededRandom(seed: 61)
        let key = SampleKey(from: &random)
        for (name, type) in Self.documents {
            let envelope = SignedEnvelope(signing: [UInt8]("{}".utf8), as: type, by: key.key())
            for (other, otherType) in Self.documents where other != name {
                #expect(throws: ProgramError.payloadType) {
                    _ = try envelope.verify(as: otherType, by: [key.publicKey], quorum: 1)
                }
            }
        }
    }
}
