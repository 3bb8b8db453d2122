package import CallboxCrypto
package import CallboxWire

/// A member's keys of the day, checked against the roster: a session may rest on them. Only `PrekeySheet.verify` makes one.
package struct VerifiedSheet: Sendable {
    /// Whose keys they are.
    package let member: Member
    private let content: SheetContent

    init(member: Member, content: SheetContent) {
        self.member = member
        self.content = content
    }

    /// The day they are for.
    package var day: Day { content.day }
    /// SPK, X25519: no point that gives away the secret.
    package var agreementKey: AgreementPublicKey { content.agreementKey }
    /// PQSPK, X-Wing: tried once.
    package var kemKey: KEMPublicKey { content.kemKey }
    /// Where the first frame of a session goes.
    package var intakeAddress: MailboxAddress { content.intakeAddress }
    /// What the cell is sealed to, X25519.
    package var sealingKey: AgreementPublicKey { content.sealingKey }
}
