import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Revocation and packets")
struct RevocationTests {
    private let world: ConsentWorld
    private let consent: VerifiedConsent

    init() throws {
        world = try ConsentWorld()
        consent = try world.complete().verify(by: world.readers[0], context: world.context())
    }

    private func denial<Result>(_ body: () throws -> Result) -> ConsentError? { refusal(as: ConsentError.self, body) }

    @Test("the officer who signed takes it back, and nobody else does")
    func whose() throws {
        let revocation = try Revocation.sign(consent, at: Hour(500_000), by: world.officer.key())
        let officer = world.officer.publicKey
        let read = try Revocation(revocation.text, of: consent.hash, by: officer)
        #expect(read == revocation)
        #expect(denial { try Revocation(revocation.text, of: .none, by: officer) } == .wrongConsent)
        #expect(
            denial { try Revocation(revocation.text, of: consent.hash, by: world.peer.signing.publicKey) } == .forged)
        #expect(denial { try Revocation.sign(consent, at: Hour(0), by: world.peer.signing.key()) } == .wrongSession)
        let payload = try SignedEnvelope(parsing: [UInt8](revocation.text.text.utf8), as: .revocation).unverifiedPayload
        for (path, tree) in try JSONTree.read(payload).changed {
            let text = try ConsentEnvelope(
                revocation.text.text.replacing(Base64Text.encode(payload), with: Base64Text.encode(tree.bytes())))
            #expect(denial { try Revocation(text, of: consent.hash, by: officer) } == .forged, "\(path)")
        }
        let asConsent = try world.envelope(payload, by: [world.officer], as: .consent)
        #expect(denial { try Revocation(asConsent, of: consent.hash, by: officer) } == .forged)
    }

    @Test("cut short or damaged it is refused")
    func decoding() throws {
        let text = [UInt8](try Revocation.sign(consent, at: Hour(5), by: world.officer.key()).text.text.utf8)
        func read(_ bytes: [UInt8]) throws -> Revocation {
            try Revocation(
                ConsentEnvelope(String(decoding: bytes, as: UTF8.self)), of: consent.hash, by: world.officer.publicKey)
        }
        for length in 1..<text.count { #expect(denial { try read([UInt8](text.prefix(length))) } != nil) }
        for copy in damaged(text, count: 1_000, seed: 2) where !copy.isEmpty {
            guard let revocation = try? read(copy) else { continue }
            #expect(revocation.at == Hour(5))
        }
    }

    @Test("a packet holds items of the consent, word for word, and nothing else")
    func packets() throws {
        let items = consent.terms.items.all
        func permits(_ items: [ConsentItem], of hash: ConsentHash? = nil) throws -> ConsentError? {
            let packet = IntroductionPacket(consent: hash ?? consent.hash, items: try Few(items))
            return denial { try consent.permits(packet) }
        }
        #expect(denial { try consent.permits(consent.wholePacket) } == nil)
        #expect(try permits([]) == nil)
        for item in items { #expect(try permits([item]) == nil) }
        #expect(try permits([ConsentItem(kind: items[0].kind, text: Words(items[0].text.text + "!"))]) == .exceedsItems)
        #expect(try permits([ConsentItem(kind: .safety, text: items[0].text)]) == .exceedsItems)
        #expect(try permits([items[0], items[0]]) == .exceedsItems)
        #expect(try permits(items, of: ConsentHash.none) == .wrongConsent)
        let decomposed = ConsentItem(kind: items[0].kind, text: try Words("e\u{301}"))
        let composed = ConsentItem(kind: items[0].kind, text: try Words("é"))
        #expect(decomposed != composed)
    }
}
