/// What a body says. One of a type that this Callbox does not know is kept, and shown as "needs a newer Callbox": bodies.md section 5.
package enum Content: Hashable, Sendable {
    /// What somebody writes.
    case text(TextMessage)
    /// The limits notice was read.
    case noticeAcknowledgement(NoticeAcknowledgement)
    /// A quiet worry about somebody else.
    case concern(Concern)
    /// A limit of confidentiality has been reached.
    case limitsInvoked(LimitsInvoked)
    /// Shown when it is due.
    case checkIn(CheckIn)
    /// The answer to one.
    case checkInReply(CheckInReply)
    /// Here, away, back.
    case state(Presence)
    /// Keep it for fewer days.
    case expire(RetentionLimit)
    /// The sender leaves.
    case goodbye(Goodbye)
    /// How it was.
    case rating(Rating)
    /// Another peer is suggested.
    case transferProposal(TransferProposal)
    /// The officer agrees.
    case transferAcceptance(ProposalAcceptance)
    /// The officer does not.
    case transferDecline(ProposalDecline)
    /// A disclosure is suggested.
    case handoffProposal(HandoffProposal)
    /// The officer has signed.
    case handoffConsent(ConsentDelivery)
    /// The officer does not want it.
    case handoffDecline(ProposalDecline)
    /// All three in one room.
    case introduction(Introduction)
    /// The clinician takes it.
    case handoffAcceptance(HandoffAcceptance)
    /// The clinician cannot.
    case handoffRefusal(HandoffRefusal)
    /// They have spoken.
    case firstContact(FirstContact)
    /// How it ended.
    case outcome(HandoffOutcome)
    /// The officer takes the consent back.
    case revocation(RevocationDelivery)
    /// Nothing; sent so that a watcher cannot tell when somebody writes. In no room.
    case cover
    /// Of a type or version that this Callbox cannot read.
    case unknown(Unknown)

    /// What is known of a body that this Callbox cannot read.
    package struct Unknown: Hashable, Sendable {
        /// The type that it says.
        package let type: String
        /// The version that it says.
        package let version: UInt32
    }
}
