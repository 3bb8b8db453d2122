import CallboxCrypto
import CallboxProgram
@testable import CallboxSealing
import CallboxTesting
import CallboxWire
import Testing

@Suite("Handshake")
struct HandshakeTests {
    @Test("An officer reaches a peer, and both have the same session, transcript and first text")
    func officer() throws {
        var setting = try SampleHandshake(seed: 1)
        let keys = setting.officer()
        let identity = keys.identity.publicKey
        let signing = keys.signingKey
        var begun = try setting.begin(by: keys)
        var accepted = try setting.accept(begun.frame)
        #expect(accepted.session.id == begun.session.id)
        #expect(accepted.transcript == begun.transcript)
        #expect(accepted.opened == Opened(content: Array("hello".utf8), missing: 0))
        #expect(accepted.initiator == .officer(notice: setting.notice))
        #expect(accepted.identityKey == identity && accepted.signingKey == signing)
        #expect(accepted.reply == setting.reply && accepted.consent == .none)

        let answer = try accepted.session.seal(
            Array("I am here".utf8), to: setting.reply.address, random: &setting.random)
        let opened = try begun.session.open(answer, at: setting.reply.address, today: SampleProgram.today)
        #expect(opened.content == Array("I am here".utf8))
        let more = try begun.session.seal([1, 2, 3], to: setting.sheet.intakeAddress, random: &setting.random)
        #expect(
            try accepted.session.open(more, at: setting.sheet.intakeAddress, today: SampleProgram.today).content
                == [1, 2, 3])
    }

    @Test("A member begins with roster keys, and is known by them")
    func member() throws {
        var setting = try SampleHandshake(seed: 2)
        let colleague = setting.sample.peers[1]
        let begun = try setting.begin(by: setting.member(colleague))
        #expect(try setting.accept(begun.frame).initiator == .member(colleague.id))
    }

    @Test("A member's name without that member's keys, a stranger's name, or the responder's own is refused")
    func falseMember() throws {
        var setting = try SampleHandshake(seed: 3)
        let colleague = setting.sample.peers[1]
        let clinician = setting.sample.clinician
        let stranger = SampleMember(.peer, from: &setting.random)
        let fresh = AgreementKey.random(from: &setting.random)
        try expectRefused(
            InitiatorKeys(.member(colleague.id), identity: fresh, signingKey: colleague.signing.publicKey), &setting)
        try expectRefused(
            InitiatorKeys(
                .member(colleague.id), identity: colleague.agreementKey(), signingKey: clinician.signing.publicKey),
            &setting)
        try expectRefused(setting.member(stranger), &setting)
        try expectRefused(setting.member(setting.peer), &setting)
    }

    @Test("An officer who has read a notice that the program never gave is refused")
    func unknownNotice() throws {
        var setting = try SampleHandshake(seed: 4)
        let keys = InitiatorKeys(
            .officer(notice: .random(from: &setting.random)), identity: .random(from: &setting.random),
            signingKey: setting.peer.signing.publicKey)
        try expectRefused(keys, &setting)
    }

    private func expectRefused(_ keys: consuming InitiatorKeys, _ setting: inout SampleHandshake) throws {
        let begun = try setting.begin(by: keys)
        #expect(throws: SealingError.refused) { _ = try setting.accept(begun.frame) }
    }

    @Test("An INIT that comes again is a repeat, before anything else happens")
    func replay() throws {
        var setting = try SampleHandshake(seed: 5)
        let begun = try setting.begin(by: setting.officer())
        var accepted = ReplayCache()
        let first = try setting.accept(begun.frame, accepted: accepted)
        accepted.insert(first.transcript, of: SampleProgram.today)
        #expect(throws: SealingError.repeated) { _ = try setting.accept(begun.frame, accepted: accepted) }
        // Also when its message part was altered: the transcript alone decides.
        let altered = begun.frame.flipping(Frame.byteCount - 1)
        #expect(throws: SealingError.repeated) { _ = try setting.accept(altered, accepted: accepted) }
        // Another officer's INIT, and the same day's cache forgotten, are no repeats.
        let other = try setting.begin(by: setting.officer())
        #expect(try setting.accept(other.frame, accepted: accepted).transcript != first.transcript)
        accepted.forget(before: SampleProgram.today)
        #expect(accepted.contains(first.transcript, of: SampleProgram.today))
        accepted.forget(before: SampleProgram.today.later(by: 1))
        #expect(accepted == ReplayCache())
    }

    @Test("Another day's keys and another version of the program document are named as such")
    func unknown() throws {
        var setting = try SampleHandshake(seed: 6)
        let frame = try InitialFrame(setting.begin(by: setting.officer()).frame)
        let other = try SampleHandshake(seed: 7)
        #expect(frame.day == SampleProgram.today && frame.rosterVersion == 1)
        #expect(throws: SealingError.unknownDay) {
            _ = try AcceptedSession.accept(
                frame, at: setting.sheet.intakeAddress, with: setting.responderKeys(day: Day(1)),
                in: setting.sample.program, accepted: ReplayCache(), today: SampleProgram.today)
        }
        // The same version of another program: its hash is in everything.
        #expect(throws: SealingError.refused) {
            _ = try AcceptedSession.accept(
                frame, at: setting.sheet.intakeAddress, with: setting.responderKeys(), in: other.sample.program,
                accepted: ReplayCache(), today: SampleProgram.today)
        }
        let later = try VerifiedProgram(setting.sample.sign(setting.sample.next()), under: setting.sample.root)
        #expect(throws: SealingError.unknownVersion) {
            _ = try AcceptedSession.accept(
                frame, at: setting.sheet.intakeAddress, with: setting.responderKeys(), in: later,
                accepted: ReplayCache(), today: SampleProgram.today)
        }
    }

    @Test("A frame is refused by another member, by other day keys and from another mailbox")
    func elsewhere() throws {
        var setting = try SampleHandshake(seed: 8)
        let frame = try InitialFrame(setting.begin(by: setting.officer()).frame)
        let at = setting.sheet.intakeAddress
        let random = setting.random.bytes(32)
        let elsewhere = MailboxAddress.random(from: &setting.random)
        func expectRefused(at mailbox: MailboxAddress, with keys: borrowing ResponderKeys) {
            #expect(throws: SealingError.refused) {
                _ = try AcceptedSession.accept(
                    frame, at: mailbox, with: keys, in: setting.sample.program, accepted: ReplayCache(),
                    today: SampleProgram.today)
            }
        }
        expectRefused(at: elsewhere, with: try setting.responderKeys())
        expectRefused(at: at, with: try setting.responderKeys(of: setting.sample.peers[1]))
        expectRefused(at: at, with: try setting.responderKeys(agreement: random))
        expectRefused(at: at, with: try setting.responderKeys(kemSeed: random))
    }

    @Test("Every byte of an INIT frame, flipped, is refused; the clear fields say that they are unknown")
    func everyByte() throws {
        var setting = try SampleHandshake(seed: 9)
        let frame = try setting.begin(by: setting.officer()).frame
        let keys = try setting.responderKeys()
        for index in frame.bytes.indices {
            guard let altered = try? Frame(frame.flippedBytes(index)) else { continue }
            let expected: SealingError
            switch index {
            case 2..<6: expected = .unknownDay
            case 6..<14: expected = .unknownVersion
            default: expected = .refused
            }
            #expect(throws: expected) {
                _ = try AcceptedSession.accept(
                    InitialFrame(altered), at: setting.sheet.intakeAddress, with: keys, in: setting.sample.program,
                    accepted: ReplayCache(), today: SampleProgram.today)
            }
        }
        #expect(try setting.accept(frame).opened.content == Array("hello".utf8))
    }

    @Test("A consent's hash is told, bound, and not interchangeable")
    func consent() throws {
        var setting = try SampleHandshake(seed: 10)
        let consent = ConsentHash.random(from: &setting.random)
        let begun = try setting.begin(by: setting.officer(), consent: consent)
        #expect(try setting.accept(begun.frame).consent == consent)
    }

    @Test("A first text that does not fit is too long, and one that just fits arrives")
    func lengths() throws {
        var setting = try SampleHandshake(seed: 11)
        let most = [UInt8](repeating: 5, count: 4230)
        let begun = try setting.begin(by: setting.officer(), content: most)
        #expect(try setting.accept(begun.frame).opened.content == most)
        #expect(throws: SealingError.tooLong) {
            _ = try setting.begin(by: setting.officer(), content: most + [5])
        }
    }

    @Test("Two sessions of one officer have nothing in common that a responder could see")
    func unlinkable() throws {
        var setting = try SampleHandshake(seed: 12)
        let one = try setting.accept(try setting.begin(by: setting.officer()).frame)
        let two = try setting.accept(try setting.begin(by: setting.officer()).frame)
        #expect(one.identityKey != two.identityKey && one.signingKey != two.signingKey)
        #expect(one.session.id != two.session.id && one.transcript != two.transcript)
    }

    @Test("The responder's session keeps no day key once the first message has opened")
    func noDayKey() throws {
        var setting = try SampleHandshake(seed: 13)
        let accepted = try setting.accept(try setting.begin(by: setting.officer()).frame)
        let hasOwn: Bool
        switch accepted.session.own {
        case .some: hasOwn = true
        case .none: hasOwn = false
        }
        #expect(!hasOwn)
    }

    @Test("A reply key of small order is refused: no answer could ever be sealed to it")
    func smallOrderReply() throws {
        var setting = try SampleHandshake(seed: 14)
        let reply = ReplyMailbox(
            address: setting.reply.address,
            sealingKey: AgreementPublicKey(unchecked: [UInt8](repeating: 0, count: 32)))
        let begun = try BegunSession.begin(
            by: setting.officer(), with: setting.sheet, in: setting.sample.program, reply: reply, content: [1],
            random: &setting.random)
        #expect(throws: SealingError.refused) { _ = try setting.accept(begun.frame) }
    }
}
