import CallboxCrypto
import CallboxProgram
import CallboxTesting
import CallboxWire

@testable import CallboxSealing

/// One content of every type, with every field in use.
enum Samples {
    static let notice = NoticeHash(unchecked: [UInt8](repeating: 2, count: 32))
    static let member = MemberID(unchecked: [UInt8](repeating: 3, count: 16))
    static let consent = ConsentHash(unchecked: [UInt8](repeating: 4, count: 64))
    static let body = BodyID(unchecked: [UInt8](repeating: 5, count: 16))

    static func place(number: UInt32 = 3) -> Place {
        Place(
            room: RoomID(unchecked: [UInt8](repeating: 6, count: 16)), number: number,
            previous: EntryHash(unchecked: [UInt8](repeating: 7, count: 32)),
            head: [
                Seen(
                    from: VerificationKey(unchecked: [UInt8](repeating: 8, count: 32)), number: 9,
                    hash: EntryHash(unchecked: [UInt8](repeating: 9, count: 32)))
            ])
    }

    static func reply() -> ReplyMailbox {
        ReplyMailbox(
            address: MailboxAddress(unchecked: [UInt8](repeating: 10, count: 32)),
            sealingKey: AgreementPublicKey(unchecked: [UInt8](repeating: 11, count: 32)))
    }

    static func contents() throws -> [Content] {
        let items = try Few<ConsentItem, 12>([
            ConsentItem(kind: .reason, text: Words("Not sleeping since the call on Elm Street.")),
            ConsentItem(kind: .wishes, text: Words("Somebody who knows shift work.")),
        ])
        let packet = IntroductionPacket(consent: consent, items: items)
        let envelope = try ConsentEnvelope(#"{"payload":"e30=","payloadType":"x","signatures":[]}"#)
        return try talk() + [
            .transferProposal(TransferProposal(to: member, reason: .known(.away), text: Words("Off for a month."))),
            .transferAcceptance(ProposalAcceptance(to: body)),
            .transferDecline(ProposalDecline(of: body, text: Words("I would rather wait for you."))),
            .handoffProposal(
                HandoffProposal(
                    direction: .toClinician, recipient: member, purpose: Words("Care"), items: items,
                    expires: Day(20_000), text: Words("What do you think?"))),
            .handoffConsent(ConsentDelivery(envelope)),
            .handoffDecline(ProposalDecline(of: body)),
            .introduction(Introduction(envelope, packet: packet)),
            .handoffAcceptance(HandoffAcceptance(consent: consent, text: Words("Glad to meet you."))),
            .handoffRefusal(HandoffRefusal(consent: consent, reason: .known(.full), text: Words("I am sorry."))),
            .firstContact(FirstContact(consent: consent)),
            .outcome(
                HandoffOutcome(consent: consent, outcome: .known(.engaged), closing: consent, packet: packet)),
            .revocation(RevocationDelivery(envelope)),
            .cover,
        ]
    }

    private static func talk() throws -> [Content] {
        [
            .text(TextMessage(text: try Words("I can't shake it.\n\u{1B}[31m \"quoted\" \\ é e\u{301} 🚓"))),
            .noticeAcknowledgement(NoticeAcknowledgement(notice: notice, language: try LanguageTag("en-US"))),
            .concern(Concern(text: try Words("He sits in his car after every shift."), danger: .known(.unsure))),
            .limitsInvoked(
                LimitsInvoked(limit: .known(.harmToSelf), notice: notice, text: try Words("I have to ask for help."))),
            .checkIn(
                try CheckIn(
                    due: Hour(500_000), until: Hour(500_024), occasion: .known(.incident),
                    text: Words("How was the night?"))),
            .checkInReply(CheckInReply(to: body, feeling: .known(.struggling), text: try Words("Long."))),
            .state(Presence(.known(.away), until: Hour(500_100))),
            .expire(RetentionLimit(days: try Bounded(7))),
            .goodbye(Goodbye(text: try Words("Thank you."))),
            .rating(Rating(helped: try Bounded(5), wouldReturn: .known(.yes))),
        ]
    }

    static func entry(_ content: Content) -> Entry {
        content == .cover
            ? .cover(id: body, at: Hour(496_000))
            : Entry(id: body, at: Hour(496_000), place: place(), content: content)
    }

    static func read(_ text: String) throws(BodyError) -> Body {
        try Body(reading: PartCollector.Complete(id: body, bytes: [UInt8](text.utf8)))
    }
}
