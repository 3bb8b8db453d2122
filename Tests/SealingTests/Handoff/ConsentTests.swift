import CallboxCrypto
import CallboxProgram
import CallboxTesting
import Testing

@testable import CallboxSealing

@Suite("Consent")
struct ConsentTests {
    private let world: ConsentWorld

    init() throws { world = try ConsentWorld() }

    private func denial<Result>(_ body: () throws -> Result) -> ConsentError? { refusal(as: ConsentError.self, body) }

    @Test("a consent that all three hold true is one consent, with one name and one room")
    func complete() throws {
        for tier in ConsentSubject.Tier.allCases {
            let signed = try world.complete(world.terms(tier: tier))
            let verified = try world.readers.map { try signed.verify(by: $0, context: world.context()) }
            #expect(Set(verified).count == 1)
            #expect(verified[0].terms == (try world.terms(tier: tier)) || tier == .identified)
            #expect(try SignedConsent(signed.text).hash == verified[0].hash)
            #expect(Set(verified[0].roomMembers).count == 3)
            try verified[2].checkSession(identityKey: world.introduction, consent: signed.hash)
        }
    }

    @Test("a closing word has a consent of its own, the other way round")
    func closing() throws {
        let signed = try world.complete(world.terms(.closingWord))
        let verified = try signed.verify(by: .recipient(key: world.peer.signing.publicKey), context: world.context())
        #expect(verified.terms.direction == .backToPeer)
        #expect(
            denial { try verified.checkSession(identityKey: world.introduction, consent: signed.hash) } == .wrongSession
        )
    }

    @Test("a closing word is of its introduction, by the same officer, between the same two, and of no other")
    func closingOfIntroduction() throws {
        let introduction = try world.complete()
        let closing = try world.complete(world.terms(.closingWord))
        #expect(denial { try closing.checkClosing(of: introduction) } == nil)
        #expect(denial { try introduction.checkClosing(of: closing) } == .bothDirections)
        #expect(denial { try introduction.checkClosing(of: introduction) } == .bothDirections)

        var other = try world.terms()
        other.id = ConsentID(unchecked: [UInt8](repeating: 8, count: 16))
        #expect(denial { try closing.checkClosing(of: world.complete(other)) } == .wrongConsent)

        // What the clinician could make with an officer of their own.
        var random = SeededRandom(seed: 5)
        let mallory = SampleKey(from: &random)
        var terms = try world.terms(.closingWord)
        terms.subject = ConsentSubject(pseudonym: terms.subject.pseudonym, tier: .pseudonymous, key: mallory.publicKey)
        let payload = try ConsentRecord(terms, in: world.words).payload
        let invented = try SignedConsent(world.envelope(payload, by: [mallory, world.clinician.signing]))
        #expect(denial { try invented.checkClosing(of: introduction) } == .wrongSession)
        let half = try SignedConsent(world.envelope(closing.envelope.unverifiedPayload, by: [world.clinician.signing]))
        #expect(denial { try half.checkClosing(of: introduction) } == .forged)
        terms = try world.terms(.closingWord)
        terms.recipient = try ConsentParty(world.sample.peers[1].entry())
        #expect(denial { try world.complete(terms).checkClosing(of: introduction) } == .wrongRecipient)
    }

    @Test("changed in any field under the old signatures it is forged, to every reader")
    func tampering() throws {
        let signed = try world.complete(world.terms(tier: .identified))
        let changes = try JSONTree.read(signed.envelope.unverifiedPayload).changed
        #expect(changes.count > 80)
        let envelope = signed.text.text
        let payload = Base64Text.encode(signed.envelope.unverifiedPayload)
        var forged = 0
        for (path, tree) in changes {
            let text = try ConsentEnvelope(envelope.replacing(payload, with: Base64Text.encode(tree.bytes())))
            let outcome = denial {
                let copy = try SignedConsent(text)
                for reader in world.readers {
                    let denied = denial { try copy.verify(by: reader, context: world.context()) }
                    #expect(denied == .forged, "\(path) to \(reader)")
                }
            }
            if outcome == nil { forged += 1 }
        }
        #expect(forged > 40)
    }

    @Test("changed in any field and signed anew by somebody else it is refused")
    func wrongKeys() throws {
        var random = SeededRandom(seed: 9)
        let mallory = SampleKey(from: &random)
        let peer = world.peer.signing
        let original = try world.complete().envelope.unverifiedPayload
        for (path, tree) in try JSONTree.read(original).changed {
            for signers in [[mallory], [mallory, SampleKey(from: &random)], [peer], [peer, mallory]] {
                let text = try world.envelope(tree.bytes(), by: signers)
                for reader in world.readers {
                    let denied = denial { try SignedConsent(text).verify(by: reader, context: world.context()) }
                    #expect(denied != nil, "\(path), signed by \(signers.count), to \(reader)")
                }
            }
        }
        let text = try world.envelope(original, by: [mallory, peer])
        #expect(denial { try SignedConsent(text).verify(by: world.readers[2], context: world.context()) } == .forged)
    }

    @Test("signed by the right keys, it is refused when the text that was hashed is not the text of its terms")
    func otherText() throws {
        let record = try ConsentRecord(world.terms(), in: world.words)
        let original = String(decoding: record.payload, as: UTF8.self)
        let hash = Base64Text.encode(record.textHash.bytes)
        let other = Base64Text.encode(ConsentTextHash(of: "Nothing is told.").bytes)
        for (old, new) in [
            (hash, other), ("Elm Street", "Oak Street"), ("\"once\"", "\"until-end\""), ("Care.", "Gossip."),
        ] {
            let changed = [UInt8](original.replacing(old, with: new).utf8)
            #expect(changed != record.payload)
            let signed = try SignedConsent(world.envelope(changed, by: [world.officer, world.peer.signing]))
            for reader in world.readers {
                #expect(denial { try signed.verify(by: reader, context: world.context()) } == .textMismatch, "\(new)")
            }
        }
    }

    @Test("one signature of the two discloses nothing, whichever it is")
    func oneSignature() throws {
        let payload = try world.complete().envelope.unverifiedPayload
        for key in [world.officer, world.peer.signing] {
            let signed = try SignedConsent(world.envelope(payload, by: [key, key]))
            for reader in world.readers {
                #expect(denial { try signed.verify(by: reader, context: world.context()) } == .forged)
            }
        }
        let other = try world.envelope(payload, by: [world.officer, world.peer.signing], as: .revocation)
        #expect(denial { try SignedConsent(other) } == .forged)
    }

    @Test("it counts from its date to its last day")
    func time() throws {
        let signed = try world.complete()
        let today = ConsentWorld.today
        for reader in world.readers {
            let outcomes = [Day(today.number - 1), today, today.later(by: 30), today.later(by: 31)].map { day in
                denial { try signed.verify(by: reader, context: world.context(today: day)) }
            }
            #expect(outcomes == [.notYetValid, nil, nil, .expired])
        }
    }

    @Test("revoked, it counts for nobody")
    func revoked() throws {
        let signed = try world.complete()
        for reader in world.readers {
            #expect(
                denial { try signed.verify(by: reader, context: world.context(revoked: [signed.hash])) } == .revoked)
        }
    }

    @Test("it is for this peer, this clinician and this session alone")
    func wrongPeople() throws {
        let signed = try world.complete()
        let other = world.sample.peers[1].signing.publicKey
        let elsewhere = SessionID(unchecked: [UInt8](repeating: 2, count: 32))
        let officer = world.officer.publicKey
        let cases: [(ConsentReader, ConsentError)] = [
            (.recipient(key: other), .wrongRecipient),
            (.presenter(session: world.session, officer: officer, key: other), .wrongPresenter),
            (.presenter(session: elsewhere, officer: officer, key: world.peer.signing.publicKey), .wrongSession),
            (.presenter(session: world.session, officer: other, key: world.peer.signing.publicKey), .wrongSession),
            (.officer(session: elsewhere, key: officer), .wrongSession),
            (.officer(session: world.session, key: other), .wrongSession),
        ]
        for (reader, error) in cases {
            #expect(denial { try signed.verify(by: reader, context: world.context()) } == error, "\(reader)")
        }
        let verified = try signed.verify(by: world.readers[2], context: world.context())
        let stranger = AgreementPublicKey(unchecked: other.bytes)
        #expect(denial { try verified.checkSession(identityKey: stranger, consent: signed.hash) } == .wrongSession)
        #expect(denial { try verified.checkSession(identityKey: world.introduction, consent: .none) } == .wrongConsent)
    }

    @Test("a member who no longer counts neither tells nor is told")
    func removed() throws {
        let signed = try world.complete()
        let root = world.sample.root
        let changes: [(MemberID, ConsentError)] = [
            (world.clinician.id, .wrongRecipient), (world.peer.id, .wrongPresenter),
        ]
        for (id, error) in changes {
            for status in [MemberStatus.removed, .suspended] {
                let next = try world.sample.next { content in
                    for place in content.members.indices where content.members[place].id == id {
                        content.members[place].status = status
                    }
                }
                let current = try VerifiedProgram(world.sample.sign(next), under: root)
                for reader in world.readers {
                    #expect(denial { try signed.verify(by: reader, context: world.context(current: current)) } == error)
                }
            }
        }
        let next = try VerifiedProgram(world.sample.sign(world.sample.next()), under: root)
        for reader in world.readers { _ = try signed.verify(by: reader, context: world.context(current: next)) }
    }

    @Test("it holds under the program document that it names, and no other")
    func wrongProgram() throws {
        let other = try ConsentWorld(seed: 2)
        let signed = try world.complete()
        let next = try VerifiedProgram(world.sample.sign(world.sample.next()), under: world.sample.root)
        let contexts = [
            ConsentContext(
                named: other.sample.program, current: other.sample.program, revoked: [], words: world.words,
                today: ConsentWorld.today),
            ConsentContext(named: next, current: next, revoked: [], words: world.words, today: ConsentWorld.today),
            ConsentContext(
                named: world.sample.program, current: other.sample.program, revoked: [], words: world.words,
                today: ConsentWorld.today),
        ]
        for reader in world.readers {
            for context in contexts {
                #expect(denial { try signed.verify(by: reader, context: context) } == .wrongProgram)
            }
        }
    }

    @Test("the officer signs only what was shown, today, in this session, to members as the roster has them")
    func officersOwnCheck() throws {
        let record = try ConsentRecord(world.terms(), in: world.words)
        let shown = try world.words.text(of: world.terms())
        func sign(_ record: ConsentRecord, shown: String, day: Day = ConsentWorld.today) -> ConsentError? {
            denial {
                try SignedConsent.sign(
                    record, shown: shown, by: world.officer.key(), in: world.session, context: world.context(today: day)
                )
            }
        }
        #expect(sign(record, shown: shown) == nil)
        #expect(sign(record, shown: shown + " ") == .textMismatch)
        #expect(sign(record, shown: shown, day: ConsentWorld.today.later(by: 1)) == .notYetValid)
        var terms = try world.terms()
        terms.recipient = try ConsentParty(world.sample.peers[1].entry())
        #expect(try sign(ConsentRecord(terms, in: world.words), shown: world.words.text(of: terms)) == .wrongRecipient)
        terms = try world.terms()
        terms.notice = NoticeHash(unchecked: [UInt8](repeating: 0, count: 32))
        #expect(try sign(ConsentRecord(terms, in: world.words), shown: world.words.text(of: terms)) == .wrongProgram)
    }

    @Test("the presenter signs only a consent of this session that names them")
    func presentersCheck() throws {
        let signed = try world.signed()
        func countersign(_ key: SampleKey, session: SessionID, officer: VerificationKey) -> ConsentError? {
            denial {
                try signed.countersigned(by: key.key(), session: session, officer: officer, context: world.context())
            }
        }
        let other = world.sample.peers[1].signing
        let elsewhere = SessionID(unchecked: [UInt8](repeating: 2, count: 32))
        #expect(countersign(world.peer.signing, session: world.session, officer: world.officer.publicKey) == nil)
        #expect(countersign(other, session: world.session, officer: world.officer.publicKey) == .wrongPresenter)
        #expect(countersign(world.peer.signing, session: elsewhere, officer: world.officer.publicKey) == .wrongSession)
        #expect(countersign(world.peer.signing, session: world.session, officer: other.publicKey) == .forged)
        #expect(denial { try signed.verify(by: world.readers[1], context: world.context()) } == .forged)
    }

    @Test("an envelope cut short or followed by anything is refused, and no damage stops the process")
    func decoding() throws {
        let text = [UInt8](try world.complete(world.terms(tier: .identified)).text.text.utf8)
        func read(_ bytes: [UInt8]) throws -> SignedConsent {
            try SignedConsent(ConsentEnvelope(String(decoding: bytes, as: UTF8.self)))
        }
        for length in 1..<text.count { #expect(denial { try read([UInt8](text.prefix(length))) } != nil) }
        #expect(denial { try read(text + [UInt8(ascii: "}")]) } == .malformed)
        for copy in damaged(text, count: 1_000, seed: 1) where !copy.isEmpty {
            guard let signed = try? read(copy) else { continue }
            _ = denial { try signed.verify(by: world.readers[2], context: world.context()) }
        }
    }
}
