import CallboxCrypto
import CallboxTesting
import Testing

@Suite("HPKE with X-Wing")
struct HPKETests {
    // Only the receiving side: the library draws the sender's randomness itself.
    @Test("Messages and exported secrets are those of the draft")
    func vector() throws {
        let key = try KEMKey(seed: Secret(hex: HPKEDraft.privateKey))
        #expect(key.publicKey.bytes == hex(HPKEDraft.publicKey))
        var recipient = try HybridEncryption.Recipient(
            key, encapsulated: KEMCiphertext(hex(HPKEDraft.encapsulated)), info: hex(HPKEDraft.info))
        for message in HPKEDraft.messages {
            let opened = try recipient.open(hex(message.ciphertext), authenticating: hex(message.context))
            #expect(opened == hex(HPKEDraft.plaintext))
        }
        #expect(try recipient.export("pseudorandom0", byteCount: 32).revealedToATest() == hex(HPKEDraft.exported[0]))
        #expect(try recipient.export("pseudorandom1", byteCount: 32).revealedToATest() == hex(HPKEDraft.exported[1]))
    }

    @Test(
        "All published messages of this suite open",
        .enabled(if: SharedVectors.have("hpke-pq.json"), "the shared vectors are not beside this tree"))
    func sharedVectors() throws {
        let vectors = try SharedVectors.load("hpke-pq.json", as: [Vector].self)
            .filter { $0.mode == 0 && $0.kem_id == 0x647a && $0.kdf_id == 1 && $0.aead_id == 3 }
        #expect(vectors.count == 1)
        for vector in vectors {
            let key = try KEMKey(seed: Secret(copying: vector.skRm.bytes.span))
            #expect(key.publicKey.bytes == vector.pkRm.bytes)
            var recipient = try HybridEncryption.Recipient(
                key, encapsulated: KEMCiphertext(vector.enc.bytes), info: vector.info.bytes)
            #expect(vector.encryptions.count == 10)
            for message in vector.encryptions {
                #expect(try recipient.open(message.ct.bytes, authenticating: message.aad.bytes) == message.pt.bytes)
            }
        }
    }

    @Test("What the sender seals the recipient opens, in order, and both export one secret per label")
    func roundTrip() throws {
        var random = SeededRandom(seed: 1)
        let key = KEMKey.random(from: &random)
        var sender = try HybridEncryption.Sender(to: key.publicKey, info: [1])
        var recipient = try HybridEncryption.Recipient(key, encapsulated: sender.encapsulated, info: [1])
        let first = sender.seal([1, 2, 3], authenticating: [4])
        let second = sender.seal([], authenticating: [])
        #expect(first.count == 3 + HybridEncryption.tagByteCount)
        #expect(throws: CryptoError.refused) { _ = try recipient.open(second, authenticating: []) }
        #expect(try recipient.open(first, authenticating: [4]) == [1, 2, 3])
        #expect(try recipient.open(second, authenticating: []) == [])
        #expect(throws: CryptoError.refused) { _ = try recipient.open(second, authenticating: []) }
        let exported = sender.export("a", byteCount: 32).revealedToATest()
        #expect(try recipient.export("a", byteCount: 32).revealedToATest() == exported)
        #expect(try recipient.export("b", byteCount: 32).revealedToATest() != exported)
    }

    @Test("A flipped bit anywhere, other associated data, another info and another key are refused")
    func alteration() throws {
        var random = SeededRandom(seed: 2)
        let key = KEMKey.random(from: &random)
        let other = KEMKey.random(from: &random)
        var sender = try HybridEncryption.Sender(to: key.publicKey, info: [1])
        let box = sender.seal([1, 2, 3], authenticating: [4])
        let enc = sender.encapsulated
        for index in box.indices {
            var altered = box
            altered[index] ^= 0x10
            #expect(refusal(key, enc, [1], altered, [4]) == .refused)
        }
        for index in stride(from: 0, to: KEMCiphertext.byteCount, by: 16) {
            var altered = enc.bytes
            altered[index] ^= 0x10
            #expect(refusal(key, KEMCiphertext(unchecked: altered), [1], box, [4]) == .refused)
        }
        #expect(refusal(key, enc, [1], box, [5]) == .refused)
        #expect(refusal(key, enc, [2], box, [4]) == .refused)
        #expect(refusal(other, enc, [1], box, [4]) == .refused)
        #expect(refusal(key, enc, [1], [], [4]) == .refused)
        #expect(refusal(key, enc, [1], box, [4]) == nil)
    }

    @Test("A key with bad content is refused when sending to it")
    func badKey() {
        let bad = KEMPublicKey(unchecked: [UInt8](repeating: 0xff, count: KEMPublicKey.byteCount))
        #expect(throws: CryptoError.unusableKey) { _ = try HybridEncryption.Sender(to: bad, info: []) }
    }

    private func refusal(
        _ key: borrowing KEMKey, _ enc: KEMCiphertext, _ info: [UInt8], _ box: [UInt8], _ context: [UInt8]
    ) -> CryptoError? {
        do throws(CryptoError) {
            var recipient = try HybridEncryption.Recipient(key, encapsulated: enc, info: info)
            _ = try recipient.open(box, authenticating: context)
            return nil
        } catch { return error }
    }

    private struct Vector: Decodable {
        struct Message: Decodable {
            let aad: HexBytes
            let ct: HexBytes
            let pt: HexBytes
        }
        let mode: Int
        let kem_id: Int
        let kdf_id: Int
        let aead_id: Int
        let info: HexBytes
        let skRm: HexBytes
        let pkRm: HexBytes
        let enc: HexBytes
        let encryptions: [Message]
    }
}
